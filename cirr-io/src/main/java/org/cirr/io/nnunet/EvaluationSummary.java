package org.cirr.io.nnunet;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cirr.io.file.AtomicFile;
import org.cirr.io.file.SeekableBytes;

/**
 * nnU-Net's {@code summary.json}: Dice, IoU and voxel counts of every label of every case, their
 * means over cases, and the mean of these over labels.
 *
 * <p>Labels are keys, {@code 1} or, for a region, {@code (1, 2, 3)}.
 *
 * <p><b>Source</b>: nnU-Net v2, {@code evaluate_predictions.py}.
 *
 * @param cases the cases in the file's order
 */
public record EvaluationSummary(List<Case> cases) {

  /** Copies the list. */
  public EvaluationSummary {
    cases = List.copyOf(cases);
  }

  /**
   * One case.
   *
   * @param referenceFile the path of the reference, as written
   * @param predictionFile the path of the prediction
   * @param labels the labels' scores by key
   */
  public record Case(String referenceFile, String predictionFile, Map<String, Scores> labels) {
    /** Copies the map. */
    public Case {
      labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    }
  }

  /**
   * The scores of one label; means need not be whole.
   *
   * @param dice NaN when the label is in neither map
   * @param iou the same
   * @param tp true positives
   * @param fp false positives
   * @param fn false negatives
   * @param tn true negatives
   */
  public record Scores(double dice, double iou, double tp, double fp, double fn, double tn) {
    private double[] values() {
      return new double[] {dice, fn, fp, iou, tn, tp, tp + fp, tp + fn};
    }
  }

  /** Alphabetical, as nnU-Net's writer sorts them. */
  private static final String[] KEYS = {"Dice", "FN", "FP", "IoU", "TN", "TP", "n_pred", "n_ref"};

  /**
   * Reads the file; the means in it are not read, as they follow from the cases.
   *
   * <p><b>Errors</b>: {@link org.cirr.io.file.MalformedFileException} naming the place.
   */
  public static EvaluationSummary read(Path file) throws IOException {
    return read(SeekableBytes.of(file));
  }

  /** Reads the same from any source of bytes. */
  public static EvaluationSummary read(SeekableBytes source) throws IOException {
    List<Case> cases = new ArrayList<>();
    for (JsonNode each : JsonNode.read(source).get("metric_per_case").elements()) {
      Map<String, Scores> labels = new LinkedHashMap<>();
      JsonNode metrics = each.get("metrics");
      for (String key : metrics.keys()) {
        JsonNode scores = metrics.get(key);
        labels.put(
            key,
            new Scores(
                scores.get("Dice").number(),
                scores.get("IoU").number(),
                count(scores, "TP"),
                count(scores, "FP"),
                count(scores, "FN"),
                count(scores, "TN")));
      }
      cases.add(
          new Case(each.text("reference_file", ""), each.text("prediction_file", ""), labels));
    }
    return new EvaluationSummary(cases);
  }

  private static double count(JsonNode scores, String key) throws IOException {
    JsonNode node = scores.get(key);
    double count = node.number();
    if (!(count >= 0 && count <= 1L << 53)) {
      throw node.wrong("a number of voxels");
    }
    return count;
  }

  /** Writes the file whole or not at all, with nnU-Net's keys, order and means. */
  public void write(Path file) throws IOException {
    String text =
        new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeSpecialFloatingPointValues() // Python's NaN, which nnU-Net writes and reads
            .create()
            .toJson(toJson());
    AtomicFile.write(file, out -> out.write((text + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  private JsonObject toJson() {
    Map<String, double[]> means = means();
    JsonObject json = new JsonObject();
    json.add("foreground_mean", scores(foregroundMean(means), false));
    JsonObject mean = new JsonObject();
    means.forEach((label, values) -> mean.add(label, scores(values, false)));
    json.add("mean", mean);
    JsonArray perCase = new JsonArray();
    for (Case each : cases) {
      JsonObject metrics = new JsonObject();
      each.labels.forEach((label, scores) -> metrics.add(label, scores(scores.values(), true)));
      JsonObject one = new JsonObject();
      one.add("metrics", metrics);
      one.addProperty("prediction_file", each.predictionFile);
      one.addProperty("reference_file", each.referenceFile);
      perCase.add(one);
    }
    json.add("metric_per_case", perCase);
    return json;
  }

  /** The mean of each label's values over the cases, without NaN; in the order of {@link #KEYS}. */
  private Map<String, double[]> means() {
    Map<String, double[]> sums = new LinkedHashMap<>();
    Map<String, int[]> counts = new LinkedHashMap<>();
    for (Case each : cases) {
      each.labels.forEach(
          (label, scores) -> {
            double[] sum = sums.computeIfAbsent(label, key -> new double[KEYS.length]);
            int[] count = counts.computeIfAbsent(label, key -> new int[KEYS.length]);
            double[] values = scores.values();
            for (int i = 0; i < values.length; i++) {
              if (!Double.isNaN(values[i])) {
                sum[i] += values[i];
                count[i]++;
              }
            }
          });
    }
    sums.forEach(
        (label, sum) -> {
          for (int i = 0; i < sum.length; i++) {
            sum[i] /= counts.get(label)[i];
          }
        });
    return sums;
  }

  private static double[] foregroundMean(Map<String, double[]> means) {
    double[] mean = new double[KEYS.length];
    int labels = 0;
    for (Map.Entry<String, double[]> entry : means.entrySet()) {
      if (!entry.getKey().equals("0")) {
        labels++;
        for (int i = 0; i < mean.length; i++) {
          mean[i] += entry.getValue()[i];
        }
      }
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= labels;
    }
    return mean;
  }

  private static JsonObject scores(double[] values, boolean whole) {
    JsonObject json = new JsonObject();
    for (int i = 0; i < KEYS.length; i++) {
      boolean share = KEYS[i].equals("Dice") || KEYS[i].equals("IoU");
      if (whole && !share && values[i] == Math.rint(values[i])) {
        json.addProperty(KEYS[i], (long) values[i]);
      } else {
        json.addProperty(KEYS[i], values[i]);
      }
    }
    return json;
  }
}
