package org.cirr.benchmarks.compare;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.cirr.benchmarks.machine.Machine;
import org.cirr.benchmarks.machine.MachinePeak;
import org.cirr.benchmarks.machine.ProcessorTime;
import org.cirr.benchmarks.peer.Engine;
import org.cirr.benchmarks.workload.Workload;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Compares cirr with ONNX Runtime and PyTorch. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Runs cirr, ONNX Runtime and PyTorch (through DJL) in turn on the same networks, weights,"
            + " inputs and threads, and prints medians. The last line is cirr's throughput on the"
            + " reference net over each peer's. Exit code 3: a peer could not run.")
public final class CompareCommand implements Callable<Integer> {
  private static final int PEER_MISSING = 3;

  /** Less than this part of the better peer's throughput is reported. */
  private static final double LOSS = 0.9;

  @Option(names = "--quick", description = "Only the reference net, in less than 50 s.")
  private boolean quick;

  @Option(names = "--threads", paramLabel = "N", description = "Default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "Parts to run: ${COMPLETION-CANDIDATES}.")
  private Set<Section> only = EnumSet.allOf(Section.class);

  @Option(
      names = "--match",
      paramLabel = "TEXT",
      description = "Only workloads whose name contains this.")
  private String match = "";

  @Option(
      names = "--engines",
      split = ",",
      paramLabel = "NAME",
      description = "Contestants: cirr, ort, torch. Default: all.")
  private List<String> names = List.of("cirr", "ort", "torch");

  @Option(names = "--json", paramLabel = "FILE", description = "Writes all times to a file, too.")
  private Path json;

  private final PrintStream out = System.out;

  @Override
  public Integer call() throws IOException {
    List<Engine> engines = Engine.all().stream().filter(e -> names.contains(e.name())).toList();
    MachinePeak peak = MachinePeak.measure(threads);
    Report report = new Report(peak, threads);
    Tables tables = new Tables(peak, engines);
    out.println(Machine.describe());
    out.println(
        Tables.format(
            "%d threads; measured peak %.1f GFLOP/s of fused multiply-adds, %.1f GB/s of memory",
            threads, peak.gigaFlop(), peak.gigaByte()));
    for (Engine engine : engines) {
      Optional<String> reason = engine.unavailable();
      String text = reason.map(r -> "n/a: " + r).orElseGet(engine::description);
      out.println(Tables.format("%-5s = %s", engine.name(), text));
    }
    Optional<ProcessorTime> processors = ProcessorTime.start();
    Set<Section> sections = quick ? EnumSet.of(Section.NET) : only;
    Optional<String> ratio = Optional.empty();
    for (Section section : Section.values()) {
      if (sections.contains(section)) {
        Optional<String> line = run(section, engines, tables, report);
        ratio = section == Section.NET ? line : ratio;
      }
    }
    processors.map(ProcessorTime::describe).ifPresent(line -> out.println("\n" + line));
    if (!quick) {
      MachinePeak after = MachinePeak.measure(threads);
      out.println(
          Tables.format(
              "peak measured again: %.1f GFLOP/s, %.1f GB/s", after.gigaFlop(), after.gigaByte()));
    }
    if (json != null) {
      report.write(json);
    }
    ratio.ifPresent(out::println);
    return engines.stream().anyMatch(engine -> engine.unavailable().isPresent()) ? PEER_MISSING : 0;
  }

  /** The line of ratios of the last workload. */
  private Optional<String> run(Section section, List<Engine> engines, Tables tables, Report report)
      throws IOException {
    Pace pace = section.wholeNetwork() ? quick ? Pace.QUICK : Pace.NETWORK : Pace.KERNEL;
    if (!section.wholeNetwork()) {
      out.println(tables.kernelHead(section));
    }
    Optional<String> ratio = Optional.empty();
    List<String> losses = new ArrayList<>();
    Iterator<Workload> workloads =
        section.workloads().filter(workload -> workload.name().contains(match)).iterator();
    while (workloads.hasNext()) {
      Workload workload = workloads.next();
      List<RaceResult> results = Race.run(workload, engines, pace, threads);
      out.println(
          section.wholeNetwork()
              ? tables.network(workload, results)
              : tables.kernel(workload, results));
      report.add(section, workload, results);
      if (Tables.againstBest(results) < LOSS) {
        losses.add(workload.name());
      }
      ratio = Optional.of(tables.ratio(results));
    }
    if (!section.wholeNetwork()) {
      out.println(
          "more than 10 % slower than the better peer: "
              + (losses.isEmpty() ? "none" : String.join(", ", losses)));
    }
    return ratio;
  }
}
