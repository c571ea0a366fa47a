package org.cirr.benchmarks.train;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.cirr.backend.Backends;
import org.cirr.benchmarks.machine.Machine;
import org.cirr.benchmarks.machine.MachinePeak;
import org.cirr.benchmarks.machine.ProcessorTime;
import org.cirr.benchmarks.workload.Networks;
import org.cirr.parallel.Workers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Times training steps of the reference net. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Takes training steps of the reference net (batch 2) with cirr and with Python's PyTorch,"
            + " and runs cirr's forward pass, in turn, and prints medians. The last line is cirr's"
            + " steps per second over PyTorch's, and a step's time over the forward pass's. Exit"
            + " code 3: PyTorch could not run.")
public final class TrainCommand implements Callable<Integer> {
  private static final int PEER_MISSING = 3;
  private static final int WARM_UP = 8;

  @Option(names = "--quick", description = "Two turns: about two minutes, most of it the JIT's.")
  private boolean quick;

  @Option(names = "--threads", paramLabel = "N", description = "Default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--turns", paramLabel = "N", description = "Default: 5, with --quick 2.")
  private int turns;

  @Option(
      names = "--python",
      paramLabel = "FILE",
      description = "A Python that has torch. Default: ${DEFAULT-VALUE}.",
      defaultValue = "python3")
  private String python;

  @Option(names = "--channels-last", description = "PyTorch with channels last.")
  private boolean channelsLast;

  @Option(names = "--no-torch", description = "cirr alone.")
  private boolean alone;

  private final PrintStream out = System.out;
  private final List<Double> forwards = new ArrayList<>();
  private final List<Double> steps = new ArrayList<>();
  private final List<Double> updates = new ArrayList<>();
  private final List<Double> binds = new ArrayList<>();
  private final List<Double> torchs = new ArrayList<>();

  @Override
  public Integer call() {
    out.println(Machine.describe());
    MachinePeak peak = MachinePeak.measure(threads);
    print(
        "%d threads; measured peak %.1f GFLOP/s of fused multiply-adds, %.1f GB/s of memory",
        threads, peak.gigaFlop(), peak.gigaByte());
    TorchSteps torch = alone ? null : torch();
    try {
      TrainingWork work = TrainingWork.reference(Backends.of("simd"), Workers.of(threads));
      print("%.0f MiB of arena and packed weights", work.bytes() / 1048576.0);
      int count = turns > 0 ? turns : quick ? 2 : 5;
      warmUp(work, torch);
      Optional<ProcessorTime> processors = ProcessorTime.start();
      for (int turn = 0; turn < count; turn++) {
        turn(work, torch);
      }
      processors.map(ProcessorTime::describe).ifPresent(out::println);
      report();
    } catch (IOException ended) {
      throw new IllegalStateException(ended.getMessage(), ended);
    } finally {
      if (torch != null) {
        torch.close();
      }
    }
    return torch == null && !alone ? PEER_MISSING : 0;
  }

  private TorchSteps torch() {
    try {
      TorchSteps torch = TorchSteps.start(python, threads, channelsLast);
      print("torch = Python's PyTorch %s%s", torch.version(), channelsLast ? ", last" : "");
      return torch;
    } catch (IOException missing) {
      print("torch = n/a: %s", missing.getMessage());
      return null;
    }
  }

  /** Until the JIT has compiled what it compiles: on a small patch first, which is sooner done. */
  private void warmUp(TrainingWork work, TorchSteps torch) throws IOException {
    TrainingWork small =
        new TrainingWork(
            Backends.of("simd"),
            Networks.referencePlan(),
            List.of(16, 64, 64),
            2,
            2,
            Workers.of(threads));
    for (int i = 0; i < WARM_UP; i++) {
      small.forward();
      small.step();
    }
    work.forward();
    work.step();
    if (torch != null) {
      torch.step();
    }
  }

  private void turn(TrainingWork work, TorchSteps torch) throws IOException {
    forwards.add(seconds(work::forward));
    double gradients = seconds(work::gradients);
    updates.add(seconds(work::update));
    binds.add(seconds(work::rebind));
    steps.add(gradients + updates.get(updates.size() - 1) + binds.get(binds.size() - 1));
    if (torch != null) {
      torchs.add(torch.step());
    }
  }

  private static double seconds(Runnable task) {
    long start = System.nanoTime();
    task.run();
    return (System.nanoTime() - start) * 1e-9;
  }

  private void report() {
    row("cirr forward", forwards);
    row("cirr step", steps);
    row("  optimizer", updates);
    row("  packing", binds);
    row("torch step", torchs);
    double step = median(steps);
    print("RATIO torch=%.2f forward=%.2f", median(torchs) / step, step / median(forwards));
  }

  private void row(String name, List<Double> seconds) {
    if (!seconds.isEmpty()) {
      print(
          "%-14s median %7.3f s, best %7.3f, worst %7.3f (%d runs)",
          name,
          median(seconds),
          Collections.min(seconds),
          Collections.max(seconds),
          seconds.size());
    }
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
  }

  private void print(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }
}
