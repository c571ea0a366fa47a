package org.cirr.benchmarks.ladder;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cirr.benchmarks.machine.Machine;
import org.cirr.benchmarks.machine.MachinePeak;
import org.cirr.benchmarks.workload.RandomValues;
import org.cirr.tensor.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Times every rung of the ladder on one convolution. */
@Command(
    name = "ladder",
    mixinStandardHelpOptions = true,
    description =
        "Times the 3x3x3 convolution in every form from the plain loops to the shipped kernel; see"
            + " docs/kernels/convolution.md.")
public final class LadderCommand implements Callable<Integer> {
  private static final double SECONDS = 2;
  private static final int MOST_RUNS = 50;

  @Option(names = "--shape", paramLabel = "IN-OUT@DxHxW", description = "Default: ${DEFAULT-VALUE}")
  private String shape = "64-64@16x64x64";

  @Option(names = "--threads", paramLabel = "N", description = "Default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  private final PrintStream out = System.out;

  @Override
  public Integer call() {
    ConvShape convolution = ConvShape.parse(shape);
    MachinePeak one = MachinePeak.measure(1);
    MachinePeak all = MachinePeak.measure(threads);
    out.println(Machine.describe());
    out.println(
        format(
            "3x3x3 convolution %s, %.2f GFLOP; measured peak %.1f GFLOP/s with 1 thread, %.1f with"
                + " %d",
            convolution, convolution.gigaFlop(), one.gigaFlop(), all.gigaFlop(), threads));
    out.println(
        format("%-34s %10s %9s %9s %10s", "rung", "median s", "GFLOP/s", "% of peak", "x rung 1"));
    double first = 0;
    for (Rung rung : Rung.values()) {
      double seconds = time(rung, convolution);
      first = rung == Rung.PLAIN ? seconds : first;
      double rate = convolution.gigaFlop() / seconds;
      boolean parallel = rung == Rung.THREADS || rung == Rung.SHIPPED;
      double peak = parallel ? all.gigaFlop() : one.gigaFlop();
      out.println(
          format(
              "%d %-32s %10.4f %9.2f %9.1f %10.1f",
              rung.ordinal() + 1, rung.title(), seconds, rate, 100 * rate / peak, first / seconds));
    }
    return 0;
  }

  /** The median of some runs, after others on a smaller shape that the JIT compiles in. */
  private double time(Rung rung, ConvShape large) {
    ConvShape small = new ConvShape(large.in(), large.out(), 2, 12, 24);
    runs(rung, small, SECONDS / 2);
    List<Double> seconds = runs(rung, large, SECONDS);
    seconds.sort(null);
    return seconds.get(seconds.size() / 2);
  }

  private List<Double> runs(Rung rung, ConvShape size, double atLeast) {
    float[] weight = RandomValues.input(Shape.of(size.out(), size.in(), 3, 3, 3)).array();
    float[] input = RandomValues.input(Shape.of(size.voxels(), size.in())).array();
    float[] output = new float[size.voxels() * size.out()];
    Convolution convolution = rung.create(size, weight, threads);
    List<Double> times = new ArrayList<>();
    double all = 0;
    while (times.isEmpty() || all < atLeast && times.size() < MOST_RUNS) {
      long start = System.nanoTime();
      convolution.run(input, output);
      times.add((System.nanoTime() - start) * 1e-9);
      all += times.get(times.size() - 1);
    }
    return times;
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
