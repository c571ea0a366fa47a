package org.cirr.nn.segment;

import java.util.List;
import org.cirr.tensor.Half;

/**
 * The logits of one slice of axis 0, all channels, as half bits or floats.
 *
 * <p><b>Shapes</b>: {@code [C][y · width + x]}.
 */
public final class LogitsSlice {
  private final int width;
  private final short[][] halves; // either this
  private final float[][] floats; // or this; the other is null

  private LogitsSlice(int width, short[][] halves, float[][] floats) {
    this.width = width;
    this.halves = halves;
    this.floats = floats;
  }

  /** Half-precision logits; the arrays are not copied. */
  public static LogitsSlice ofHalves(int width, short[][] bits) {
    return new LogitsSlice(width, bits, null);
  }

  /** Single-precision logits; the arrays are not copied. */
  public static LogitsSlice ofFloats(int width, float[][] values) {
    return new LogitsSlice(width, null, values);
  }

  /** The number of channels. */
  public int channels() {
    return halves != null ? halves.length : floats.length;
  }

  /** The voxels of one channel. */
  public int length() {
    return halves != null ? halves[0].length : floats[0].length;
  }

  /** Whether the values are half precision. */
  public boolean isHalf() {
    return halves != null;
  }

  /** One value. */
  public float get(int channel, int index) {
    return halves != null ? Half.toFloat(halves[channel][index]) : floats[channel][index];
  }

  /** Copies row {@code y} of a channel to the front of an array. */
  public void row(int channel, int y, double[] into) {
    int start = y * width;
    if (halves != null) {
      short[] from = halves[channel];
      for (int x = 0; x < width; x++) {
        into[x] = Half.toFloat(from[start + x]);
      }
    } else {
      float[] from = floats[channel];
      for (int x = 0; x < width; x++) {
        into[x] = from[start + x];
      }
    }
  }

  /**
   * The mean over folds.
   *
   * <p><b>Formula</b>: half precision: half(…half(half(a + b) + c)… / n), sums and quotient rounded
   * as nnU-Net rounds them; a single fold is returned as it is.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the slices differ in size or precision.
   */
  public static LogitsSlice mean(List<LogitsSlice> folds) {
    LogitsSlice first = folds.get(0);
    if (folds.size() == 1) {
      return first;
    }
    for (LogitsSlice fold : folds) {
      if (fold.channels() != first.channels()
          || fold.length() != first.length()
          || fold.isHalf() != first.isHalf()) {
        throw new IllegalArgumentException("folds differ: " + first + " and " + fold);
      }
    }
    int channels = first.channels();
    int length = first.length();
    short[][] halves = first.isHalf() ? new short[channels][length] : null;
    float[][] floats = first.isHalf() ? null : new float[channels][length];
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < length; i++) {
        float sum = first.get(c, i);
        for (int fold = 1; fold < folds.size(); fold++) {
          sum += folds.get(fold).get(c, i);
          sum = halves != null ? Half.round(sum) : sum;
        }
        if (halves != null) {
          halves[c][i] = Half.fromFloat(sum / folds.size());
        } else {
          floats[c][i] = sum / folds.size();
        }
      }
    }
    return new LogitsSlice(first.width, halves, floats);
  }

  @Override
  public String toString() {
    return "LogitsSlice[" + channels() + " x " + length() + (isHalf() ? " half]" : " float]");
  }
}
