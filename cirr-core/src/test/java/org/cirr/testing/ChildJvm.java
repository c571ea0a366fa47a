package org.cirr.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a class of the test class path in a Java process of its own, with other flags. */
public final class ChildJvm {
  private ChildJvm() {}

  /** What the process printed, standard output and error together, and its exit code. */
  public record Result(int exitCode, String text) {
    /** How often a piece of text was printed. */
    public int count(String piece) {
      return (text.length() - text.replace(piece, "").length()) / piece.length();
    }
  }

  /** Runs {@code main} with the given flags and no arguments. */
  public static Result run(Class<?> main, String... flags) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.addAll(List.of("-Xmx1g", "-cp", System.getProperty("java.class.path"), main.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    try {
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(120, TimeUnit.SECONDS)) {
        throw new AssertionError("the child does not end: " + command + "\n" + text);
      }
      return new Result(process.exitValue(), text);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      process.destroyForcibly();
    }
  }
}
