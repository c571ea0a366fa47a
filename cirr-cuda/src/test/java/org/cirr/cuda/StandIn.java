package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The stand-in for the NVIDIA driver: the kernels of {@code src/main/cuda}, compiled by g++ with
 * the fibers and the driver calls of {@code src/test/cuda}. It is built once and again when a
 * source has changed.
 */
final class StandIn {
  static final Path KERNELS = Path.of("src/main/cuda").toAbsolutePath();
  static final Path HOST = Path.of("src/test/cuda").toAbsolutePath();
  private static final Path FOLDER = Path.of("target/stand-in").toAbsolutePath();

  private StandIn() {}

  /** Lets this process compute on the stand-in; skips the test where there is no g++. */
  static synchronized void use() {
    System.setProperty(NativeLibraries.DRIVER, library().toString());
  }

  /** The library; skips the test where there is no g++. */
  static synchronized Path library() {
    assumeTrue(Tool.exists("g++"), "skipped: the stand-in for a GPU needs g++");
    try {
      return build(KERNELS, FOLDER);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Builds the library of kernels in a folder, unless it is there already. */
  static Path build(Path kernels, Path folder) throws IOException {
    Path library = folder.resolve("libcuda.so.1");
    Path stamp = folder.resolve("sources.sha256");
    String hash = Sources.hash(kernels) + Sources.hash(HOST);
    if (Files.exists(library) && Files.exists(stamp) && Files.readString(stamp).equals(hash)) {
      return library;
    }
    Files.createDirectories(folder);
    List<Process> compilers = new ArrayList<>();
    List<String> objects = new ArrayList<>();
    for (Path source : sources(kernels)) {
      Path object = folder.resolve(source.getFileName() + ".o");
      objects.add(object.toString());
      compilers.add(compile(kernels, source, object, "-O3"));
      if (compilers.size() == 2) {
        Tool.finish(compilers.remove(0));
      }
    }
    for (Process compiler : compilers) {
      Tool.finish(compiler);
    }
    List<String> link =
        new ArrayList<>(List.of("g++", "-shared", "-Wl,-soname,libcuda.so.1", "-o"));
    Path linked = folder.resolve("linked.so");
    link.add(linked.toString());
    link.addAll(objects);
    Tool.finish(Tool.start(link));
    Files.move(linked, library, StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(stamp, hash);
    return library;
  }

  private static List<Path> sources(Path kernels) throws IOException {
    List<Path> sources = new ArrayList<>();
    for (Path folder : List.of(kernels, HOST)) {
      try (Stream<Path> files = Files.list(folder)) {
        files
            .filter(file -> file.toString().matches(".*\\.(cu|cpp)"))
            .sorted()
            .forEach(sources::add);
      }
    }
    assertEquals(
        Ptx.FILES.size() + 3, sources.size(), "kernels and copies, driver, fibers: " + sources);
    return sources;
  }

  private static Process compile(Path kernels, Path source, Path object, String level)
      throws IOException {
    return Tool.start(
        List.of(
            "g++",
            "-std=c++17",
            level,
            "-march=native", // it runs where it is built
            "-Wall",
            "-Werror",
            "-fPIC",
            "-DCIRR_ON_HOST",
            "-I" + HOST,
            "-I" + kernels,
            "-x",
            "c++",
            "-c",
            source.toString(),
            "-o",
            object.toString()));
  }

  /** A library of one kernel file with other text, for modules that name it. */
  static Path variant(String file, String text, Path folder) throws IOException {
    Path source = Files.writeString(folder.resolve(file), text);
    Path library = folder.resolve(file + ".so");
    Path object = folder.resolve(file + ".o");
    Tool.finish(compile(KERNELS, source, object, "-O1")); // it runs once
    String driver = library().toString();
    Tool.finish(
        Tool.start(List.of("g++", "-shared", "-o", library.toString(), object.toString(), driver)));
    return library;
  }

  /** Compilers and other programs. */
  static final class Tool {
    private Tool() {}

    static boolean exists(String name) {
      return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
          .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    }

    static Process start(List<String> command) throws IOException {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    static String finish(Process process) throws IOException {
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      try {
        assertEquals(0, process.waitFor(), text);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return text;
    }
  }
}
