package org.cirr.benchmarks.compare;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.cirr.benchmarks.machine.MachinePeak;
import org.cirr.benchmarks.peer.Engine;
import org.cirr.benchmarks.workload.Workload;

/** The results as text: a table for each network, a line for each kernel. */
final class Tables {
  private final MachinePeak peak;
  private final List<Engine> engines;

  Tables(MachinePeak peak, List<Engine> engines) {
    this.peak = peak;
    this.engines = engines;
  }

  /** One network: a line for each contestant. */
  String network(Workload workload, List<RaceResult> results) {
    StringBuilder text =
        new StringBuilder(
            format(
                "%n%s: %s → %s, %.1f GFLOP, %.1f M weights%n",
                workload.name(),
                workload.inputs().get(0).shape(),
                workload.output(),
                workload.gigaFlop(),
                workload.graph().parameterCount() / 1e6));
    text.append(
        format(
            "%-10s %9s %9s %9s %15s %4s %11s %8s%n",
            "contestant",
            "median s",
            "GFLOP/s",
            "% of peak",
            "best..worst s",
            "runs",
            "difference",
            "cirr is"));
    double own = cirr(results);
    for (RaceResult result : results) {
      if (result.missing() != null) {
        text.append(format("%-10s       n/a  %s%n", result.engine(), result.missing()));
        continue;
      }
      double rate = workload.gigaFlop() / result.median();
      text.append(
          format(
              "%-10s %9.3f %9.1f %9.1f %15s %4d %11.1e %8s%n",
              result.engine(),
              result.median(),
              rate,
              100 * rate / peak.gigaFlop(),
              format("%.2f..%.2f", result.best(), result.worst()),
              result.seconds().size(),
              result.difference(),
              result.engine().equals("cirr") ? "" : format("%.2fx", result.median() / own)));
    }
    return text.append(ratioAtBest(results)).append('\n').toString();
  }

  /** The head of the lines that {@link #kernel} makes. */
  String kernelHead(Section section) {
    String columns =
        engines.stream()
            .map(engine -> format("| %8s %7s %6s ", engine.name() + " ms", "rate", "spread"))
            .collect(Collectors.joining());
    return format(
        "%n%s; rate in GFLOP/s, or in GB/s of inputs, weights and outputs (marked B);"
            + " spread: worst/best%n%-34s %s| %% peak cirr/best  difference",
        section.title(), "layer", columns);
  }

  /** One kernel: a line with all contestants. */
  String kernel(Workload workload, List<RaceResult> results) {
    boolean flops = workload.graph().flops() > 0;
    double work = flops ? workload.gigaFlop() : workload.gigaByte();
    StringBuilder text = new StringBuilder(format("%-34s ", workload.name()));
    for (RaceResult result : results) {
      text.append(
          result.missing() != null
              ? format("| %8s %7s %6s ", "n/a", "", "")
              : format(
                  "| %8.3f %6.1f%s %6.2f ",
                  result.median() * 1e3,
                  work / result.median(),
                  flops ? " " : "B",
                  result.worst() / result.best()));
    }
    double own = cirr(results);
    double difference =
        results.stream()
            .mapToDouble(RaceResult::difference)
            .filter(d -> !Double.isNaN(d))
            .max()
            .orElse(0);
    text.append(
        format(
            "| %6.1f %8.2fx    %.1e",
            100 * work / own / (flops ? peak.gigaFlop() : peak.gigaByte()),
            againstBest(results),
            difference));
    for (RaceResult result : results) {
      if (result.missing() != null) {
        text.append(format("%n    %s: %s", result.engine(), result.missing()));
      }
    }
    return text.toString();
  }

  /** cirr's throughput over that of the better peer; NaN without a peer. */
  static double againstBest(List<RaceResult> results) {
    double best =
        results.stream()
            .filter(result -> !result.engine().equals("cirr") && result.missing() == null)
            .mapToDouble(RaceResult::median)
            .min()
            .orElse(Double.NaN);
    return best / cirr(results);
  }

  /** cirr's throughput over that of each peer, {@code RATIO ort=X.XX torch=Y.YY}. */
  String ratio(List<RaceResult> results) {
    return "RATIO" + ratios(results, RaceResult::median);
  }

  /** The same of everyone's best turn: less disturbed where others use the machine, too. */
  String ratioAtBest(List<RaceResult> results) {
    return "cirr's throughput over its peers', best turns:" + ratios(results, RaceResult::best);
  }

  private static String ratios(List<RaceResult> results, ToDoubleFunction<RaceResult> seconds) {
    double own =
        results.stream()
            .filter(result -> result.engine().equals("cirr"))
            .mapToDouble(seconds)
            .findFirst()
            .orElse(Double.NaN);
    StringBuilder text = new StringBuilder();
    for (RaceResult result : results) {
      if (!result.engine().equals("cirr")) {
        double ratio = seconds.applyAsDouble(result) / own;
        String value = Double.isNaN(ratio) ? "n/a" : format("%.2f", ratio);
        text.append(' ').append(result.engine()).append('=').append(value);
      }
    }
    return text.toString();
  }

  private static double cirr(List<RaceResult> results) {
    return results.stream()
        .filter(result -> result.engine().equals("cirr"))
        .mapToDouble(RaceResult::median)
        .findFirst()
        .orElse(Double.NaN);
  }

  static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
