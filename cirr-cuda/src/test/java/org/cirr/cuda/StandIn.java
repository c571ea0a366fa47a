package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
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
public final class StandIn {
  static final Path KERNELS = Path.of("src/main/cuda").toAbsolutePath();
  static final Path HOST = Path.of("src/test/cuda").toAbsolutePath();

  /** How it is compiled, and where to. */
  enum Kind {
    /** For speed; it runs where it is built. */
    FAST("stand-in", "-O3", "-march=native"),
    /** Stops at the first access outside an array and at whatever C++ leaves undefined. */
    SANITIZED(
        "stand-in-sanitized",
        "-O1",
        "-g",
        "-fsanitize=address,undefined",
        "-fno-sanitize-recover=undefined",
        "-fsanitize-sections=cirr_shared",
        "-DCIRR_SANITIZED");

    final Path folder;
    final List<String> flags;

    Kind(String folder, String... flags) {
      this.folder = Path.of("target", folder).toAbsolutePath();
      this.flags = List.of(flags);
    }
  }

  private StandIn() {}

  /** Lets this process compute on the stand-in; skips the test where there is no g++. */
  public static synchronized void use() {
    System.setProperty(NativeLibraries.DRIVER, library().toString());
  }

  /** The library; skips the test where there is no g++. */
  static Path library() {
    return library(Kind.FAST);
  }

  /** The same of a kind. */
  static synchronized Path library(Kind kind) {
    assumeTrue(Tool.exists("g++"), "skipped: the stand-in for a GPU needs g++");
    try {
      return build(kind);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Builds the library, unless it is there already. */
  private static Path build(Kind kind) throws IOException {
    Path folder = kind.folder;
    Path library = folder.resolve("libcuda.so.1");
    Path stamp = folder.resolve("sources.sha256");
    String hash = Sources.hash(KERNELS) + Sources.hash(HOST) + kind.flags;
    if (Files.exists(library) && Files.exists(stamp) && Files.readString(stamp).equals(hash)) {
      return library;
    }
    Files.createDirectories(folder);
    List<Process> compilers = new ArrayList<>();
    List<String> objects = new ArrayList<>();
    for (Path source : sources()) {
      Path object = folder.resolve(source.getFileName() + ".o");
      objects.add(object.toString());
      compilers.add(compile(kind, source, object));
      if (compilers.size() == 2) {
        Tool.finish(compilers.remove(0));
      }
    }
    for (Process compiler : compilers) {
      Tool.finish(compiler);
    }
    Path linked = folder.resolve("linked.so");
    objects.add("-Wl,-soname,libcuda.so.1");
    link(kind, linked, objects);
    Files.move(linked, library, StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(stamp, hash);
    return library;
  }

  private static void link(Kind kind, Path library, List<String> objects) throws IOException {
    List<String> command = new ArrayList<>(List.of("g++", "-shared"));
    command.addAll(kind.flags);
    command.addAll(List.of("-o", library.toString()));
    command.addAll(objects);
    Tool.finish(Tool.start(command));
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (Path folder : List.of(KERNELS, HOST)) {
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

  private static Process compile(Kind kind, Path source, Path object) throws IOException {
    List<String> command = new ArrayList<>(List.of("g++", "-std=c++17"));
    command.addAll(kind.flags);
    command.addAll(
        List.of(
            "-Wall",
            "-Werror",
            "-fPIC",
            "-DCIRR_ON_HOST",
            "-I" + HOST,
            "-I" + KERNELS,
            "-x",
            "c++",
            "-c",
            source.toString(),
            "-o",
            object.toString()));
    return Tool.start(command);
  }

  /** A library of one kernel file with other text, for modules that name it. */
  static Path variant(String file, String text, Path folder) throws IOException {
    return variant(Kind.FAST, file, text, folder);
  }

  /** The same of a kind. */
  static Path variant(Kind kind, String file, String text, Path folder) throws IOException {
    Path source = Files.writeString(folder.resolve(file), text);
    Path library = folder.resolve(file + ".so");
    Path object = folder.resolve(file + ".o");
    Tool.finish(compile(kind, source, object));
    link(kind, library, List.of(object.toString(), library(kind).toString()));
    return library;
  }

  /** A source with a mistake in it; fails where the place of the mistake is not there any more. */
  static String mutated(String text, String from, String to) {
    assertTrue(text.contains(from), "the mutation does not fit the source any more: " + from);
    return text.replace(from, to);
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
