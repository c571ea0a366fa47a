package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code gpu-check.sh} answers; {@code .ci/run} runs all of it. */
class GpuCheckTest {
  private record Ended(int code, String text) {}

  @TempDir Path folder;

  @BeforeAll
  static void onTheStandIn() {
    StandIn.use();
  }

  private static Ended run(List<String> command, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      return new Ended(process.waitFor(), text);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Ended check(Map<String, String> environment) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-D" + NativeLibraries.DRIVER + "=" + StandIn.library(),
            "-cp",
            System.getProperty("java.class.path"),
            GpuCheck.class.getName(),
            "--quick",
            "--only",
            "ops",
            "--json",
            json().toString());
    return run(command, environment);
  }

  private Path json() {
    return folder.resolve("check.json");
  }

  @Test
  void aKernelThatFailsIsToldAndEndsWithOne() throws IOException {
    Ended ended = check(Map.of("CIRR_STANDIN_FAIL", "cuGraphLaunch=700@9"));
    assertEquals(1, ended.code(), ended.text());
    assertTrue(ended.text().contains("cuGraphLaunch failed with CUDA error 700"), ended.text());
    assertTrue(ended.text().contains("FAILED  ops, float32: "), ended.text());
    JsonObject written = new Gson().fromJson(Files.readString(json()), JsonObject.class);
    assertFalse(written.get("holds").getAsBoolean());
  }

  @Test
  void aMachineWithoutAGpuEndsWithThreeAndTheReason() throws IOException {
    Ended ended = check(Map.of("CIRR_STANDIN_FAIL", "cuInit=100"));
    assertEquals(3, ended.code(), ended.text());
    assertTrue(
        ended.text().contains("gpu-check: the NVIDIA driver finds no GPU; see whether nvidia-smi"),
        ended.text());
    assertFalse(Files.exists(json()));
  }

  @Test
  void theScriptExplainsItselfAndRefusesWhatItDoesNotKnow() throws IOException {
    Ended help = run(List.of("sh", "gpu-check.sh", "--help"), Map.of());
    assertEquals(0, help.code());
    assertTrue(help.text().startsWith("Usage: gpu-check.sh [OPTIONS]"), help.text());
    assertRefused(2, "unknown option '--fast'; see --help", "--fast");
    assertRefused(2, "--json needs a value; see --help", "--json");
    assertRefused(2, "there is no part 'conv'; see --help", "--only", "ops,conv");
    assertRefused(
        3, "--driver /no does not exist; name the driver's libcuda.so.1", "--driver", "/no");
  }

  private static void assertRefused(int code, String message, String... options)
      throws IOException {
    List<String> command = new java.util.ArrayList<>(List.of("sh", "gpu-check.sh"));
    command.addAll(List.of(options));
    assertEquals(new Ended(code, "gpu-check: " + message + "\n"), run(command, Map.of()));
  }
}
