package org.cirr.nn.augment;

import org.cirr.nn.random.Draws;
import org.cirr.nn.random.SmoothField;

/**
 * Rotation, scaling and elastic deformation about the patch's centre.
 *
 * <p>Images are interpolated linearly and are 0 beyond what was loaded; a voxel gets the label that
 * covers most of it, the lowest on ties, and the lowest label of the patch where nothing is.
 * Without any of the three the centre is copied as it is.
 *
 * <p><b>Formula</b>: voxel p of the result, counted from the centre, shows the loaded patch at (p +
 * elastic(p)) · Rz Ry Rx · scale from its centre, p a row vector.
 *
 * <p><b>Source</b>: batchgeneratorsv2 {@code SpatialTransform}, {@code Convert3DTo2DTransform}.
 */
final class SpatialTransform {
  private final int[] size;
  private final boolean inPlane;
  private final double[] matrix; // 3 x 3, row by row; null: only the centre is cut out
  private final float[][] elastic; // per axis, in voxels; null: none

  private SpatialTransform(int[] size, boolean inPlane, double[] matrix, float[][] elastic) {
    this.size = size;
    this.inPlane = inPlane;
    this.matrix = matrix;
    this.elastic = elastic;
  }

  /** Draws a transform. */
  static SpatialTransform draw(AugmentationSettings settings, int[] size, Draws draws) {
    boolean rotates = draws.chance(settings.rotationChance());
    boolean scales = draws.chance(settings.scaleChance());
    boolean deforms = draws.chance(settings.elasticChance());
    double[] angles = new double[3];
    double most = Math.toRadians(settings.rotationDegrees());
    for (int axis = 0; axis < 3; axis++) {
      double angle = draws.uniform(-most, most);
      angles[axis] = rotates && (axis == 0 || !settings.inPlane()) ? angle : 0;
    }
    double drawn = draws.uniform(settings.scaleLeast(), settings.scaleMost());
    float[][] elastic = deforms ? elastic(settings, size, draws) : null;
    return rotates || scales || deforms
        ? of(size, settings.inPlane(), angles, scales ? drawn : 1, elastic)
        : new SpatialTransform(size, settings.inPlane(), null, null);
  }

  /** The transform of given angles (radians, about axes 0, 1, 2) and scale. */
  static SpatialTransform of(
      int[] size, boolean inPlane, double[] angles, double scale, float[][] elastic) {
    double[] x = {1, 0, 0, 0, Math.cos(angles[0]), -Math.sin(angles[0]), 0, 0, 0};
    x[7] = Math.sin(angles[0]);
    x[8] = Math.cos(angles[0]);
    double[] y = {Math.cos(angles[1]), 0, Math.sin(angles[1]), 0, 1, 0, 0, 0, 0};
    y[6] = -Math.sin(angles[1]);
    y[8] = Math.cos(angles[1]);
    double[] z = {Math.cos(angles[2]), -Math.sin(angles[2]), 0, 0, 0, 0, 0, 0, 1};
    z[3] = Math.sin(angles[2]);
    z[4] = Math.cos(angles[2]);
    double[] rotation = product(product(z, y), x);
    for (int i = 0; i < 9; i++) {
      boolean kept = inPlane && i % 3 == 0;
      rotation[i] *= kept ? 1 : scale;
    }
    return new SpatialTransform(size, inPlane, rotation, elastic);
  }

  private static double[] product(double[] a, double[] b) {
    double[] c = new double[9];
    for (int i = 0; i < 9; i++) {
      for (int k = 0; k < 3; k++) {
        c[i] += a[i / 3 * 3 + k] * b[k * 3 + i % 3];
      }
    }
    return c;
  }

