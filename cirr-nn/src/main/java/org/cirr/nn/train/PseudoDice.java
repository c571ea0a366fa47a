package org.cirr.nn.train;

import java.util.Arrays;
import java.util.List;
import org.cirr.io.nnunet.LabelScheme;
import org.cirr.tensor.Tensor;

/**
 * The Dice of patches as if all validation batches of an epoch were one image: what tells how
 * training goes, not how good the model is.
 *
 * <p><b>Formula</b>: per class {@code 2·tp / (2·tp + fp + fn)}, the counts summed over all batches.
 *
 * <p><b>Source</b>: nnU-Net {@code validation_step}, {@code on_validation_epoch_end}.
 */
final class PseudoDice {
  private final boolean regions;
  private final int first;
  private final long[] truePositives;
  private final long[] falsePositives;
  private final long[] falseNegatives;

  PseudoDice(LabelScheme labels) {
    regions = labels.hasRegions();
    first = regions ? 0 : 1;
    int classes = labels.heads() - first;
    truePositives = new long[classes];
    falsePositives = new long[classes];
    falseNegatives = new long[classes];
  }

  /**
   * Counts a batch.
   *
   * <p><b>Edge cases</b>: voxels that are of no class at all, not even background, are left out.
   *
   * @param logits {@code [..., heads]}
   * @param target the same shape, 0 or 1
   */
  void add(Tensor logits, Tensor target) {
    int heads = logits.shape().dim(-1);
    float[] values = logits.array();
    float[] truth = target.array();
    for (int at = 0; at < values.length; at += heads) {
      if (regions) {
        for (int c = 0; c < heads; c++) {
          count(c, values[at + c] > 0, truth[at + c] > 0);
        }
      } else {
        int predicted = largest(values, at, heads);
        int actual = largest(truth, at, heads);
        if (truth[at + actual] == 0) {
          continue;
        }
        if (predicted != 0) {
          count(predicted - 1, true, predicted == actual);
        }
        if (actual != 0 && predicted != actual) {
          count(actual - 1, false, true);
        }
      }
    }
  }

  private void count(int index, boolean predicted, boolean actual) {
    if (predicted && actual) {
      truePositives[index]++;
    } else if (predicted) {
      falsePositives[index]++;
    } else if (actual) {
      falseNegatives[index]++;
    }
  }

  private static int largest(float[] values, int at, int heads) {
    int best = 0;
    for (int c = 1; c < heads; c++) {
      if (values[at + c] > values[at + best]) {
        best = c;
      }
    }
    return best;
  }

  /** The value of each class; NaN where there is neither prediction nor truth. */
  List<Double> values() {
    Double[] values = new Double[truePositives.length];
    Arrays.setAll(
        values,
        c -> {
          double twice = 2.0 * truePositives[c];
          return twice / (twice + falsePositives[c] + falseNegatives[c]);
        });
    return List.of(values);
  }

  /** The mean of those that are not NaN; NaN for none. */
  static double mean(List<Double> values) {
    return values.stream()
        .filter(value -> !value.isNaN())
        .mapToDouble(Double::doubleValue)
        .average()
        .orElse(Double.NaN);
  }

  /** The counts, class by class: true positives, false positives, false negatives. */
  List<Long> counts() {
    Long[] counts = new Long[3 * truePositives.length];
    for (int c = 0; c < truePositives.length; c++) {
      counts[3 * c] = truePositives[c];
      counts[3 * c + 1] = falsePositives[c];
      counts[3 * c + 2] = falseNegatives[c];
    }
    return List.of(counts);
  }

  /** Sets the counts to those of {@link #counts()}; false when there are not as many. */
  boolean restore(List<Long> counts) {
    if (counts.size() != 3 * truePositives.length) {
      return false;
    }
    for (int c = 0; c < truePositives.length; c++) {
      truePositives[c] = counts.get(3 * c);
      falsePositives[c] = counts.get(3 * c + 1);
      falseNegatives[c] = counts.get(3 * c + 2);
    }
    return true;
  }
}
