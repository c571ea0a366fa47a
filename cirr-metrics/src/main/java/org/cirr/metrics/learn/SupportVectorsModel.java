package org.cirr.metrics.learn;

/**
 * The machines that {@link SupportVectors} has trained.
 *
 * <p><b>Formula</b>: machine (a, b), a &lt; b, votes for a when its decision is positive, else for
 * b; the prediction is the class with most votes, the smallest among equals. Scores are the votes
 * plus s/(3(|s| + 1)) with s the class' summed decisions, scikit-learn's {@code
 * decision_function_shape='ovr'}; with two classes they are −d and d, d the decision for the second
 * class.
 */
public final class SupportVectorsModel implements Classifier {
  private final SupportVectors.Kernel kernel;
  private final double gamma;
  private final int[] classes;
  private final int[] support;
  private final int[] targets;
  private final double[][] vectors;
  private final double[][] coefficients;
  private final double[] intercepts;

  SupportVectorsModel(
      SupportVectors.Kernel kernel,
      double gamma,
      int[] classes,
      int[] support,
      int[] targets,
      double[][] vectors,
      double[][] coefficients,
      double[] intercepts) {
    this.kernel = kernel;
    this.gamma = gamma;
    this.classes = classes;
    this.support = support;
    this.targets = targets;
    this.vectors = vectors;
    this.coefficients = coefficients;
    this.intercepts = intercepts;
  }

  static SupportVectorsModel read(JsonField json, int[] classes, int features)
      throws MalformedClassifierException {
    if (classes.length < 2) {
      throw json.get("classes").refused("has one class, expected 2 or more");
    }
    int[] support = json.get("support").wholes(0, Integer.MAX_VALUE);
    JsonField intercepts = json.get("intercepts");
    long machines = classes.length * (classes.length - 1L) / 2;
    if (intercepts.elements().size() != machines) {
      throw intercepts.refused(
          "has " + intercepts.elements().size() + " elements, expected " + machines);
    }
    JsonField targets = json.get("targets");
    int[] places = targets.wholes(0, classes.length - 1);
    if (places.length != support.length) {
      throw targets.refused("has " + places.length + " elements, expected " + support.length);
    }
    return new SupportVectorsModel(
        json.get("kernel").oneOf(SupportVectors.Kernel.values()),
        json.get("gamma").positive(),
        classes,
        support,
        places,
        vectors(json.get("vectors"), support.length, features),
        json.get("coefficients").table((int) machines, support.length),
        intercepts.numbers((int) machines));
  }

  private static double[][] vectors(JsonField json, int count, int features)
      throws MalformedClassifierException {
    if (count == 0) {
      throw json.refused("has no support vectors, expected at least one");
    }
    return json.table(count, features);
  }

  void write(JsonText json) {
    json.put("kernel", kernel)
        .put("gamma", gamma)
        .put("support", support)
        .put("targets", targets)
        .put("vectors", vectors)
        .put("coefficients", coefficients)
        .put("intercepts", intercepts);
  }

  @Override
  public int[] classes() {
    return classes.clone();
  }

  @Override
  public int features() {
    return vectors[0].length;
  }

  @Override
  public boolean probabilistic() {
    return false;
  }

  /** The γ that was used. */
  public double gamma() {
    return gamma;
  }

  /** The places of the support vectors among the training cases, class by class. */
  public int[] support() {
    return support.clone();
  }

  /** The number of support vectors of each class. */
  public int[] supportCounts() {
    int[] counts = new int[classes.length];
    for (int target : targets) {
      counts[target]++;
    }
    return counts;
  }

  /** The intercepts of the machines (0, 1), (0, 2), …, (1, 2), … */
  public double[] intercepts() {
    return intercepts.clone();
  }

  /**
   * The weights of each machine.
   *
   * <p><b>Errors</b>: {@link IllegalStateException} when the kernel is not linear.
   */
  public double[][] weights() {
    if (kernel != SupportVectors.Kernel.LINEAR) {
      throw new IllegalStateException(
          "the kernel is " + kernel + ", only LINEAR has weights; use Importance.permutation");
    }
    double[][] weights = new double[coefficients.length][features()];
    for (int m = 0; m < coefficients.length; m++) {
      for (int s = 0; s < vectors.length; s++) {
        for (int j = 0; j < weights[m].length; j++) {
          weights[m][j] += coefficients[m][s] * vectors[s][j];
        }
      }
    }
    return weights;
  }

  /** The decisions of the machines (0, 1), (0, 2), …, (1, 2), …; positive for the first class. */
  public double[] decisions(double[] row) {
    Rows.require(row, features());
    double[] decisions = intercepts.clone();
    for (int s = 0; s < vectors.length; s++) {
      double product = SupportVectors.product(kernel, gamma, vectors[s], row);
      for (int m = 0; m < decisions.length; m++) {
        decisions[m] += coefficients[m][s] * product;
      }
    }
    return decisions;
  }

  @Override
  public double[] scores(double[] row) {
    double[] decisions = decisions(row);
    int k = classes.length;
    if (k == 2) {
      return new double[] {decisions[0], -decisions[0]};
    }
    double[] votes = votes(decisions);
    double[] sums = new double[k];
    for (int a = 0, m = 0; a < k; a++) {
      for (int b = a + 1; b < k; b++, m++) {
        sums[a] += decisions[m];
        sums[b] -= decisions[m];
      }
    }
    for (int c = 0; c < k; c++) {
      votes[c] += sums[c] / (3 * (Math.abs(sums[c]) + 1));
    }
    return votes;
  }

  private double[] votes(double[] decisions) {
    double[] votes = new double[classes.length];
    for (int a = 0, m = 0; a < votes.length; a++) {
      for (int b = a + 1; b < votes.length; b++, m++) {
        votes[decisions[m] > 0 ? a : b]++;
      }
    }
    return votes;
  }

  @Override
  public int predict(double[] row) {
    return classes[Rows.largest(votes(decisions(row)))];
  }
}
