package org.cirr.cuda;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The PTX of {@code src/test/gpu}, which {@link CheckPeak} runs. */
final class PeakFiles {
  static final List<String> NAMES = List.of("peak", "peak90");
  private static final Path SOURCES = Path.of("src/test/gpu").toAbsolutePath();
  private static final Path FOLDER = Path.of("src/test/resources/org/cirr/cuda").toAbsolutePath();
  private static final Path LIST = FOLDER.resolve("peak.sha256");

  private PeakFiles() {}

  /** The PTX of a file: of tensor cores since Ampere, and of Hopper's. */
  static String compile(String file, Path folder) throws IOException {
    boolean hopper = file.equals("peak90");
    Path made = folder.resolve(file + ".ptx");
    Path source = SOURCES.resolve(file + ".cu");
    StandIn.Tool.finish(
        StandIn.Tool.start(
            List.of(
                "nvcc",
                "-ptx",
                "-std=c++17",
                hopper ? "-arch=sm_90a" : "-arch=compute_80",
                "-o",
                made.toString(),
                source.toString())));
    String version = hopper ? ".version 8.0" : ".version 7.0";
    return Files.readString(made).replaceFirst("(?m)^\\.version .*$", version);
  }

  static String shipped(String file) throws IOException {
    return Files.readString(FOLDER.resolve(file + ".ptx"));
  }

  /** What the driver takes. */
  static byte[] image(String file) throws IOException {
    return (shipped(file) + "\0").getBytes(StandardCharsets.US_ASCII);
  }

  static String target(String file) {
    return file.equals("peak90") ? "sm_90a" : "sm_80";
  }

  /** What the list must hold. */
  static String expectedList() throws IOException {
    StringBuilder text = new StringBuilder();
    for (String file : NAMES) {
      String source = Files.readString(SOURCES.resolve(file + ".cu"));
      text.append(file).append(".cu ").append(Sources.hash(source)).append('\n');
      text.append(file).append(".ptx ").append(Sources.hash(shipped(file))).append('\n');
    }
    return text.toString();
  }

  static String list() throws IOException {
    return Files.readString(LIST);
  }

  /** Makes all files again. */
  static void write(Path temporary) throws IOException {
    for (String file : NAMES) {
      Files.writeString(FOLDER.resolve(file + ".ptx"), compile(file, temporary));
    }
    Files.writeString(LIST, expectedList());
  }
}
