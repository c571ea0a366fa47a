package org.cirr.benchmarks.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Who had the processors: this process, others on this machine, or the hypervisor's other guests.
 *
 * <p>A comparison in which others had more than a few percent should be run again.
 *
 * <p><b>Source</b>: proc(5), {@code /proc/stat} and {@code /proc/self/stat}.
 */
public final class ProcessorTime {
  private final double[] start;

  private ProcessorTime(double[] start) {
    this.start = start;
  }

  /** Starts counting; empty on systems that do not tell. */
  public static Optional<ProcessorTime> start() {
    return read().map(ProcessorTime::new);
  }

  /** What was counted until now, in percent of all processors, in one line. */
  public String describe() {
    double[] now = read().orElse(start);
    double[] parts = new double[now.length];
    Arrays.setAll(parts, i -> now[i] - start[i]);
    double all = Math.max(1, parts[0]);
    return String.format(
        Locale.ROOT,
        "processor time: %.0f %% this process, %.0f %% other processes, %.0f %% taken by the"
            + " hypervisor, %.0f %% idle",
        100 * parts[1] / all,
        100 * Math.max(0, parts[0] - parts[1] - parts[2] - parts[3]) / all,
        100 * parts[2] / all,
        100 * parts[3] / all);
  }

  /** All, own, stolen and idle ticks. */
  private static Optional<double[]> read() {
    try {
      String[] total = Files.readAllLines(Path.of("/proc/stat")).get(0).split(" +");
      String self = Files.readString(Path.of("/proc/self/stat"));
      String[] own = self.substring(self.lastIndexOf(')') + 2).split(" ");
      double all = 0;
      for (int i = 1; i <= 8; i++) { // user, nice, system, idle, iowait, irq, softirq, steal
        all += Double.parseDouble(total[i]);
      }
      double idle = Double.parseDouble(total[4]) + Double.parseDouble(total[5]);
      double used = Double.parseDouble(own[11]) + Double.parseDouble(own[12]);
      return Optional.of(new double[] {all, used, Double.parseDouble(total[8]), idle});
    } catch (IOException | RuntimeException e) { // another system
      return Optional.empty();
    }
  }
}
