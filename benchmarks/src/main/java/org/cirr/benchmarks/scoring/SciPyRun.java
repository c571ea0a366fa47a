package org.cirr.benchmarks.scoring;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code benchmarks/python/metrics_peer.py} measured.
 *
 * @param unavailable why it could not run, empty when it could
 * @param version of SciPy and Python
 * @param seconds of one processor, for the distances of all its labels
 */
record SciPyRun(String unavailable, String version, double seconds, List<Label> labels) {
  private static final Path SCRIPT = Path.of("benchmarks", "python", "metrics_peer.py");

  /** The distances of one label, by cirr's names. */
  record Label(int label, Map<String, Double> values) {}

  /** Measures the first labels of two files. */
  static SciPyRun of(Path reference, Path prediction, int labels)
      throws IOException, InterruptedException {
    if (!Files.exists(SCRIPT)) {
      return none("there is no " + SCRIPT + " here; start in the repository's root");
    }
    ProcessBuilder command =
        new ProcessBuilder(
            "python3",
            SCRIPT.toString(),
            "--files",
            reference.toString(),
            prediction.toString(),
            String.valueOf(labels));
    command.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process python;
    try {
      python = command.start();
    } catch (IOException missing) {
      return none("python3 cannot be started (" + missing.getMessage() + ")");
    }
    String text = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (python.waitFor() != 0) {
      return none("python3 ended with " + python.exitValue() + "; pip install scipy numpy");
    }
    JsonObject root = JsonParser.parseString(text).getAsJsonObject();
    List<Label> measured = new ArrayList<>();
    JsonArray list = root.getAsJsonArray("labels");
    for (JsonElement each : list) {
      Map<String, Double> values = new LinkedHashMap<>();
      JsonObject numbers = each.getAsJsonObject().getAsJsonObject("values");
      numbers.keySet().forEach(key -> values.put(key, numbers.get(key).getAsDouble()));
      measured.add(new Label(each.getAsJsonObject().get("label").getAsInt(), values));
    }
    return new SciPyRun(
        "", root.get("version").getAsString(), root.get("seconds").getAsDouble(), measured);
  }

  private static SciPyRun none(String reason) {
    return new SciPyRun(reason, "", 0, List.of());
  }
}