  /*
   * Elastic fields are cirr's own (nnU-Net's trainer has them switched off): knots a tenth to
   * four tenths of the patch apart, moved by up to a fifth of their distance, so that nothing folds.
   */
  private static float[][] elastic(AugmentationSettings settings, int[] size, Draws draws) {
    double share = draws.uniform(0.1, 0.4);
    double strength = draws.uniform(0, 0.2);
    float[][] fields = new float[3][];
    for (int axis = settings.inPlane() ? 1 : 0; axis < 3; axis++) {
      double[] knots = new double[3];
      for (int a = 0; a < 3; a++) {
        knots[a] = Math.max(2, share * size[a]);
      }
      int[] shape = settings.inPlane() ? new int[] {1, size[1], size[2]} : size;
      fields[axis] = SmoothField.of(shape, knots, draws);
      float largest = 1e-6f;
      for (float value : fields[axis]) {
        largest = Math.max(largest, Math.abs(value));
      }
      float by = (float) (strength * knots[axis] / largest);
      for (int i = 0; i < fields[axis].length; i++) {
        fields[axis][i] *= by;
      }
    }
    return fields;
  }

  /** Applies the transform to a loaded patch. */
  Patch apply(Patch from) {
    if (matrix == null) {
      return centre(from);
    }
    return inPlane ? slices(from) : volume(from);
  }

