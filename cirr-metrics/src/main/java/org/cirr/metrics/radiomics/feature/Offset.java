package org.cirr.metrics.radiomics.feature;

import java.util.ArrayList;
import java.util.List;
import org.cirr.metrics.radiomics.feature.TextureSettings.Weighting;
import org.cirr.metrics.radiomics.image.Levels;
import org.cirr.volume.Spacing;

/** A step to a neighbour, in voxels. */
record Offset(int dz, int dy, int dx) {

  /**
   * One of each pair of opposite steps at the given Chebyshev distances: 13 for distance 1 in 3D.
   *
   * <p>Steps that leave the box from wherever they start are left out, and so are steps along the
   * flat axis. The order is pyradiomics': (1, 1, 1), (1, 1, 0), (1, 1, −1), (1, 0, 1), ...
   */
  static List<Offset> half(Levels levels, List<Integer> distances, int flatAxis) {
    int[] shape = levels.shape();
    List<Offset> offsets = new ArrayList<>();
    int far = distances.stream().mapToInt(Integer::intValue).max().orElse(0);
    if (far > levels.reach()) {
      throw new IllegalArgumentException(
          "neighbours at distance "
              + far
              + " are asked for, but the levels were made with a reach of "
              + levels.reach()
              + "; make them with Levels.of(..., "
              + far
              + ")");
    }
    for (int z = far; z >= 0; z--) {
      for (int y = far; y >= (z > 0 ? -far : 0); y--) {
        for (int x = far; x >= (z > 0 || y > 0 ? -far : 1); x--) {
          int distance = Math.max(z, Math.max(Math.abs(y), Math.abs(x)));
          boolean fits = z < shape[0] && Math.abs(y) < shape[1] && Math.abs(x) < shape[2];
          boolean flat = flatAxis < 0 || (flatAxis == 0 ? z : flatAxis == 1 ? y : x) == 0;
          if (distances.contains(distance) && fits && flat) {
            offsets.add(new Offset(z, y, x));
          }
        }
      }
    }
    return offsets;
  }

  /** Both steps of each pair, as distances between cells of {@link Levels}. */
  static int[] allSteps(Levels levels, List<Integer> distances, int flatAxis) {
    List<Offset> half = half(levels, distances, flatAxis);
    int[] steps = new int[2 * half.size()];
    for (int i = 0; i < half.size(); i++) {
      steps[i] = half.get(i).step(levels);
      steps[steps.length - 1 - i] = -steps[i];
    }
    return steps;
  }

  int step(Levels levels) {
    return levels.step(dz, dy, dx);
  }

  /** The length in mm by the weighting's norm; 1 for {@link Weighting#NO_WEIGHTING}. */
  double length(Weighting norm, Spacing spacing) {
    double z = Math.abs(dz) * spacing.z();
    double y = Math.abs(dy) * spacing.y();
    double x = Math.abs(dx) * spacing.x();
    return switch (norm) {
      case MANHATTAN -> z + y + x;
      case EUCLIDEAN -> Math.sqrt(z * z + y * y + x * x);
      case INFINITY -> Math.max(z, Math.max(y, x));
      case NO_WEIGHTING, NONE -> 1;
    };
  }
}
