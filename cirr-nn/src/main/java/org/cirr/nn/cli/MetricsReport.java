package org.cirr.nn.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.cirr.io.file.AtomicFile;
import org.cirr.metrics.evaluate.CaseScores;
import org.cirr.metrics.evaluate.Distribution;
import org.cirr.metrics.evaluate.Metric;
import org.cirr.metrics.evaluate.Preset;
import org.cirr.metrics.evaluate.Structure;
import org.cirr.metrics.evaluate.StructureScores;
import org.cirr.metrics.evaluate.Summary;
import org.cirr.metrics.overlap.Confusion;

/** What {@code cirr metrics} tells, in three forms. The keys are part of the contract. */
record MetricsReport(Summary summary, List<Metric> metrics, Preset preset) {

  /** The forms. */
  enum Format {
    /** For people: columns, and mean ± SD at the end. */
    TABLE,
    /** For programs: everything. */
    JSON,
    /** For spreadsheets: a row per case and structure. */
    CSV
  }

  /** Writes a file whole or not at all. */
  void write(Format format, Path file) throws IOException {
    byte[] bytes = text(format).getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(file, out -> out.write(bytes));
  }

  String text(Format format) {
    return switch (format) {
      case TABLE -> table();
      case JSON ->
          new GsonBuilder()
                  .setPrettyPrinting()
                  .disableHtmlEscaping()
                  .serializeNulls()
                  .create()
                  .toJson(json())
              + "\n";
      case CSV -> csv();
    };
  }

