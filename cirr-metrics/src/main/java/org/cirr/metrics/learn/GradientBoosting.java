package org.cirr.metrics.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cirr.metrics.numeric.Exponential;
import org.cirr.metrics.numeric.NumpyRandom;

/**
 * Gradient boosting: shallow regression trees, each grown on what the ones before still get wrong.
 *
 * <p>With the same seed the trees are scikit-learn's, split for split.
 *
 * <p><b>Formula</b>: raw scores begin at the log of the classes' shares, less their mean (two
 * classes: one score, the log-odds). In every stage and for every class k a tree by squared error
 * is grown on the residuals r = 1[y = k] − p_k, all trees of a stage on the same p; a leaf's value
 * is (K − 1)/K·Σr / Σ|r|(1 − |r|), for two classes without the first factor, and {@code rate} times
 * it is added. Probabilities by softmax.
 *
 * <p><b>Edge cases</b>: a leaf with denominator below 1e-150 has value 0; at least two classes are
 * needed.
 *
 * <p><b>Source</b>: Friedman (2001); scikit-learn's {@code GradientBoostingClassifier}.
 *
 * @param stages 100 by default
 * @param rate the learning rate, 0.1 by default
 * @param maximumDepth of each tree, 3 by default
 * @param seed 0 or more; decides between equally good splits
 */
