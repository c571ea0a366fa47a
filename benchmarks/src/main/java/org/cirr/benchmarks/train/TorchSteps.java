package org.cirr.benchmarks.train;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Python's PyTorch in a process of its own, which takes a step when it is told to. */
final class TorchSteps implements AutoCloseable {
  private static final Path SCRIPT = Path.of("benchmarks", "python", "train_peer.py");

  private final Process process;
  private final OutputStream to;
  private final BufferedReader from;
  private final String version;

  private TorchSteps(Process process) throws IOException {
    this.process = process;
    to = process.getOutputStream();
    from =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    version = answer().get("version").getAsString();
  }

  /**
   * Starts it.
   *
   * <p><b>Errors</b>: {@link IOException} saying why it cannot run, and what to do.
   */
  static TorchSteps start(String python, int threads, boolean channelsLast) throws IOException {
    if (!Files.exists(SCRIPT)) {
      throw new IOException("there is no " + SCRIPT + " here; start in the repository's root");
    }
    List<String> command =
        new ArrayList<>(List.of(python, SCRIPT.toString(), "--threads", String.valueOf(threads)));
    if (channelsLast) {
      command.add("--last");
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    return new TorchSteps(builder.start());
  }

  /** One step; its seconds. */
  double step() throws IOException {
    to.write('\n');
    to.flush();
    return answer().get("seconds").getAsDouble();
  }

  String version() {
    return version;
  }

  private JsonObject answer() throws IOException {
    String line = from.readLine();
    if (line == null) {
      throw new IOException("Python's PyTorch has ended; pip install torch, or give --python");
    }
    return JsonParser.parseString(line).getAsJsonObject();
  }

  @Override
  public void close() {
    process.destroy();
  }
}