  private String table() {
    List<String[]> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("case", "structure"));
    metrics.forEach(metric -> head.add(metric.key()));
    rows.add(head.toArray(String[]::new));
    for (CaseScores each : summary.cases()) {
      for (StructureScores one : each.structures()) {
        List<String> row = new ArrayList<>(List.of(each.name(), one.structure().name()));
        metrics.forEach(metric -> row.add(shown(one.value(metric.key()))));
        rows.add(row.toArray(String[]::new));
      }
    }
    String text = columns(rows, 2);
    return summary.cases().size() < 2 ? text : text + "\n" + summaryTable();
  }

  private String summaryTable() {
    List<String[]> rows = new ArrayList<>();
    rows.add(
        new String[] {"structure", "metric", "mean", "SD", "95% CI of the mean", "median", "n"});
    for (Structure structure : summary.structures()) {
      for (Metric metric : metrics) {
        Distribution d = summary.distribution(structure, metric.key());
        rows.add(
            new String[] {
              structure.name(),
              metric.toString(),
              shown(d.mean()),
              d.n() < 2 ? "" : "\u00b1 " + shown(d.sd()),
              d.n() < 2 ? "" : "[" + shown(d.low()) + ", " + shown(d.high()) + "]",
              shown(d.median()),
              counts(d)
            });
      }
    }
    StringBuilder text = new StringBuilder(columns(rows, 2));
    if (summary.structures().size() > 1) {
      List<String[]> orders = new ArrayList<>();
      orders.add(
          new String[] {
            "all structures",
            "over cases, then structures (nnU-Net)",
            "over structures, then cases (MONAI)"
          });
      for (Metric metric : metrics) {
        orders.add(
            new String[] {
              metric.toString(),
              shown(summary.meanOverCasesThenStructures(metric.key())),
              shown(summary.meanOverStructuresThenCases(metric.key()))
            });
      }
      text.append('\n').append(columns(orders, 1));
    }
    return text.toString();
  }

  private static String counts(Distribution d) {
    List<String> left = new ArrayList<>();
    if (d.undefined() > 0) {
      left.add(d.undefined() + " NaN");
    }
    if (d.infinite() > 0) {
      left.add(d.infinite() + " infinite");
    }
    return d.n() + (left.isEmpty() ? "" : " (left out: " + String.join(", ", left) + ")");
  }

  /** Lines up columns: the first ones to the left, numbers to the right. */
  private static String columns(List<String[]> rows, int leftAligned) {
    int[] widths = new int[rows.get(0).length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        String gap = " ".repeat(widths[i] - row[i].length());
        line.append(i < leftAligned ? row[i] + gap : gap + row[i]).append("  ");
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** A number as a person wants it. */
  static String shown(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == Math.rint(value) && Math.abs(value) >= 1000) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%.1f" : "%.4f", value);
  }

  private String csv() {
    StringBuilder text = new StringBuilder("case,structure,labels,ref_ml,pred_ml");
    metrics.forEach(metric -> text.append(',').append(quoted(metric.key())));
    text.append('\n');
    for (CaseScores each : summary.cases()) {
      for (StructureScores one : each.structures()) {
        text.append(quoted(each.name()))
            .append(',')
            .append(quoted(one.structure().name()))
            .append(',')
            .append(
                one.structure().labels().labels().stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining("+")))
            .append(',')
            .append(one.referenceMl())
            .append(',')
            .append(one.predictedMl());
        metrics.forEach(metric -> text.append(',').append(one.value(metric.key())));
        text.append('\n');
      }
    }
    return text.toString();
  }

  private static String quoted(String text) {
    return text.matches("(?s).*[\",\\r\\n].*") ? "\"" + text.replace("\"", "\"\"") + "\"" : text;
  }

  private JsonObject json() {
    JsonObject json = new JsonObject();
    json.addProperty("cirr", Main.version());
    json.addProperty("preset", preset.name().toLowerCase(Locale.ROOT));
    JsonObject units = new JsonObject();
    metrics.forEach(metric -> units.addProperty(metric.key(), metric.unit()));
    json.add("units", units);
    JsonArray cases = new JsonArray();
    for (CaseScores each : summary.cases()) {
      JsonObject one = new JsonObject();
      one.addProperty("case", each.name());
      JsonArray structures = new JsonArray();
      each.structures().forEach(scores -> structures.add(json(scores)));
      one.add("structures", structures);
      cases.add(one);
    }
    json.add("cases", cases);
    json.add("summary", summaryJson());
    return json;
  }

  private JsonObject json(StructureScores scores) {
    JsonObject json = new JsonObject();
    json.addProperty("name", scores.structure().name());
    json.add("labels", labels(scores.structure()));
    Confusion counts = scores.counts();
    json.addProperty("tp", counts.tp());
    json.addProperty("fp", counts.fp());
    json.addProperty("fn", counts.fn());
    json.addProperty("tn", counts.tn());
    add(json, "refMl", scores.referenceMl());
    add(json, "predMl", scores.predictedMl());
    JsonObject values = new JsonObject();
    metrics.forEach(metric -> add(values, metric.key(), scores.value(metric.key())));
    json.add("metrics", values);
    return json;
  }

  private JsonObject summaryJson() {
    JsonObject json = new JsonObject();
    JsonArray structures = new JsonArray();
    for (Structure structure : summary.structures()) {
      JsonObject one = new JsonObject();
      one.addProperty("name", structure.name());
      one.add("labels", labels(structure));
      JsonObject values = new JsonObject();
      for (Metric metric : metrics) {
        values.add(metric.key(), json(summary.distribution(structure, metric.key())));
      }
      one.add("metrics", values);
      structures.add(one);
    }
    json.add("structures", structures);
    JsonObject casesFirst = new JsonObject();
    JsonObject structuresFirst = new JsonObject();
    for (Metric metric : metrics) {
      add(casesFirst, metric.key(), summary.meanOverCasesThenStructures(metric.key()));
      add(structuresFirst, metric.key(), summary.meanOverStructuresThenCases(metric.key()));
    }
    json.add("meanOverCasesThenStructures", casesFirst);
    json.add("meanOverStructuresThenCases", structuresFirst);
    JsonObject pooled = new JsonObject();
    for (Structure structure : summary.structures()) {
      add(pooled, structure.name(), summary.pooled(structure).dice(preset.policy()));
    }
    json.add("pooledDice", pooled);
    return json;
  }

  private static JsonArray labels(Structure structure) {
    JsonArray labels = new JsonArray();
    structure.labels().labels().forEach(labels::add);
    return labels;
  }

  private static JsonObject json(Distribution d) {
    JsonObject json = new JsonObject();
    json.addProperty("n", d.n());
    json.addProperty("nan", d.undefined());
    json.addProperty("infinite", d.infinite());
    String[] keys = {"mean", "sd", "ciLow", "ciHigh", "min", "q1", "median", "q3", "max"};
    double[] values = {
      d.mean(), d.sd(), d.low(), d.high(), d.min(), d.q1(), d.median(), d.q3(), d.max()
    };
    for (int i = 0; i < keys.length; i++) {
      add(json, keys[i], values[i]);
    }
    return json;
  }

  /** JSON knows no NaN and no infinity: null and "inf". */
  private static void add(JsonObject json, String key, double value) {
    if (Double.isNaN(value)) {
      json.add(key, JsonNull.INSTANCE);
    } else if (Double.isInfinite(value)) {
      json.addProperty(key, value > 0 ? "inf" : "-inf");
    } else {
      json.add(key, new JsonPrimitive(value));
    }
  }
}
