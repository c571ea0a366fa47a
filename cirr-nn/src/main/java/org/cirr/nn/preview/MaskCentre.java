package org.cirr.nn.preview;

import org.cirr.volume.LabelMap;

/** Where to look at a mask. */
final class MaskCentre {
  private MaskCentre() {}

  /**
   * The centre of mass (z, y, x) of the label with the most voxels; the middle when there is none.
   * Where the label is hollow, each index moves to the nearest slice that holds the label.
   */
  static int[] of(LabelMap mask) {
    int[] size = mask.shape().toArray();
    int largest = largestLabel(mask);
    if (largest == 0) {
      return new int[] {size[0] / 2, size[1] / 2, size[2] / 2};
    }
    long[][] counts = {new long[size[0]], new long[size[1]], new long[size[2]]};
    int index = 0;
    for (int z = 0; z < size[0]; z++) {
      for (int y = 0; y < size[1]; y++) {
        for (int x = 0; x < size[2]; x++) {
          if (mask.get(index++) == largest) {
            counts[0][z]++;
            counts[1][y]++;
            counts[2][x]++;
          }
        }
      }
    }
    return new int[] {nearMean(counts[0]), nearMean(counts[1]), nearMean(counts[2])};
  }

  /** The foreground label with the most voxels, 0 when there is none. */
  static int largestLabel(LabelMap mask) {
    long[] counts = mask.counts();
    int largest = 0;
    for (int label = 1; label < counts.length; label++) {
      if (counts[label] > (largest == 0 ? 0 : counts[largest])) {
        largest = label;
      }
    }
    return largest;
  }

  private static int nearMean(long[] counts) {
    double sum = 0;
    double moment = 0;
    for (int index = 0; index < counts.length; index++) {
      sum += counts[index];
      moment += (double) counts[index] * index;
    }
    int mean = (int) Math.round(moment / sum);
    for (int distance = 0; distance < counts.length; distance++) {
      if (mean - distance >= 0 && counts[mean - distance] > 0) {
        return mean - distance;
      }
      if (mean + distance < counts.length && counts[mean + distance] > 0) {
        return mean + distance;
      }
    }
    return mean;
  }
}
