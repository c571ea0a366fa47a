package org.cirr.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Java process of our own with the flags that a measurement needs, which {@code java -jar} cannot
 * have: the vector module, a stated heap, and the peers' jars on the class path.
 */
public final class FreshJvm {
  private static final String PEERS = "peers";

  private FreshJvm() {}

  /** The process, ready to start. */
  public static ProcessBuilder of(String mainClass, List<String> flags, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-modules=jdk.incubator.vector");
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED"); // the peers'; a warning without it
    }
    command.add("-DDJL_CACHE_DIR=" + cache());
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath(), mainClass));
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }

  /** Runs it with our own standard streams; the exit code. */
  public static int run(String mainClass, List<String> flags, List<String> arguments)
      throws IOException, InterruptedException {
    Process process = of(mainClass, flags, arguments).inheritIO().start();
    try {
      return process.waitFor();
    } finally {
      process.destroy();
    }
  }

  /** Our class path, and the peers that the build put beside the jar. */
  private static String classPath() {
    String own = System.getProperty("java.class.path");
    return Files.isDirectory(folder().resolve(PEERS))
        ? own + File.pathSeparator + folder().resolve(PEERS).resolve("*")
        : own;
  }

  /** Where DJL unpacks PyTorch's libraries (450 MB, once). */
  private static String cache() {
    Path peers = folder().resolve(PEERS);
    String told = System.getProperty("DJL_CACHE_DIR");
    Path fallback = Path.of(System.getProperty("java.io.tmpdir"), "cirr-benchmarks-djl");
    return told != null
        ? told
        : Files.isWritable(peers) ? peers.resolve("djl").toString() : fallback.toString();
  }

  /** The folder of the jar, or of whatever the class path begins with. */
  private static Path folder() {
    String first = System.getProperty("java.class.path").split(File.pathSeparator)[0];
    Path parent = Path.of(first).toAbsolutePath().getParent();
    return parent == null ? Path.of("/") : parent;
  }
}
