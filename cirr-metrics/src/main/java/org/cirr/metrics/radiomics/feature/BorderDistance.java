package org.cirr.metrics.radiomics.feature;

/** How many steps through faces it takes from each voxel of a mask to leave it. */
final class BorderDistance {
  private BorderDistance() {}

  /**
   * City-block distances; 1 on the border, 0 outside. Beyond the box is outside.
   *
   * @param inPlane whether steps stay in a slice along z
   */
  static int[] of(boolean[] inside, int[] shape, boolean inPlane) {
    int[] distance = new int[inside.length];
    int far = shape[0] + shape[1] + shape[2];
    for (int i = 0; i < inside.length; i++) {
      distance[i] = inside[i] ? far : 0;
    }
    sweep(distance, shape, inPlane, 1);
    sweep(distance, shape, inPlane, -1);
    return distance;
  }

  /** One pass from the first corner to the last, or back; both together are exact for this norm. */
  private static void sweep(int[] distance, int[] shape, boolean inPlane, int sign) {
    int[] strides = {shape[1] * shape[2], shape[2], 1};
    for (int n = 0; n < distance.length; n++) {
      int i = sign > 0 ? n : distance.length - 1 - n;
      if (distance[i] == 0) {
        continue;
      }
      int[] place = {i / strides[0], i / strides[1] % shape[1], i % shape[2]};
      for (int axis = inPlane ? 1 : 0; axis < 3; axis++) {
        int before = place[axis] - sign;
        boolean beyond = before < 0 || before >= shape[axis];
        int through = beyond ? 1 : distance[i - sign * strides[axis]] + 1;
        distance[i] = Math.min(distance[i], through);
      }
    }
  }
}
