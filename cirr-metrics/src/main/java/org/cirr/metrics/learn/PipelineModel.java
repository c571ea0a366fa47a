package org.cirr.metrics.learn;

import java.util.Arrays;

/** What a {@link Pipeline} has learned. */
public final class PipelineModel implements Classifier {
  private final int features;
  private final int[] chosen;
  private final Standardizer standardizer; // or null
  private final Classifier classifier;

  PipelineModel(int features, int[] chosen, Standardizer standardizer, Classifier classifier) {
    this.features = features;
    this.chosen = chosen;
    this.standardizer = standardizer;
    this.classifier = classifier;
  }

  static PipelineModel read(JsonField json, int features) throws MalformedClassifierException {
    JsonField chosen = json.get("chosen");
    int[] places = chosen.wholes(0, features - 1);
    Classifier classifier = ClassifierFile.classifier(json.get("classifier"));
    if (classifier.features() != places.length) {
      throw chosen.refused(
          "has "
              + places.length
              + " elements, but the classifier takes "
              + classifier.features()
              + " features");
    }
    Standardizer standardizer = null;
    if (json.get("standardise").whole(0, 1) == 1) {
      double[] means = json.get("means").numbers(places.length);
      JsonField scales = json.get("scales");
      double[] divisors = scales.numbers(places.length);
      if (Arrays.stream(divisors).anyMatch(scale -> !(scale > 0))) {
        throw scales.refused("has a scale that is not above 0");
      }
      standardizer = new Standardizer(means, divisors);
    }
    return new PipelineModel(features, places, standardizer, classifier);
  }

  void write(JsonText json) {
    json.put("chosen", chosen).put("standardise", standardizer == null ? 0 : 1);
    if (standardizer != null) {
      json.put("means", standardizer.means()).put("scales", standardizer.scales());
    }
    json.put("classifier", ClassifierFile.json(classifier));
  }

  static double[][] columns(double[][] rows, int[] chosen) {
    return Arrays.stream(rows).map(row -> columns(row, chosen)).toArray(double[][]::new);
  }

  private static double[] columns(double[] row, int[] chosen) {
    return Arrays.stream(chosen).mapToDouble(j -> row[j]).toArray();
  }

  private double[] prepared(double[] row) {
    double[] left = columns(Rows.require(row, features), chosen);
    return standardizer == null ? left : standardizer.apply(left);
  }

  @Override
  public int[] classes() {
    return classifier.classes();
  }

  /** The number of features before any were left out. */
  @Override
  public int features() {
    return features;
  }

  /**
   * The places of the features that were chosen, in the order in which the classifier takes them.
   */
  public int[] chosen() {
    return chosen.clone();
  }

  /** What was learned at the end of the pipeline. */
  public Classifier classifier() {
    return classifier;
  }

  @Override
  public boolean probabilistic() {
    return classifier.probabilistic();
  }

  @Override
  public double[] scores(double[] row) {
    return classifier.scores(prepared(row));
  }

  @Override
  public int predict(double[] row) {
    return classifier.predict(prepared(row));
  }
}
