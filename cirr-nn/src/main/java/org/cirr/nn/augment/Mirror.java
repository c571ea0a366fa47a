package org.cirr.nn.augment;

/** Turns an axis round, in place. */
final class Mirror {
  private Mirror() {}

  static void apply(Patch patch, int axis) {
    int[] n = patch.shape();
    int extent = n[axis];
    int after = axis == 0 ? n[1] * n[2] : axis == 1 ? n[2] : 1;
    for (int start = 0; start < patch.voxels(); start += extent * after) {
      for (int low = 0, high = extent - 1; low < high; low++, high--) {
        for (int k = 0; k < after; k++) {
          int a = start + low * after + k;
          int b = start + high * after + k;
          for (float[] channel : patch.channels()) {
            float value = channel[a];
            channel[a] = channel[b];
            channel[b] = value;
          }
          short label = patch.labels()[a];
          patch.labels()[a] = patch.labels()[b];
          patch.labels()[b] = label;
        }
      }
    }
  }
}
