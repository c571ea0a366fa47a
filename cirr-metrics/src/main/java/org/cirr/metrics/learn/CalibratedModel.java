package org.cirr.metrics.learn;

import java.util.Arrays;
import java.util.List;

/** A classifier with the sigmoids that {@link Calibrated} has fitted to its scores. */
public final class CalibratedModel implements Classifier {
  private final Classifier classifier;
  private final List<PlattScaling> sigmoids;

  CalibratedModel(Classifier classifier, List<PlattScaling> sigmoids) {
    this.classifier = classifier;
    this.sigmoids = List.copyOf(sigmoids);
  }

  static CalibratedModel read(JsonField json, int[] classes, int features)
      throws MalformedClassifierException {
    JsonField inner = json.get("classifier");
    Classifier classifier = ClassifierFile.classifier(inner);
    if (!Arrays.equals(classifier.classes(), classes) || classifier.features() != features) {
      throw inner.refused("has other classes or features than the calibrated classifier around it");
    }
    if (classes.length < 2) {
      throw json.get("classes").refused("has one class, expected 2 or more");
    }
    int count = classes.length == 2 ? 1 : classes.length;
    double[] a = json.get("a").numbers(count);
    double[] b = json.get("b").numbers(count);
    PlattScaling[] sigmoids = new PlattScaling[count];
    Arrays.setAll(sigmoids, i -> new PlattScaling(a[i], b[i]));
    return new CalibratedModel(classifier, List.of(sigmoids));
  }

  void write(JsonText json) {
    json.put("a", sigmoids.stream().mapToDouble(PlattScaling::a).toArray())
        .put("b", sigmoids.stream().mapToDouble(PlattScaling::b).toArray())
        .put("classifier", ClassifierFile.json(classifier));
  }

  @Override
  public int[] classes() {
    return classifier.classes();
  }

  @Override
  public int features() {
    return classifier.features();
  }

  /** What was trained on all cases. */
  public Classifier classifier() {
    return classifier;
  }

  /** The sigmoid of each class, of the second one only when there are two. */
  public List<PlattScaling> sigmoids() {
    return sigmoids;
  }

  /** The probabilities; all equal should every sigmoid give 0. */
  @Override
  public double[] scores(double[] row) {
    double[] scores = classifier.scores(row);
    if (sigmoids.size() == 1) {
      double second = sigmoids.get(0).probability(scores[1]);
      return new double[] {1 - second, second};
    }
    double[] probabilities = new double[scores.length];
    Arrays.setAll(probabilities, c -> sigmoids.get(c).probability(scores[c]));
    double sum = Arrays.stream(probabilities).sum();
    return Arrays.stream(probabilities)
        .map(p -> sum > 0 ? p / sum : 1.0 / probabilities.length)
        .toArray();
  }
}
