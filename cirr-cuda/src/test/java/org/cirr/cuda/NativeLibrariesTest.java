package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.cirr.cuda.process.ReportMain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of their own: with and without a driver, with broken and foreign files. */
class NativeLibrariesTest {
  private static final String COMPUTES = " computes [0.0, 2.0, 3.0]";
  private static final String JCUDA = "libJCudaDriver-12.6.0-linux-x86_64.so";

  private static Process start(Map<String, String> environment, List<String> flags)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    if (!flags.contains("-cp")) {
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    }
    command.add(ReportMain.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("LD_LIBRARY_PATH");
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static String finish(Process process) throws IOException {
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertEquals(0, process.waitFor(), text);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return text;
  }

  private static String run(String... flags) throws IOException {
    return finish(start(Map.of(), List.of(flags)));
  }

  private static void assertHas(String part, String text) {
    assertTrue(text.contains(part), text);
  }

  private static String driver() {
    return "-D" + NativeLibraries.DRIVER + "=" + StandIn.library();
  }

  @Test
  void withoutADriverEverythingIsAsBeforeAndTheReasonIsTold() throws IOException {
    assumeTrue(
        Stream.of("/usr/lib/x86_64-linux-gnu/libcuda.so.1", "/dev/nvidiactl", "/dev/dxg")
            .noneMatch(file -> Files.exists(Path.of(file))),
        "skipped: this machine has an NVIDIA driver");
    String text = run("-Xlog:class+load");
    assertHas(
        "cuda cannot: there is no NVIDIA driver (libcuda.so.1) on this machine; install one, or say"
            + " where it is with -Dcirr.cuda.driver=FILE",
        text);
    assertHas("scalar" + COMPUTES, text);
    assertTrue(!text.contains("jcuda.driver.JCudaDriver "), "JCuda was touched");
  }

  @Test
  void aDriverWithoutADeviceIsTold() throws IOException {
    Map<String, String> noDevice = Map.of("CIRR_STANDIN_FAIL", "cuInit=100");
    String text = finish(start(noDevice, List.of(driver())));
    assertHas("cuda cannot: the NVIDIA driver finds no GPU", text);
    assertHas("scalar" + COMPUTES, text);
  }

  @Test
  void aDriverIsFoundThroughTheLibraryPath() throws IOException {
    Map<String, String> path = Map.of("LD_LIBRARY_PATH", StandIn.library().getParent().toString());
    assertHas("cuda" + COMPUTES, finish(start(path, List.of())));
  }

  @Test
  void brokenDriversAreRefusedBeforeTheyAreLoaded(@TempDir Path folder) throws IOException {
    Path text = Files.writeString(folder.resolve("text.so"), "no library");
    byte[] whole = Files.readAllBytes(StandIn.library());
    Path half = folder.resolve("half.so");
    Files.write(half, Arrays.copyOf(whole, whole.length / 2));
    Path head = Files.write(folder.resolve("head.so"), Arrays.copyOf(whole, 70));
    Path empty = Files.write(folder.resolve("empty.so"), new byte[0]);
    Path absent = folder.resolve("absent.so");
    assertEquals("is no shared library for x86-64", ElfFile.fault(text));
    assertEquals("is no shared library for x86-64", ElfFile.fault(empty));
    assertEquals("is cut off after " + whole.length / 2 + " bytes", ElfFile.fault(half));
    assertEquals("is cut off after 70 bytes", ElfFile.fault(head));
    assertNull(ElfFile.fault(StandIn.library()));
    for (Path file : List.of(half, absent)) {
      String fault = Files.exists(file) ? ElfFile.fault(file) : "does not exist";
      String told = run("-D" + NativeLibraries.DRIVER + "=" + file);
      assertHas(
          "cuda cannot: -Dcirr.cuda.driver="
              + file
              + " "
              + fault
              + "; name the driver's libcuda.so.1",
          told);
      assertHas("scalar" + COMPUTES, told);
    }
  }

  @Test
  void aForeignFileInTheTemporaryFolderIsNotTouched(@TempDir Path folder) throws IOException {
    byte[] hostile = "not JCuda's".getBytes(StandardCharsets.UTF_8);
    Path file = Files.write(folder.resolve(JCUDA), hostile);
    String text = run(driver(), "-Djava.io.tmpdir=" + folder);
    assertHas("cuda" + COMPUTES, text);
    assertArrayEquals(hostile, Files.readAllBytes(file));
    try (Stream<Path> left = Files.list(folder).filter(each -> !isOfTheVm(each))) {
      assertEquals(List.of(file), left.toList(), "something was left behind");
    }
  }

  private static boolean isOfTheVm(Path file) {
    return file.getFileName().toString().startsWith("hsperfdata");
  }

  @Test
  void processesThatStartTogetherDoNotMeet() throws IOException {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(start(Map.of(), List.of(driver())));
    }
    for (Process process : processes) {
      assertHas("cuda" + COMPUTES, finish(process));
    }
  }

  @Test
  void severalDevicesComputeSideBySideInOneProcess() throws IOException {
    Map<String, String> two = Map.of("CIRR_STANDIN_DEVICES", "2");
    String text = finish(start(two, List.of(driver(), "-Dcirr.test.devices=0,1,0")));
    assertHas("cuda:0 computes [0.0, 2.0, 3.0]", text);
    assertHas("cuda:1 computes [0.0, 2.0, 3.0]", text);
    assertHas(
        "backend 'cuda:2' cannot run here: the GPUs of this machine are numbered 0 to 1, got '2'",
        text);
  }

  @Test
  void theBackendIsFoundFromTheModulePath() throws IOException {
    List<String> modules = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      String name = Path.of(entry).getFileName().toString();
      boolean own =
          entry.contains("cirr-") && (name.equals("classes") || name.matches("cirr-c.*T\\.jar"));
      boolean foreign = name.startsWith("jcuda") || name.startsWith("joml");
      (own || foreign ? modules : others).add(entry);
    }
    String text =
        run(
            driver(),
            "-p",
            modules.stream().collect(Collectors.joining(File.pathSeparator)),
            "--add-modules",
            "org.cirr.cuda",
            "-cp",
            String.join(File.pathSeparator, others));
    assertHas("cuda" + COMPUTES, text);
  }
}
