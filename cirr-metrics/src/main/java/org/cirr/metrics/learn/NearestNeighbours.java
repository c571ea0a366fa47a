package org.cirr.metrics.learn;

/**
 * The k nearest neighbours: the classes of the k training cases at the smallest Euclidean distance.
 *
 * <p><b>Formula</b>: the score of a class is its share of the neighbours' weights, 1 each or
 * 1/distance.
 *
 * <p><b>Edge cases</b>: weighted by distance, neighbours at distance 0 outvote all others. Among
 * training cases at the same distance the one that comes first is nearer (scikit-learn leaves that
 * open). Features are not standardised: do it first, for instance with {@link Pipeline}.
 *
 * <p><b>Errors</b>: besides those of {@link Learner}, fewer cases than k.
 *
 * <p><b>Source</b>: scikit-learn's {@code KNeighborsClassifier}.
 *
 * @param neighbours k, 5 by default
 */
public record NearestNeighbours(int neighbours, Weights weights) implements Learner {
  /** How much a neighbour counts. */
  public enum Weights {
    /** All alike. */
    UNIFORM,
    /** By the inverse of the distance. */
    DISTANCE
  }

  /** Checks the settings. */
  public NearestNeighbours {
    if (neighbours < 1) {
      throw new IllegalArgumentException(
          "neighbours must be 1 or more, got " + neighbours + "; 5 is usual");
    }
  }

  /** scikit-learn's defaults. */
  public static NearestNeighbours defaults() {
    return new NearestNeighbours(5, Weights.UNIFORM);
  }

  /** These settings with another number of neighbours. */
  public NearestNeighbours withNeighbours(int other) {
    return new NearestNeighbours(other, weights);
  }

  @Override
  public NearestNeighboursModel fit(double[][] features, int[] labels) {
    TrainingSet set = TrainingSet.of(features, labels, "nearest neighbours", 1);
    if (set.cases() < neighbours) {
      throw new IllegalArgumentException(
          neighbours
              + " neighbours are looked for among only "
              + set.cases()
              + " cases; add cases or lower the number of neighbours");
    }
    double[][] rows = new double[set.cases()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = features[i].clone();
    }
    return new NearestNeighboursModel(this, set.classes(), rows, set.targets());
  }
}
