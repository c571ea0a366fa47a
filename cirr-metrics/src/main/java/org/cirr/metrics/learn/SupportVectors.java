package org.cirr.metrics.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.cirr.metrics.numeric.Samples;

/**
 * A support-vector classifier: one machine for every pair of classes.
 *
 * <p><b>Formula</b>: minimises ½αᵀQα − Σα with 0 ≤ α ≤ C and Σyα = 0, Q_ij = y_i y_j K(x_i, x_j); K
 * is exp(−γ‖x − y‖²) or x·y. With γ = 0, the default, γ is 1/(p·variance of all values),
 * scikit-learn's {@code gamma='scale'} (1 when nothing varies).
 *
 * <p><b>Edge cases</b>: at least two classes are needed. Probabilities: {@link Calibrated}.
 * Features are not standardised: do it first, for instance with {@link Pipeline}. Memory grows with
 * the square of the number of cases of two classes.
 *
 * <p><b>Source</b>: scikit-learn's {@code SVC} and LIBSVM (Chang and Lin 2011): sequential minimal
 * optimisation with second-order working sets (Fan, Chen and Lin 2005), without shrinking, which
 * changes the speed only.
 *
 * @param penalty C, 1 by default
 * @param gamma γ, or 0 for 'scale'
 * @param tolerance on the violation of optimality, 1e-3 by default
 */
public record SupportVectors(Kernel kernel, double penalty, double gamma, double tolerance)
    implements Learner {
  /** The inner product. */
  public enum Kernel {
    /** exp(−γ‖x − y‖²). */
    RBF,
    /** x·y. */
    LINEAR
  }

  /** Checks the settings. */
  public SupportVectors {
    if (!(penalty > 0 && penalty < Double.POSITIVE_INFINITY)
        || !(gamma >= 0 && gamma < Double.POSITIVE_INFINITY)
        || !(tolerance > 0)) {
      throw new IllegalArgumentException(
          "support vectors have a penalty above 0, a gamma of 0 ('scale') or more and a tolerance"
              + " above 0, got "
              + penalty
              + ", "
              + gamma
              + " and "
              + tolerance);
    }
  }

  /** scikit-learn's defaults. */
  public static SupportVectors defaults() {
    return new SupportVectors(Kernel.RBF, 1, 0, 1e-3);
  }

  /** These settings with another kernel. */
  public SupportVectors withKernel(Kernel other) {
    return new SupportVectors(other, penalty, gamma, tolerance);
  }

  @Override
  public SupportVectorsModel fit(double[][] features, int[] labels) {
    TrainingSet set = TrainingSet.of(features, labels, "a support-vector classifier", 2);
    double width = gamma > 0 ? gamma : scale(features);
    int classes = set.classes().length;
    List<PairMachine> machines = new ArrayList<>();
    List<int[]> places = new ArrayList<>();
    boolean[] used = new boolean[set.cases()];
    for (int a = 0; a < classes; a++) {
      for (int b = a + 1; b < classes; b++) {
        int[] first = set.casesOf(a);
        int[] second = set.casesOf(b);
        int[] cases = IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
        PairMachine machine = train(Rows.at(features, cases), first.length, width);
        machines.add(machine);
        places.add(cases);
        for (int i = 0; i < cases.length; i++) {
          used[cases[i]] |= machine.coefficients()[i] != 0;
        }
      }
    }
    // As scikit-learn does: all support vectors, class by class, in the order of the cases.
    int[] support =
        IntStream.range(0, classes)
            .flatMap(c -> Arrays.stream(set.casesOf(c)))
            .filter(i -> used[i])
            .toArray();
    int[] place = new int[set.cases()];
    for (int s = 0; s < support.length; s++) {
      place[support[s]] = s;
    }
    double[][] coefficients = new double[machines.size()][support.length];
    double[] intercepts = new double[machines.size()];
    for (int m = 0; m < machines.size(); m++) {
      int[] cases = places.get(m);
      for (int i = 0; i < cases.length; i++) {
        if (used[cases[i]]) {
          coefficients[m][place[cases[i]]] = machines.get(m).coefficients()[i];
        }
      }
      intercepts[m] = machines.get(m).intercept();
    }
    double[][] vectors =
        Arrays.stream(support).mapToObj(i -> features[i].clone()).toArray(double[][]::new);
    int[] targets = Rows.at(set.targets(), support);
    return new SupportVectorsModel(
        kernel, width, set.classes(), support, targets, vectors, coefficients, intercepts);
  }

  private PairMachine train(double[][] rows, int first, double width) {
    double[] signs = new double[rows.length];
    Arrays.fill(signs, 0, first, 1);
    Arrays.fill(signs, first, rows.length, -1);
    return PairMachine.train(
        rows.length, signs, (i, j) -> product(kernel, width, rows[i], rows[j]), penalty, tolerance);
  }

  static double product(Kernel kernel, double gamma, double[] a, double[] b) {
    return kernel == Kernel.LINEAR ? Rows.dot(a, b) : Math.exp(-gamma * Rows.squaredDistance(a, b));
  }

  private static double scale(double[][] features) {
    double[] all = Arrays.stream(features).flatMapToDouble(Arrays::stream).toArray();
    double variance = Samples.squares(all) / all.length;
    return variance == 0 ? 1 : 1 / (features[0].length * variance);
  }
}
