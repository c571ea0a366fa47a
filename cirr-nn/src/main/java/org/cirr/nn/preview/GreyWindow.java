package org.cirr.nn.preview;

import java.util.Arrays;

/**
 * The values shown as black and as white.
 *
 * <p><b>Formula</b>: the 1st and 99.5th percentile of the finite values that differ from the
 * smallest one (which is padding in most images). Images that look like Hounsfield units (5th
 * percentile below −300) get −160 to 240, the soft-tissue window of the abdomen.
 */
record GreyWindow(float black, float white) {
  private static final int SAMPLES = 200_000;

  static GreyWindow of(float[] values) {
    int step = Math.max(1, values.length / SAMPLES);
    float[] sample = new float[values.length / step + 1];
    int count = 0;
    for (int index = 0; index < values.length; index += step) {
      if (Float.isFinite(values[index])) {
        sample[count++] = values[index];
      }
    }
    if (count == 0) {
      return new GreyWindow(0, 1);
    }
    Arrays.sort(sample, 0, count);
    int first = 0;
    while (first < count - 1 && sample[first] == sample[0]) {
      first++;
    }
    if (sample[(int) (0.05 * (count - 1))] < -300) {
      return new GreyWindow(-160, 240);
    }
    float black = sample[first + (int) (0.01 * (count - 1 - first))];
    float white = sample[first + (int) (0.995 * (count - 1 - first))];
    return new GreyWindow(black, white > black ? white : Math.nextUp(black));
  }

  /** The brightness 0 to 255; what is not finite is black. */
  double grey(double value) {
    if (!Double.isFinite(value)) {
      return 0;
    }
    return 255 * Math.min(1, Math.max(0, (value - black) / (white - black)));
  }
}
