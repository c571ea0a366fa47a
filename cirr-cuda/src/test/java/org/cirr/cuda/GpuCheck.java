package org.cirr.cuda;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.Backend;
import org.cirr.backend.BackendReport;
import org.cirr.backend.Backends;
import org.cirr.backend.DeviceException;
import org.cirr.backend.OpCases;
import org.cirr.backend.OpContract;
import org.cirr.nn.segment.Precision;

/**
 * Checks cirr-cuda on the GPU of this machine and times it; {@code gpu-check.sh} packs and starts
 * it. What matters most comes first, and everything is written at once.
 */
final class GpuCheck {
  private static final int NO_DEVICE = 3;
  private static final List<String> PARTS =
      List.of("ops", "masks", "peak", "network", "kernels", "training", "torch");

  private final boolean quick;
  private final Path data;
  private final Set<String> parts;
  private final String python;
  private final CheckReport report;

  private GpuCheck(boolean quick, Path data, Set<String> parts, String python, CheckReport report) {
    this.quick = quick;
    this.data = data;
    this.parts = parts;
    this.python = python;
    this.report = report;
  }

  /** Options: {@code --quick --data FOLDER --json FILE --only PART,PART --python PROGRAM}. */
  public static void main(String[] arguments) throws IOException {
    boolean quick = false;
    Path data = Path.of("data");
    Path json = Path.of("gpu-check.json");
    Set<String> parts = new LinkedHashSet<>(PARTS);
    String python = "python3";
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--quick" -> quick = true;
        case "--data" -> data = Path.of(arguments[++i]);
        case "--json" -> json = Path.of(arguments[++i]);
        case "--only" -> parts.retainAll(List.of(arguments[++i].split(",")));
        case "--python" -> python = arguments[++i];
        default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
      }
    }
    BackendReport device =
        Backends.report().stream().filter(b -> b.name().equals("cuda")).findFirst().orElseThrow();
    if (!device.available()) {
      System.err.println("gpu-check: " + device.detail());
      System.exit(NO_DEVICE);
    }
    CheckReport report = new CheckReport(json.toAbsolutePath(), device.detail());
    try {
      new GpuCheck(quick, data, parts, python, report).run();
    } catch (DeviceException | UnsupportedOperationException e) { // a kernel took the GPU with it
      report.check("the rest", false, "left out, as " + e.getMessage());
    }
    System.exit(report.end() ? 0 : 1);
  }

  private void run() throws IOException {
    List<Precision> precisions = CheckMasks.precisions();
    List<Arithmetic> fastest = precisions.stream().map(Precision::arithmetic).toList();
    for (Arithmetic arithmetic : fastest) {
      timed("ops", () -> ops(arithmetic));
    }
    timed("ops", this::slidingWindows);
    if (parts.contains("masks")) {
      CheckMasks masks = new CheckMasks(report, data.resolve("own"));
      for (Precision precision : precisions) {
        masks.own(quick ? List.of("tiny") : List.of("tiny", "bundled"), precision);
        if (!quick && Files.isDirectory(data.resolve("nnunet"))) {
          masks.nnUnet(data.resolve("nnunet"), precision);
        }
      }
    }
    if (parts.contains("peak")) {
      peak();
    }
    CheckNetworks networks = new CheckNetworks(report, quick);
    CheckTimes times = new CheckTimes(report, quick);
    for (Arithmetic arithmetic : fastest) {
      timed("network", () -> networks.network(arithmetic));
    }
    for (Arithmetic arithmetic : fastest) {
      timed("kernels", () -> times.kernels(arithmetic));
    }
    for (Arithmetic arithmetic : fastest) {
      timed("training", () -> networks.training(arithmetic));
    }
    if (parts.contains("torch")) {
      torch();
    }
  }

  private void timed(String part, Runnable work) {
    if (parts.contains(part)) {
      work.run();
    }
  }

  /**
   * The cases of {@link CudaContractTest}, or where factors are rounded of {@link
   * TensorContractTest}; quickly, the smallest one of each op.
   */
  private void ops(Arithmetic arithmetic) {
    Backend cuda = Backends.of(CudaProvider.NAME, arithmetic);
    boolean exact = arithmetic == Arithmetic.FLOAT32;
    List<OpCases.Case> all = exact ? OpCases.all() : TensorCases.all();
    List<OpCases.Case> cases = quick ? smallest(all) : all;
    Set<Class<?>> kinds = new HashSet<>();
    List<String> wrong = new ArrayList<>();
    long start = System.nanoTime();
    for (OpCases.Case test : cases) {
      kinds.add(test.op().getClass());
      try {
        check(cuda, arithmetic, test);
      } catch (AssertionError | DeviceException e) {
        wrong.add(test + ": " + e.getMessage());
        CheckReport.say("FAILED  " + test + ": " + e.getMessage());
        if (e instanceof DeviceException failure && failure.lost()) {
          break; // nothing else can run in this process
        }
      }
    }
    String detail =
        (cases.size() - wrong.size())
            + " of "
            + cases.size()
            + " cases of "
            + kinds.size()
            + " ops as scalar computes them, "
            + (System.nanoTime() - start) / 1_000_000_000
            + " s";
    report.check("ops, " + arithmetic, wrong.isEmpty(), detail);
  }

  /** Whether tiles that the device cuts and adds up give the bits that the host adds up. */
  private void slidingWindows() {
    Backend cuda = Backends.of(CudaProvider.NAME);
    List<TileCase> cases = quick ? TileCase.all().subList(0, 8) : TileCase.all();
    List<TileCase> wrong = cases.stream().filter(test -> !test.holds(cuda)).toList();
    wrong.forEach(test -> CheckReport.say("FAILED  sliding window: " + test));
    String detail = (cases.size() - wrong.size()) + " of " + cases.size() + " as the host adds up";
    report.check("sliding windows", wrong.isEmpty(), detail);
  }

  /** Throws an error where a backend does not give what the scalar backend gives. */
  static void check(Backend cuda, Arithmetic arithmetic, OpCases.Case test) {
    if (arithmetic != Arithmetic.FLOAT32) {
      TensorCases.check(cuda, arithmetic, test);
      return;
    }
    float[] expected = OpContract.run("scalar", test, 1);
    float[] actual = OpContract.checked(cuda, test, 1);
    OpContract.assertClose(expected, actual, OpContract.tolerance(test), test);
  }

  /** One case of each op. */
  static List<OpCases.Case> smallest(List<OpCases.Case> all) {
    Map<Class<?>, OpCases.Case> found = new LinkedHashMap<>();
    for (OpCases.Case test : all) {
      found.merge(test.op().getClass(), test, (a, b) -> work(b) < work(a) ? b : a);
    }
    return List.copyOf(found.values());
  }

  private static long work(OpCases.Case test) {
    return test.terms() * test.inputs().stream().mapToLong(shape -> shape.elements()).sum();
  }

  private void peak() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    for (String name : List.of(NativeLibraries.DRIVER, Probe.DEVICE)) {
      if (System.getProperty(name) != null) {
        command.add(1, "-D" + name + "=" + System.getProperty(name));
      }
    }
    command.add(CheckPeak.class.getName());
    String text = output(command, 60);
    text.lines().filter(line -> line.startsWith("peak ")).forEach(CheckReport::say);
    Map<String, Double> peaks = CheckPeak.parse(text);
    double mma = peaks.getOrDefault("mma", Double.NaN);
    report.peaks(
        peaks.getOrDefault("wgmma", mma) / 1e12,
        peaks.getOrDefault("float", Double.NaN) / 1e12,
        peaks.getOrDefault("copy", Double.NaN) / 1e9);
  }

  /** The same work with PyTorch, where it is there. */
  private void torch() throws IOException {
    Path script = data.resolve("torch_peer.py");
    String asked = "import torch; print(torch.cuda.is_available())";
    String found = output(List.of(python, "-c", asked), 60).strip();
    if (!found.endsWith("True")) {
      report.skipped("PyTorch", "there is no " + python + " with a PyTorch that finds the GPU");
      return;
    }
    String text = output(List.of(python, script.toString()), 240);
    for (String line : text.lines().toList()) {
      if (line.startsWith("{")) {
        JsonObject one = new Gson().fromJson(line, JsonObject.class);
        report.peer(one.get("name").getAsString(), one.get("ms").getAsDouble(), one.get("by"));
      } else {
        CheckReport.say("PyTorch: " + line);
      }
    }
  }

  /** What a program prints; what there is of it when it takes too long or cannot be started. */
  private static String output(List<String> command, int seconds) throws IOException {
    File file = File.createTempFile("gpu-check", ".txt");
    try {
      Process process =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(file).start();
      process.getOutputStream().close();
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      return Files.readString(file.toPath(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.getMessage();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      Files.deleteIfExists(file.toPath());
    }
  }
}
