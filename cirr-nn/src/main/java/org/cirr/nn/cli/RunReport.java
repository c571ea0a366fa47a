package org.cirr.nn.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.cirr.io.file.AtomicFile;
import org.cirr.io.nnunet.Postprocessing;
import org.cirr.nn.segment.SegmentOptions;

/**
 * A run as JSON, for {@code --json}. The keys are part of the command line's contract.
 *
 * @param model null for the bundled one
 */
record RunReport(
    Path model, SegmentOptions options, Instant started, Instant ended, List<CaseReport> cases) {

  /** Writes the file whole or not at all. */
  void write(Path file) throws IOException {
    String text =
        new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeNulls()
            .create()
            .toJson(toJson());
    AtomicFile.write(file, out -> out.write((text + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.addProperty("cirr", Main.version());
    json.addProperty("java", System.getProperty("java.version"));
    json.addProperty("notice", "research software, not a medical device");
    json.addProperty("model", model == null ? "bundled" : absolute(model));
    json.addProperty("started", started.truncatedTo(ChronoUnit.SECONDS).toString());
    json.addProperty("seconds", ChronoUnit.MILLIS.between(started, ended) / 1000.0);
    json.add("options", optionsJson());
    JsonArray array = new JsonArray();
    cases.forEach(each -> array.add(caseJson(each)));
    json.add("cases", array);
    return json;
  }

  private JsonObject optionsJson() {
    JsonObject json = new JsonObject();
    json.add("folds", strings(options.folds()));
    json.addProperty("step", options.stepSize());
    json.addProperty("gaussian", options.gaussian());
    json.addProperty("mirroring", options.mirroring());
    json.addProperty("precision", options.precision().name().toLowerCase(Locale.ROOT));
    json.addProperty("parity", ParityOption.text(options.parity()));
    json.addProperty("backend", options.backend());
    json.addProperty("threads", options.threads());
    json.add("labels", strings(options.labels()));
    json.add("postprocessing", postprocessingJson());
    return json;
  }

  /** For each step the labels whose largest component is kept; null for the model's own steps. */
  private JsonArray postprocessingJson() {
    if (options.postprocessing() == null) {
      return null;
    }
    JsonArray array = new JsonArray();
    for (Postprocessing.KeepLargest step : options.postprocessing().steps()) {
      JsonArray labels = new JsonArray();
      step.labels().forEach(labels::add);
      array.add(labels);
    }
    return array;
  }

  private static JsonObject caseJson(CaseReport report) {
    JsonObject json = new JsonObject();
    json.addProperty("case", report.image().name());
    json.addProperty("status", report.status().name().toLowerCase(Locale.ROOT));
    json.addProperty("error", report.error());
    json.add(
        "inputs", strings(report.image().channels().stream().map(RunReport::absolute).toList()));
    Outputs outputs = report.outputs();
    json.addProperty("output", outputs == null ? null : absolute(outputs.mask()));
    json.addProperty("probabilities", outputs == null ? null : absolute(outputs.probabilities()));
    json.addProperty("preview", outputs == null ? null : absolute(outputs.preview()));
    if (report.geometry() != null) {
      JsonArray shape = new JsonArray();
      JsonArray spacing = new JsonArray();
      for (int axis = 0; axis < 3; axis++) {
        shape.add(report.geometry().shape().dim(axis));
        spacing.add(report.geometry().spacing().toArray()[axis]);
      }
      json.add("shapeZyx", shape);
      json.add("spacingZyxMm", spacing);
    }
    if (report.plan() != null) {
      json.addProperty("backend", report.plan().backend());
      json.addProperty("tiles", report.plan().tiles());
      json.addProperty("passes", report.plan().passes());
      json.addProperty("gigaFlop", report.plan().gigaFlop());
      json.addProperty("plannedPeakBytes", report.plan().peakBytes());
      json.addProperty("plannedDeviceBytes", report.plan().deviceBytes());
    }
    JsonObject seconds = new JsonObject();
    report.secondsPerStage().forEach(seconds::addProperty);
    json.add("secondsPerStage", seconds);
    JsonArray labels = new JsonArray();
    for (LabelVolumes.LabelVolume label : report.labels()) {
      JsonObject entry = new JsonObject();
      entry.addProperty("value", label.value());
      entry.addProperty("name", label.name());
      entry.addProperty("voxels", label.voxels());
      entry.addProperty("ml", label.ml());
      labels.add(entry);
    }
    json.add("labels", labels);
    json.add("warnings", strings(report.warnings()));
    return json;
  }

  private static String absolute(Path path) {
    return path == null ? null : path.toAbsolutePath().normalize().toString();
  }

  private static JsonArray strings(Collection<String> values) {
    JsonArray array = new JsonArray();
    values.forEach(array::add);
    return array;
  }
}
