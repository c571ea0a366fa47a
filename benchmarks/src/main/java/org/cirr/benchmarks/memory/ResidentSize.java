package org.cirr.benchmarks.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The memory of a process that is really there, in MiB.
 *
 * <p><b>Source</b>: proc(5), {@code /proc/PID/status}: VmRSS and its highest value VmHWM.
 */
record ResidentSize(double now, double peak) {
  static ResidentSize of(long process) throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc/" + process + "/status"));
    return new ResidentSize(value(lines, "VmRSS"), value(lines, "VmHWM"));
  }

  private static double value(List<String> lines, String name) throws IOException {
    for (String line : lines) {
      if (line.startsWith(name + ":")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
      }
    }
    throw new IOException("/proc tells no " + name);
  }
}
