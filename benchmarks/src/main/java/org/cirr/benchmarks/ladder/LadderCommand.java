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
  private static final double WARM_UP = 1;
  private static final int ROUNDS = 9;
  private static final double SLOW = 3;

  @Option(names = "--shape", paramLabel = "IN-OUT@DxHxW", description = "Default: ${DEFAULT-VALUE}")
  private String shape = "64-64@8x64x64";

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
    List<Runner> runners = new ArrayList<>();
    for (Rung rung : Rung.values()) {
      warmUp(rung, convolution);
      runners.add(new Runner(rung, job(rung, convolution), new ArrayList<>()));
    }
    for (int round = 0; round < ROUNDS; round++) {
      runners.forEach(LadderCommand::turn);
    }
    double first = runners.get(0).median();
    for (Runner runner : runners) {
      Rung rung = runner.rung();
      double rate = convolution.gigaFlop() / runner.median();
      boolean parallel = rung == Rung.THREADS || rung == Rung.SHIPPED;
      double peak = parallel ? all.gigaFlop() : one.gigaFlop();
      out.println(
          format(
              "%d %-32s %10.4f %9.2f %9.1f %10.1f",
              rung.ordinal() + 1,
              rung.title(),
              runner.median(),
              rate,
              100 * rate / peak,
              first / runner.median()));
    }
    return 0;
  }

  /** A rung on the shape that is timed. */
  private record Runner(Rung rung, Runnable job, List<Double> seconds) {
    double median() {
      return seconds.stream().sorted().toList().get(seconds.size() / 2);
    }
  }

  /** One run in each round, so that a disturbance hits all rungs; slow ones run only once. */
  private static void turn(Runner runner) {
    if (runner.seconds().isEmpty() || runner.median() < SLOW) {
      runner.seconds().add(seconds(runner.job()));
    }
  }

  /** On a smaller shape, which is enough for the JIT. */
  private void warmUp(Rung rung, ConvShape shape) {
    Runnable job = job(rung, new ConvShape(shape.in(), shape.out(), 2, 12, 24));
    for (double all = 0; all < WARM_UP; ) {
      all += seconds(job);
    }
  }

  private Runnable job(Rung rung, ConvShape size) {
    float[] weight = RandomValues.input(Shape.of(size.out(), size.in(), 3, 3, 3)).array();
    float[] input = RandomValues.input(Shape.of(size.voxels(), size.in())).array();
    float[] output = new float[size.voxels() * size.out()];
    Convolution convolution = rung.create(size, weight, threads);
    return () -> convolution.run(input, output);
  }

  private static double seconds(Runnable job) {
    long start = System.nanoTime();
    job.run();
    return (System.nanoTime() - start) * 1e-9;
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
