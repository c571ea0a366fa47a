package org.cirr.benchmarks.machine;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.stream.Stream;

/** The machine and the Java that a measurement was made on, in words. */
public final class Machine {
  private Machine() {}

  /** Two lines: processor and system; Java, its flags, and the time. */
  public static String describe() {
    Runtime runtime = Runtime.getRuntime();
    return String.format(
        Locale.ROOT,
        "%s, %d cores, load average %.2f, %s %s%nJava %s (%s), heap %d MiB, %s, %s",
        processor(),
        runtime.availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        System.getProperty("os.name"),
        System.getProperty("os.version"),
        System.getProperty("java.vm.version"),
        System.getProperty("java.vm.vendor"),
        runtime.maxMemory() >> 20,
        collectors(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }

  private static String collectors() {
    return ManagementFactory.getGarbageCollectorMXBeans().get(0).getName();
  }

  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) { // not Linux
      return System.getProperty("os.arch");
    }
  }
}
