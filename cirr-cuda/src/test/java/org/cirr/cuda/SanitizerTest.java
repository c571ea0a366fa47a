package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cirr.testing.Share;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kernels under g++'s address and undefined behaviour sanitizers: nothing is touched outside
 * arrays of shared and device memory, also where the value would not matter. In a Java process of
 * its own, into which the sanitizer is loaded first; {@code .ci/run} does it on one JDK.
 */
class SanitizerTest {
  private static Path sanitizer;
  private static Path library;

  private record Ended(int code, String text) {}

  @BeforeAll
  static void build() throws IOException {
    Share.require(0);
    assumeTrue(StandIn.Tool.exists("g++"), "skipped: the stand-in for a GPU needs g++");
    String file =
        StandIn.Tool.finish(StandIn.Tool.start(List.of("g++", "-print-file-name=libasan.so")));
    sanitizer = Path.of(file.strip());
    assumeTrue(Files.exists(sanitizer), "skipped: g++ has no address sanitizer (libasan)");
    library = StandIn.library(StandIn.Kind.SANITIZED);
  }

  private static Ended run(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-D" + NativeLibraries.DRIVER + "=" + library);
    command.addAll(List.of("-Xmx1g", "-cp", System.getProperty("java.class.path")));
    command.add(SanitizedMain.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LD_PRELOAD", sanitizer.toRealPath().toString());
    // Java has signals of its own for null pointers, and fibers have stacks of their own.
    builder
        .environment()
        .put(
            "ASAN_OPTIONS",
            "handle_segv=0:allow_user_segv_handler=1:detect_leaks=0"
                + ":detect_stack_use_after_return=0:exitcode=99");
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      return new Ended(process.waitFor(), text);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void everyKernelStaysInsideItsArrays() throws IOException {
    Ended ended = run();
    assertEquals(0, ended.code(), ended.text());
    assertTrue(
        ended.text().matches("(?s).*float32: \\d\\d.*tf32: \\d.*bf16: \\d.*windows: \\d\\d.*"),
        ended.text());
  }

  private static String onMutant(String file, String from, String to, Path folder)
      throws Exception {
    String text = MutantTest.source(file);
    Path mutant =
        StandIn.variant(
            StandIn.Kind.SANITIZED, file + ".cu", StandIn.mutated(text, from, to), folder);
    Ended ended = run(file, mutant.toString());
    assertTrue(ended.code() != 0, "not noticed:\n" + ended.text());
    assertTrue(ended.text().contains(file + ".cu:"), "no line is named:\n" + ended.text());
    return ended.text();
  }

  @Test
  void aValueThatIsReadBehindTheMemoryOfTheDeviceIsNoticed(@TempDir Path folder) throws Exception {
    String read = "shift ? y + shift[c] : y";
    String told =
        onMutant("rows", read, "shift && shift[c + 1] != 12345 ? y + shift[c] : y", folder);
    assertTrue(told.contains("ERROR: AddressSanitizer: use-after-poison"), told);
  }

  @Test
  void aValueThatIsReadBehindSharedMemoryIsNoticed(@TempDir Path folder) throws Exception {
    String read = "* memory.b[k][n0 + j]";
    String other = "* (memory.b[k + 1][n0 + j] != 12345 ? memory.b[k][n0 + j] : 0)";
    String told = onMutant("conv", read, other, folder);
    assertTrue(told.contains("runtime error: "), told);
  }
}
