package org.cirr.nn.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cirr.io.file.AtomicFile;
import org.cirr.nn.pseudolabel.KeepRules;
import org.cirr.nn.pseudolabel.StructureQuality;

/** Which cases were kept, and why others were not, as CSV and JSON. */
final class PseudoLabelReport {
  private static final List<String> MEASURES =
      List.of("ml", "confidence", "agreement", "components", "largest");

  private final KeepRules rules;
  private final Map<String, String> settings;
  private final Map<Integer, String> judged;
  private final List<Row> rows;

  PseudoLabelReport(
      KeepRules rules, Map<String, String> settings, Map<Integer, String> judged, List<Row> rows) {
    this.rules = rules;
    this.settings = settings;
    this.judged = judged;
    this.rows = rows;
  }

  /** What became of a case. */
  enum Status {
    KEPT,
    REJECTED,
    FAILED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A case; its structures are none where it failed. */
  record Row(
      String name,
      Status status,
      List<String> reasons,
      List<StructureQuality> structures,
      List<String> warnings) {}

  void writeCsv(Path file) throws IOException {
    StringBuilder text = new StringBuilder();
    List<String> header = new ArrayList<>(List.of("case", "status", "reasons"));
    judged.values().forEach(name -> MEASURES.forEach(measure -> header.add(name + " " + measure)));
    text.append(CsvText.line(header)).append('\n');
    for (Row row : rows) {
      List<String> cells = new ArrayList<>();
      cells.add(row.name());
      cells.add(row.status().toString());
      cells.add(String.join("; ", row.reasons()));
      if (row.structures().isEmpty()) {
        judged.values().forEach(name -> MEASURES.forEach(measure -> cells.add("")));
      }
      for (StructureQuality one : row.structures()) {
        cells.add(String.format(Locale.ROOT, "%.3f", one.ml()));
        cells.add(number(one.confidence()));
        cells.add(number(one.agreement()));
        cells.add(Integer.toString(one.components()));
        cells.add(number(one.largest()));
      }
      text.append(CsvText.line(cells)).append('\n');
    }
    AtomicFile.write(file, out -> out.write(text.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.4f", value);
  }

  void writeJson(Path file) throws IOException {
    JsonObject json = new JsonObject();
    json.addProperty("cirr", Main.version());
    JsonObject predicted = new JsonObject();
    settings.forEach(predicted::addProperty);
    json.add("predicted", predicted);
    json.add("rules", rulesJson());
    JsonArray cases = new JsonArray();
    rows.forEach(row -> cases.add(rowJson(row)));
    json.add("cases", cases);
    String text =
        new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .serializeNulls()
                .create()
                .toJson(json)
            + "\n";
    AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private JsonObject rulesJson() {
    JsonObject json = new JsonObject();
    json.add("judged", strings(List.copyOf(judged.values())));
    json.addProperty("minConfidence", rules.minConfidence());
    json.addProperty("minAgreement", rules.minAgreement());
    json.addProperty("minLargest", rules.minLargest());
    boolean any = rules.maxComponents() == Integer.MAX_VALUE;
    json.add("maxComponents", any ? null : new JsonPrimitive(rules.maxComponents()));
    json.addProperty("allowMissing", rules.allowMissing());
    JsonObject volumes = new JsonObject();
    judged.forEach(
        (value, name) -> {
          if (rules.volumes().containsKey(value)) {
            JsonArray range = new JsonArray();
            range.add(rules.volumes().get(value).least());
            range.add(rules.volumes().get(value).most());
            volumes.add(name, range);
          }
        });
    json.add("volumesMl", volumes);
    return json;
  }

  private static JsonObject rowJson(Row row) {
    JsonObject json = new JsonObject();
    json.addProperty("case", row.name());
    json.addProperty("status", row.status().toString());
    json.add("reasons", strings(row.reasons()));
    JsonArray structures = new JsonArray();
    for (StructureQuality one : row.structures()) {
      JsonObject entry = new JsonObject();
      entry.addProperty("value", one.value());
      entry.addProperty("name", one.name());
      entry.addProperty("voxels", one.voxels());
      entry.addProperty("ml", one.ml());
      entry.add("confidence", finite(one.confidence()));
      entry.add("agreement", finite(one.agreement()));
      entry.addProperty("components", one.components());
      entry.add("largest", finite(one.largest()));
      structures.add(entry);
    }
    json.add("structures", structures);
    json.add("warnings", strings(row.warnings()));
    return json;
  }

  private static JsonPrimitive finite(double value) {
    return Double.isNaN(value) ? null : new JsonPrimitive(value);
  }

  private static JsonArray strings(List<String> values) {
    JsonArray array = new JsonArray();
    values.forEach(array::add);
    return array;
  }
}