  private Patch centre(Patch from) {
    int[] n = from.shape();
    Patch to = Patch.empty(from.channels().length, size);
    int[] first = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      first[axis] = n[axis] / 2 - size[axis] / 2;
    }
    for (int z = 0; z < size[0]; z++) {
      for (int y = 0; y < size[1]; y++) {
        int in = ((z + first[0]) * n[1] + y + first[1]) * n[2] + first[2];
        int out = (z * size[1] + y) * size[2];
        for (int c = 0; c < from.channels().length; c++) {
          System.arraycopy(from.channel(c), in, to.channel(c), out, size[2]);
        }
        System.arraycopy(from.labels(), in, to.labels(), out, size[2]);
      }
    }
    return to;
  }

  /** All slices are moved alike: positions and weights are computed once for a column. */
  private Patch slices(Patch from) {
    int[] n = from.shape();
    int plane = n[1] * n[2];
    int skip = n[0] / 2 - size[0] / 2;
    Patch to = Patch.empty(from.channels().length, size);
    short nothing = lowest(from.labels());
    int[] at = new int[4];
    float[] weight = new float[4];
    for (int y = 0; y < size[1]; y++) {
      for (int x = 0; x < size[2]; x++) {
        double py = y - (size[1] - 1) / 2.0;
        double px = x - (size[2] - 1) / 2.0;
        if (elastic != null) {
          py += elastic[1][y * size[2] + x];
          px += elastic[2][y * size[2] + x];
        }
        double sy = py * matrix[4] + px * matrix[7] + (n[1] - 1) / 2.0;
        double sx = py * matrix[5] + px * matrix[8] + (n[2] - 1) / 2.0;
        taps(sy, sx, n, at, weight);
        for (int z = 0; z < size[0]; z++) {
          int base = (z + skip) * plane;
          int out = (z * size[1] + y) * size[2] + x;
          for (int c = 0; c < from.channels().length; c++) {
            float[] in = from.channel(c);
            to.channel(c)[out] =
                weight[0] * in[base + at[0]]
                    + weight[1] * in[base + at[1]]
                    + weight[2] * in[base + at[2]]
                    + weight[3] * in[base + at[3]];
          }
          to.labels()[out] = vote(from.labels(), base, at, weight, nothing);
        }
      }
    }
    return to;
  }

  /** The four neighbours in a plane; those outside have weight 0 and a harmless index. */
  private static void taps(double sy, double sx, int[] n, int[] at, float[] weight) {
    int y0 = (int) Math.floor(sy);
    int x0 = (int) Math.floor(sx);
    double dy = sy - y0;
    double dx = sx - x0;
    for (int tap = 0; tap < 4; tap++) {
      int y = y0 + tap / 2;
      int x = x0 + tap % 2;
      boolean inside = y >= 0 && y < n[1] && x >= 0 && x < n[2];
      at[tap] = inside ? y * n[2] + x : 0;
      weight[tap] = inside ? (float) ((tap < 2 ? 1 - dy : dy) * (tap % 2 == 0 ? 1 - dx : dx)) : 0;
    }
  }

  private Patch volume(Patch from) {
    int[] n = from.shape();
    Patch to = Patch.empty(from.channels().length, size);
    short nothing = lowest(from.labels());
    int[] at = new int[8];
    float[] weight = new float[8];
    int out = 0;
    for (int z = 0; z < size[0]; z++) {
      for (int y = 0; y < size[1]; y++) {
        for (int x = 0; x < size[2]; x++, out++) {
          double pz = z - (size[0] - 1) / 2.0;
          double py = y - (size[1] - 1) / 2.0;
          double px = x - (size[2] - 1) / 2.0;
          if (elastic != null) {
            pz += elastic[0][out];
            py += elastic[1][out];
            px += elastic[2][out];
          }
          double sz = pz * matrix[0] + py * matrix[3] + px * matrix[6] + (n[0] - 1) / 2.0;
          double sy = pz * matrix[1] + py * matrix[4] + px * matrix[7] + (n[1] - 1) / 2.0;
          double sx = pz * matrix[2] + py * matrix[5] + px * matrix[8] + (n[2] - 1) / 2.0;
          taps(sz, sy, sx, n, at, weight);
          for (int c = 0; c < from.channels().length; c++) {
            float[] in = from.channel(c);
            float sum = 0;
            for (int tap = 0; tap < 8; tap++) {
              sum += weight[tap] * in[at[tap]];
            }
            to.channel(c)[out] = sum;
          }
          to.labels()[out] = vote(from.labels(), 0, at, weight, nothing);
        }
      }
    }
    return to;
  }

  private static void taps(double sz, double sy, double sx, int[] n, int[] at, float[] weight) {
    int z0 = (int) Math.floor(sz);
    int y0 = (int) Math.floor(sy);
    int x0 = (int) Math.floor(sx);
    float dz = (float) (sz - z0);
    float dy = (float) (sy - y0);
    float dx = (float) (sx - x0);
    if (z0 >= 0 && z0 + 1 < n[0] && y0 >= 0 && y0 + 1 < n[1] && x0 >= 0 && x0 + 1 < n[2]) {
      int first = (z0 * n[1] + y0) * n[2] + x0;
      for (int tap = 0; tap < 8; tap++) {
        at[tap] = first + (tap >> 2) * n[1] * n[2] + (tap >> 1 & 1) * n[2] + (tap & 1);
        weight[tap] =
            (tap < 4 ? 1 - dz : dz)
                * ((tap & 2) == 0 ? 1 - dy : dy)
                * ((tap & 1) == 0 ? 1 - dx : dx);
      }
      return;
    }
    for (int tap = 0; tap < 8; tap++) {
      int z = z0 + (tap >> 2);
      int y = y0 + (tap >> 1 & 1);
      int x = x0 + (tap & 1);
      boolean inside = z >= 0 && z < n[0] && y >= 0 && y < n[1] && x >= 0 && x < n[2];
      at[tap] = inside ? (z * n[1] + y) * n[2] + x : 0;
      weight[tap] =
          inside
              ? (tap < 4 ? 1 - dz : dz)
                  * ((tap & 2) == 0 ? 1 - dy : dy)
                  * ((tap & 1) == 0 ? 1 - dx : dx)
              : 0;
    }
  }

  /** The label with the most weight. */
  private static short vote(short[] labels, int base, int[] at, float[] weight, short nothing) {
    short best = labels[base + at[0]];
    boolean same = weight[0] > 0;
    for (int tap = 1; tap < at.length && same; tap++) {
      same = labels[base + at[tap]] == best && weight[tap] > 0;
    }
    if (same) {
      return best;
    }
    float most = 0;
    best = nothing;
    for (int tap = 0; tap < at.length; tap++) {
      short label = labels[base + at[tap]];
      float sum = 0;
      for (int other = 0; other < at.length; other++) {
        sum += labels[base + at[other]] == label ? weight[other] : 0;
      }
      if (sum > most || sum == most && sum > 0 && label < best) {
        most = sum;
        best = label;
      }
    }
    return best;
  }

  private static short lowest(short[] labels) {
    short lowest = Short.MAX_VALUE;
    for (short label : labels) {
      lowest = (short) Math.min(lowest, label);
    }
    return lowest;
  }
}
