package org.cirr.volume;

import java.util.Locale;
import org.joml.Matrix4d;
import org.joml.Vector3d;
import org.joml.Vector4d;

/**
 * Where the voxel axes point: three of the letters R/L, A/P, S/I, for x, y and z (fastest axis
 * first). {@code LPS} says that x grows to the patient's left, y to the back, z to the head.
 *
 * <p>An oblique volume has the orientation that its axes come nearest to.
 *
 * <p><b>Source</b>: the letters of nibabel's {@code aff2axcodes} and of SimpleITK's {@code
 * DICOMOrient}.
 */
public final class Orientation {
  private static final String POSITIVE = "RAS";
  private static final String NEGATIVE = "LPI";

  /** Right, anterior, superior. */
  public static final Orientation RAS = of("RAS");

  /** Left, posterior, superior: DICOM's convention. */
  public static final Orientation LPS = of("LPS");

  /** For each voxel axis x, y, z the world axis (0, 1, 2) it runs along. */
  private final int[] worldAxis;

  /** For each voxel axis whether it runs in the positive (RAS+) direction. */
  private final boolean[] positive;

  private Orientation(int[] worldAxis, boolean[] positive) {
    this.worldAxis = worldAxis;
    this.positive = positive;
  }

  /**
   * The orientation with the given three letters.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when they are not one of each pair.
   */
  public static Orientation of(String letters) {
    String upper = letters.toUpperCase(Locale.ROOT);
    int[] world = new int[3];
    boolean[] sign = new boolean[3];
    int seen = 0;
    for (int axis = 0; axis < 3 && upper.length() == 3; axis++) {
      int plus = POSITIVE.indexOf(upper.charAt(axis));
      int minus = NEGATIVE.indexOf(upper.charAt(axis));
      world[axis] = Math.max(plus, minus);
      sign[axis] = plus >= 0;
      seen |= world[axis] < 0 ? 0 : 1 << world[axis];
    }
    if (seen != 7) {
      throw new IllegalArgumentException(
          "an orientation is one letter of each of R/L, A/P and S/I, as in LPS; got '"
              + letters
              + "'");
    }
    return new Orientation(world, sign);
  }

  /** The orientation nearest to an affine's voxel axes. */
  public static Orientation of(Affine affine) {
    Vector3d[] directions = new Vector3d[3];
    for (int axis = 0; axis < 3; axis++) {
      directions[axis] = Affine.column(affine.matrix(), axis).normalize();
    }
    int[] world = new int[3];
    boolean[] sign = new boolean[3];
    boolean[] voxelDone = new boolean[3];
    boolean[] worldDone = new boolean[3];
    for (int step = 0; step < 3; step++) { // the largest cosine left decides first
      int bestVoxel = -1;
      int bestWorld = -1;
      double best = -1;
      for (int voxel = 0; voxel < 3; voxel++) {
        for (int axis = 0; axis < 3; axis++) {
          double cosine = Math.abs(directions[voxel].get(axis));
          if (!voxelDone[voxel] && !worldDone[axis] && cosine > best) {
            best = cosine;
            bestVoxel = voxel;
            bestWorld = axis;
          }
        }
      }
      voxelDone[bestVoxel] = true;
      worldDone[bestWorld] = true;
      world[bestVoxel] = bestWorld;
      sign[bestVoxel] = directions[bestVoxel].get(bestWorld) > 0;
    }
    return new Orientation(world, sign);
  }

  /** How voxels move when a volume of this orientation is laid out in another one. */
  AxisMove to(Orientation target) {
    int[] source = new int[3];
    boolean[] flip = new boolean[3];
    for (int axis = 0; axis < 3; axis++) {
      for (int from = 0; from < 3; from++) {
        if (worldAxis[from] == target.worldAxis[axis]) {
          source[axis] = from;
          flip[axis] = positive[from] != target.positive[axis];
        }
      }
    }
    return new AxisMove(source, flip);
  }

  /**
   * A permutation with flips of the voxel axes x, y, z.
   *
   * @param source for each new axis the old axis it comes from
   * @param flip for each new axis whether it runs backwards
   */
  record AxisMove(int[] source, boolean[] flip) {
    boolean isIdentity() {
      for (int axis = 0; axis < 3; axis++) {
        if (source[axis] != axis || flip[axis]) {
          return false;
        }
      }
      return true;
    }

    Geometry apply(Geometry old) {
      int[] oldSize = {old.shape().dim(2), old.shape().dim(1), old.shape().dim(0)};
      double[] oldSpacing = {old.spacing().x(), old.spacing().y(), old.spacing().z()};
      Matrix4d move = new Matrix4d().zero(); // new voxel index → old voxel index
      Vector4d offset = new Vector4d(0, 0, 0, 1);
      for (int axis = 0; axis < 3; axis++) {
        move.set(axis, source[axis], flip[axis] ? -1 : 1);
        offset.setComponent(source[axis], flip[axis] ? oldSize[source[axis]] - 1 : 0);
      }
      move.setColumn(3, offset);
      return new Geometry(
          org.cirr.tensor.Shape.of(oldSize[source[2]], oldSize[source[1]], oldSize[source[0]]),
          Affine.of(new Matrix4d(old.affine().matrix()).mul(move)),
          new Spacing(oldSpacing[source[2]], oldSpacing[source[1]], oldSpacing[source[0]]));
    }

    /**
     * The flat old index of the first new voxel, and the step in the old array per new axis z, y,
     * x.
     */
    int[] startAndSteps(Geometry old) {
      int[] oldSize = {old.shape().dim(2), old.shape().dim(1), old.shape().dim(0)};
      int[] oldStride = {1, oldSize[0], oldSize[0] * oldSize[1]};
      int start = 0;
      int[] step = new int[3];
      for (int axis = 0; axis < 3; axis++) {
        int stride = oldStride[source[axis]];
        step[axis] = flip[axis] ? -stride : stride;
        start += flip[axis] ? (oldSize[source[axis]] - 1) * stride : 0;
      }
      return new int[] {start, step[2], step[1], step[0]};
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Orientation orientation && toString().equals(orientation.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** The three letters. */
  @Override
  public String toString() {
    StringBuilder letters = new StringBuilder(3);
    for (int axis = 0; axis < 3; axis++) {
      letters.append((positive[axis] ? POSITIVE : NEGATIVE).charAt(worldAxis[axis]));
    }
    return letters.toString();
  }
}