public record GradientBoosting(int stages, double rate, int maximumDepth, int seed)
    implements Learner {
  private static final int MOST_STAGES = 1_000_000;

  private static final double SMALLEST = 1e-150;
  private static final double MOST_ODDS = 700; // of which the exponential is finite
  private static final int BLOCK = 128;
  private static final int STRANDS = 8;

  /** Checks the settings. */
  public GradientBoosting {
    if (stages < 1
        || stages > MOST_STAGES
        || maximumDepth < 1
        || !(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "boosting has 1 to "
              + MOST_STAGES
              + " stages, a rate above 0 and a depth of 1 or more, got "
              + stages
              + ", "
              + rate
              + " and "
              + maximumDepth);
    }
    NumpyRandom.requireSeed(seed);
  }

  /** scikit-learn's defaults, with seed 0. */
  public static GradientBoosting defaults() {
    return new GradientBoosting(100, 0.1, 3, 0);
  }

  /** These settings with another number of stages. */
  public GradientBoosting withStages(int other) {
    return new GradientBoosting(other, rate, maximumDepth, seed);
  }

  /** These settings with another seed. */
  public GradientBoosting withSeed(int other) {
    return new GradientBoosting(stages, rate, maximumDepth, other);
  }

  @Override
  public GradientBoostingModel fit(double[][] features, int[] labels) {
    TrainingSet set = TrainingSet.of(features, labels, "gradient boosting", 2);
    int n = set.cases();
    int outputs = set.classes().length == 2 ? 1 : set.classes().length;
    float[][] columns = Rows.floatColumns(features);
    float[][] rows = Arrays.stream(features).map(Rows::floats).toArray(float[][]::new);
    int[] cases = new int[n];
    Arrays.setAll(cases, i -> i);
    TreeGrower.Limits limits = new TreeGrower.Limits(maximumDepth, 2, 1, set.features());
    NumpyRandom random = new NumpyRandom(seed);
    double[] start = start(set.counts(), n, outputs);
    double[][] raw = new double[n][];
    Arrays.setAll(raw, i -> start.clone());
    List<List<TreeNodes>> grown = new ArrayList<>();
    for (int stage = 0; stage < stages; stage++) {
      double[][] residuals = residuals(raw, set.targets(), outputs);
      List<TreeNodes> trees = new ArrayList<>();
      for (int k = 0; k < outputs; k++) {
        SplitCriterion error = new SquaredErrorCriterion(residuals[k]);
        TreeNodes tree = TreeGrower.grow(columns, cases, error, limits, random);
        step(tree, rows, residuals[k], ones(set.targets(), k, outputs), outputs);
        for (int i = 0; i < n; i++) {
          raw[i][k] += rate * tree.value(tree.leaf(rows[i]))[0];
        }
        trees.add(tree);
      }
      grown.add(List.copyOf(trees));
    }
    return new GradientBoostingModel(
        set.classes(), set.features(), rate, start, List.copyOf(grown));
  }

  private static double[] start(int[] counts, int n, int outputs) {
    double[] start = new double[outputs];
    for (int k = 0; k < outputs; k++) {
      double share = (double) counts[k] / n;
      start[k] = outputs == 1 ? StrictMath.log((1 - share) / share) : StrictMath.log(share);
    }
    if (outputs > 1) {
      double geometricMean = Exponential.of(Arrays.stream(start).sum() / outputs);
      Arrays.setAll(start, k -> StrictMath.log((double) counts[k] / n / geometricMean));
    }
    return start;
  }

  /** 1[y = k] − p_k of every case, class by class; with two classes of the second one. */
  private static double[][] residuals(double[][] raw, int[] targets, int outputs) {
    double[][] residuals = new double[outputs][raw.length];
    for (int i = 0; i < raw.length; i++) {
      if (outputs == 1) {
        double odds = Exponential.of(Math.min(MOST_ODDS, -raw[i][0])); // against
        residuals[0][i] = targets[i] == 1 ? odds / (1 + odds) : -1 / (1 + odds);
      } else {
        double[] p = Rows.softmax(raw[i].clone());
        for (int k = 0; k < outputs; k++) {
          residuals[k][i] = (targets[i] == k ? 1 : 0) - p[k];
        }
      }
    }
    return residuals;
  }

  /** Which cases count as 1 for an output. */
  private static boolean[] ones(int[] targets, int k, int outputs) {
    boolean[] ones = new boolean[targets.length];
    for (int i = 0; i < ones.length; i++) {
      ones[i] = targets[i] == (outputs == 1 ? 1 : k);
    }
    return ones;
  }

  /**
   * Sets the leaves to one Newton step. Probabilities and means are computed in numpy's order: a
   * last digit decides between equally good splits of later trees.
   */
  private static void step(
      TreeNodes tree, float[][] rows, double[] residuals, boolean[] ones, int outputs) {
    int[] leaves = Arrays.stream(rows).mapToInt(tree::leaf).toArray();
    double[] top = new double[rows.length];
    double[] bottom = new double[rows.length];
    for (int node = 0; node < tree.count(); node++) {
      if (tree.feature(node) != TreeNodes.LEAF) {
        continue;
      }
      int count = 0;
      for (int i = 0; i < rows.length; i++) {
        if (leaves[i] == node) {
          double probability = (ones[i] ? 1 : 0) - residuals[i];
          top[count] = residuals[i];
          bottom[count] = probability * (1 - probability);
          count++;
        }
      }
      double numerator = sum(top, 0, count) / count;
      numerator *= outputs == 1 ? 1 : (outputs - 1.0) / outputs;
      double denominator = sum(bottom, 0, count) / count;
      double value = Math.abs(denominator) < SMALLEST ? 0 : numerator / denominator;
      tree.setValue(node, new double[] {value});
    }
  }

  /** The sum by halves of blocks of 128, each in eight strands. */
  private static double sum(double[] values, int start, int count) {
    if (count > BLOCK) {
      int half = count / 2 - count / 2 % STRANDS;
      return sum(values, start, half) + sum(values, start + half, count - half);
    }
    double sum = 0;
    int at = 0;
    if (count >= STRANDS) {
      double[] s = Arrays.copyOfRange(values, start, start + STRANDS);
      for (at = STRANDS; at < count - count % STRANDS; at += STRANDS) {
        for (int k = 0; k < STRANDS; k++) {
          s[k] += values[start + at + k];
        }
      }
      sum = ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
    }
    for (; at < count; at++) {
      sum += values[start + at];
    }
    return sum;
  }
}
