package org.cirr.metrics.learn;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Classifiers as JSON. What was written is read as a classifier with identical predictions.
 *
 * <p>{@code docs/statistics.md} describes the format. A file is data only: reading it runs no code,
 * takes memory in proportion to its length, and every value is checked.
 */
public final class ClassifierFile {
  private static final String FORMAT = "cirr-classifier";
  private static final int VERSION = 1;
  private static final long MAX_BYTES = 1L << 28;
  private static final int MAX_FEATURES = 1 << 20;
  private static final Gson GSON = new GsonBuilder().create();

  private ClassifierFile() {}

  /** The JSON text of a classifier. */
  public static String text(Classifier classifier) {
    return GSON.toJson(json(classifier).put("format", FORMAT).put("version", VERSION).object());
  }

  /** Writes a classifier; an existing file is replaced. */
  public static void write(Path file, Classifier classifier) throws IOException {
    Files.writeString(file, text(classifier));
  }

  /**
   * Reads a classifier.
   *
   * <p><b>Errors</b>: {@link MalformedClassifierException} when the file is none, with the place of
   * the value at fault; {@link IOException} when it cannot be read.
   */
  public static Classifier read(Path file) throws IOException {
    long size = Files.size(file);
    if (size > MAX_BYTES) {
      throw new MalformedClassifierException(
          file.toString(),
          "JSON",
          "has " + size + " bytes, at most " + MAX_BYTES + " are read",
          "check that the file is what it claims to be");
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      return parse(file.toString(), StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException e) {
      throw new MalformedClassifierException(
          file.toString(), "JSON", "is not UTF-8 text", "save the file as UTF-8", e);
    }
  }

  /**
   * Reads a classifier from its text.
   *
   * @param name what error messages call the text
   */
  public static Classifier parse(String name, String text) throws MalformedClassifierException {
    JsonField root = JsonField.parse(name, text);
    JsonField format = root.get("format");
    if (!format.text().equals(FORMAT)) {
      throw format.wrong('"' + FORMAT + '"');
    }
    root.get("version").whole(VERSION, VERSION);
    return classifier(root);
  }

  static JsonText json(Classifier classifier) {
    JsonText json = new JsonText();
    if (!(classifier instanceof PipelineModel)) {
      json.put("classes", classifier.classes());
    }
    json.put("features", classifier.features());
    if (classifier instanceof DecisionTreeModel model) {
      model.write(json.put("kind", "decision-tree"));
    } else if (classifier instanceof RandomForestModel model) {
      model.write(json.put("kind", "random-forest"));
    } else if (classifier instanceof NearestNeighboursModel model) {
      model.write(json.put("kind", "nearest-neighbours"));
    } else if (classifier instanceof SupportVectorsModel model) {
      model.write(json.put("kind", "support-vectors"));
    } else if (classifier instanceof GaussianNaiveBayesModel model) {
      model.write(json.put("kind", "gaussian-naive-bayes"));
    } else if (classifier instanceof LogisticRegressionModel model) {
      model.write(json.put("kind", "logistic-regression"));
    } else if (classifier instanceof GradientBoostingModel model) {
      model.write(json.put("kind", "gradient-boosting"));
    } else if (classifier instanceof CalibratedModel model) {
      model.write(json.put("kind", "calibrated"));
    } else if (classifier instanceof PipelineModel model) {
      model.write(json.put("kind", "pipeline"));
    }
    return json;
  }

  static Classifier classifier(JsonField json) throws MalformedClassifierException {
    JsonField kind = json.get("kind");
    int features = json.get("features").whole(1, MAX_FEATURES);
    if (kind.text().equals("pipeline")) {
      return PipelineModel.read(json, features);
    }
    int[] classes = classes(json.get("classes"));
    return switch (kind.text()) {
      case "decision-tree" -> DecisionTreeModel.read(json, classes, features);
      case "random-forest" -> RandomForestModel.read(json, classes, features);
      case "nearest-neighbours" -> NearestNeighboursModel.read(json, classes, features);
      case "support-vectors" -> SupportVectorsModel.read(json, classes, features);
      case "gaussian-naive-bayes" -> GaussianNaiveBayesModel.read(json, classes, features);
      case "logistic-regression" -> LogisticRegressionModel.read(json, classes, features);
      case "gradient-boosting" -> GradientBoostingModel.read(json, classes, features);
      case "calibrated" -> CalibratedModel.read(json, classes, features);
      default ->
          throw kind.wrong(
              "one of [decision-tree, random-forest, nearest-neighbours, support-vectors,"
                  + " gaussian-naive-bayes, logistic-regression, gradient-boosting, calibrated, pipeline]");
    };
  }

  private static int[] classes(JsonField json) throws MalformedClassifierException {
    int[] classes = json.wholes(Integer.MIN_VALUE, Integer.MAX_VALUE);
    int[] sorted = Arrays.stream(classes).distinct().sorted().toArray();
    if (classes.length == 0 || !Arrays.equals(classes, sorted)) {
      throw json.wrong("one or more ascending whole numbers");
    }
    return classes;
  }
}
