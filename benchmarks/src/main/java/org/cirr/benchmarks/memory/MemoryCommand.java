package org.cirr.benchmarks.memory;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.cirr.backend.Backends;
import org.cirr.backend.Program;
import org.cirr.benchmarks.FreshJvm;
import org.cirr.benchmarks.peer.Engine;
import org.cirr.benchmarks.workload.Networks;
import org.cirr.benchmarks.workload.Workload;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the memory that each contestant needs for the reference net. */
@Command(
    name = "memory",
    mixinStandardHelpOptions = true,
    description =
        "Runs one patch of the reference net in a process of its own for each contestant and prints"
            + " the peak of its resident size (VmHWM), less the resident size before the model was"
            + " loaded. Linux only.")
public final class MemoryCommand implements Callable<Integer> {
  /** Everything on the heap that is not arena, scratch or weights. */
  private static final long SMALL_OBJECTS = 24L << 20;

  @Option(names = "--threads", paramLabel = "N", description = "Default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  private final PrintStream out = System.out;

  @Override
  public Integer call() throws IOException {
    Workload net = Networks.reference(Networks.PATCH);
    out.println(
        format(
            "%s, one patch, %d threads; MiB of resident memory%n%-10s %9s %9s %9s  %s",
            net.name(), threads, "contestant", "before", "peak", "needed", "Java flags"));
    for (Engine engine : Engine.all()) {
      Optional<String> reason = engine.unavailable();
      if (reason.isPresent()) {
        out.println(format("%-10s       n/a  %s", engine.name(), reason.get()));
        continue;
      }
      Path folder = Files.createTempDirectory("cirr-memory");
      try {
        Path model = engine.export(net, folder);
        if (engine.name().equals("cirr")) {
          measure(engine, model, fitting(net));
          measure(engine, model, List.of());
        } else {
          measure(engine, model, List.of("-XX:+UseSerialGC", "-Xmx256m"));
        }
      } finally {
        delete(folder);
      }
    }
    return 0;
  }

  /**
   * A heap that just holds the program, as {@code Program} states it, and the largest tensor twice
   * while weights are packed. A small young generation, since all that is large stays.
   */
  private static List<String> fitting(Workload net) {
    Program program = Backends.of("simd").compile(net.graph(), net.weights());
    long largest =
        net.graph().parameters().stream()
            .mapToLong(node -> 4 * node.shape().elements())
            .max()
            .orElse(0);
    long patch = 4 * (net.output().elements() + net.inputs().get(0).shape().elements());
    int threads = Runtime.getRuntime().availableProcessors();
    long bytes =
        program.arenaBytes()
            + program.weightBytes()
            + threads * program.scratchBytesPerThread()
            + 2 * largest
            + patch
            + SMALL_OBJECTS;
    return List.of("-XX:+UseSerialGC", "-Xmn8m", "-Xmx" + ((bytes >> 20) + 1) + "m");
  }

  private void measure(Engine engine, Path model, List<String> flags) throws IOException {
    List<String> arguments = List.of(engine.name(), model.toString(), Integer.toString(threads));
    Process process =
        FreshJvm.of(OnePatch.class.getName(), flags, arguments)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader answers =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        OutputStream orders = process.getOutputStream()) {
      expect(answers, "ready");
      double before = ResidentSize.of(process.pid()).now();
      orders.write('\n');
      orders.flush();
      expect(answers, "done");
      double peak = ResidentSize.of(process.pid()).peak();
      orders.write('\n');
      String told = flags.isEmpty() ? "none" : String.join(" ", flags);
      out.println(
          format("%-10s %9.0f %9.0f %9.0f  %s", engine.name(), before, peak, peak - before, told));
    } finally {
      process.destroy();
    }
  }

  private static void expect(BufferedReader answers, String word) throws IOException {
    String line = answers.readLine();
    if (!word.equals(line)) {
      throw new IOException("the measured process said '" + line + "' instead of " + word);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path path : new ArrayList<>(files.sorted(Comparator.reverseOrder()).toList())) {
        Files.delete(path);
      }
    }
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
