package org.cirr.nn.segment;

import java.util.Arrays;

/**
 * Turns the logits of a voxel into its label, or into probabilities.
 *
 * <p><b>Shapes</b>: logits {@code [C][voxels]}, any number of voxels at a time.
 *
 * <p><b>Source</b>: nnU-Net {@code LabelManager}.
 */
public sealed interface Decoder {
  /** Writes the labels, unsigned, of the first {@code count} voxels. */
  void decode(float[][] logits, int count, short[] labels);

  /** Replaces the logits of the first {@code count} voxels by probabilities in float32. */
  void probabilities(float[][] logits, int count);

  /** The probability that a class has where the image was cropped away. */
  float outside(int channel);

  /**
   * The class with the largest logit; the first of equal ones.
   *
   * <p>With {@code softmaxFirst} the float32 probabilities are compared, as nnU-Net 2.2 did: where
   * two of them round to the same value, the lower class wins though its logit is smaller.
   *
   * <p><b>Formula</b>: softmax: e_c = exp(x_c − max), p_c = e_c / Σ e_c, each a float, the sum in
   * channel order; exp is rounded from double, PyTorch's differs by up to one unit in the last
   * place.
   *
   * <p><b>Edge cases</b>: NaN never wins unless all are NaN, then class 0 does.
   */
  record Argmax(boolean softmaxFirst) implements Decoder {
    /** A lower class this far below the maximum cannot share its rounded probability. */
    private static final float NEAR = 1e-3f;

    @Override
    public void decode(float[][] logits, int count, short[] labels) {
      float[] best = Arrays.copyOf(logits[0], count);
      Arrays.fill(labels, 0, count, (short) 0);
      for (int c = 1; c < logits.length; c++) {
        float[] channel = logits[c];
        for (int i = 0; i < count; i++) {
          if (channel[i] > best[i] || best[i] != best[i]) {
            best[i] = channel[i];
            labels[i] = channel[i] == channel[i] ? (short) c : 0;
          }
        }
      }
      if (softmaxFirst) {
        preferLowerTies(logits, count, best, labels);
      }
    }

    private static void preferLowerTies(float[][] logits, int count, float[] best, short[] labels) {
      float[] voxel = new float[logits.length];
      for (int i = 0; i < count; i++) {
        int label = labels[i] & 0xffff;
        for (int c = 0; c < label; c++) {
          if (best[i] - logits[c][i] < NEAR) {
            for (int k = 0; k < voxel.length; k++) {
              voxel[k] = logits[k][i];
            }
            softmax(voxel);
            while (c < label && voxel[c] < voxel[label]) {
              c++;
            }
            labels[i] = (short) c;
            break;
          }
        }
      }
    }

    @Override
    public void probabilities(float[][] logits, int count) {
      float[] voxel = new float[logits.length];
      for (int i = 0; i < count; i++) {
        for (int c = 0; c < voxel.length; c++) {
          voxel[c] = logits[c][i];
        }
        softmax(voxel);
        for (int c = 0; c < voxel.length; c++) {
          logits[c][i] = voxel[c];
        }
      }
    }

    private static void softmax(float[] values) {
      float largest = Float.NEGATIVE_INFINITY;
      for (float value : values) {
        largest = Math.max(largest, value);
      }
      float sum = 0;
      for (int c = 0; c < values.length; c++) {
        values[c] = (float) Math.exp(values[c] - largest);
        sum += values[c];
      }
      for (int c = 0; c < values.length; c++) {
        values[c] /= sum;
      }
    }

    @Override
    public float outside(int channel) {
      return channel == 0 ? 1 : 0;
    }
  }

  /**
   * Overlapping regions, one channel each, no background channel: a voxel gets the label of the
   * last region whose probability is above one half, else 0.
   *
   * <p><b>Formula</b>: 1 / (1 + exp(−x)) &gt; ½ in float32.
   *
   * @param classOrder the label of each channel, {@code regions_class_order}
   */
  record Regions(int[] classOrder) implements Decoder {
    /** Beyond this the float32 sigmoid is certainly off one half. */
    private static final float CLEAR = 1e-3f;

    public Regions {
      classOrder = classOrder.clone();
    }

    @Override
    public void decode(float[][] logits, int count, short[] labels) {
      if (logits.length != classOrder.length) {
        throw new IllegalArgumentException(
            "the network has "
                + logits.length
                + " region channels but regions_class_order has "
                + classOrder.length
                + " labels: dataset.json does not belong to this checkpoint");
      }
      Arrays.fill(labels, 0, count, (short) 0);
      for (int c = 0; c < classOrder.length; c++) {
        for (int i = 0; i < count; i++) {
          float x = logits[c][i];
          if (x > CLEAR || x > 0 && sigmoid(x) > 0.5f) {
            labels[i] = (short) classOrder[c];
          }
        }
      }
    }

    @Override
    public void probabilities(float[][] logits, int count) {
      for (float[] channel : logits) {
        for (int i = 0; i < count; i++) {
          channel[i] = sigmoid(channel[i]);
        }
      }
    }

    private static float sigmoid(float x) {
      return 1 / (1 + (float) Math.exp(-x));
    }

    @Override
    public float outside(int channel) {
      return 0;
    }
  }
}
