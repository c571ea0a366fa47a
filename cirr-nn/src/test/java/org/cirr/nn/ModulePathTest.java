package org.cirr.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The other tests run on the class path; here the modules are put together as modules. */
class ModulePathTest {
  private static final List<String> DEPENDENCIES =
      List.of(
          "joml-",
          "gson-",
          "commons-math3-",
          "snakeyaml-engine-",
          "picocli-",
          "progressbar-",
          "jline-terminal-",
          "jline-native-");

  private record Ended(int code, String output) {}

  /** What a program that uses cirr as modules would have on its module path. */
  private static String modulePath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(ModulePathTest::belongs)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean belongs(String entry) {
    Path path = Path.of(entry);
    String name = path.getFileName().toString();
    boolean cirrJar = name.startsWith("cirr-") && !name.endsWith("-tests.jar");
    boolean cirrClasses = name.equals("classes") && path.toString().contains("cirr-");
    return cirrJar || cirrClasses || DEPENDENCIES.stream().anyMatch(name::startsWith);
  }

  private static Ended java(String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "no end after a minute: " + output);
    return new Ended(process.exitValue(), output);
  }

  @Test
  void theCommandLineRunsFromTheModulePath() throws Exception {
    Ended ended = java("-p", modulePath(), "-m", "org.cirr.nn/org.cirr.nn.cli.Main", "--version");
    assertTrue(ended.output().startsWith("cirr "), ended.output());
    assertEquals(0, ended.code());
  }

  @Test
  void theBundledModelIsFoundFromTheModulePath() throws Exception {
    Ended ended =
        java(
            "-p",
            modulePath(),
            "-m",
            "org.cirr.nn/org.cirr.nn.cli.Main",
            "segment",
            "-i",
            "nowhere.nii.gz");
    assertTrue(ended.output().contains("the bundled model is used"), ended.output());
    assertTrue(ended.output().contains("nowhere.nii.gz: no such file"), ended.output());
    assertEquals(4, ended.code());
  }

  @Test
  void theSimdBackendIsFoundFromTheModulePath() throws Exception {
    Ended ended =
        java(
            "--add-modules",
            "jdk.incubator.vector",
            "-p",
            modulePath(),
            "-m",
            "org.cirr.nn/org.cirr.nn.cli.Main",
            "info",
            "--backends");
    assertTrue(ended.output().matches("(?s).*\\* simd +available.*"), ended.output());
    assertEquals(0, ended.code());
  }
}
