package org.cirr.metrics.radiomics.image;

import java.util.Arrays;
import org.cirr.volume.Spacing;

/**
 * A region of interest in grey levels, ready for texture matrices.
 *
 * <p>Only levels that occur have a row, and rows are ascending; {@link #level} gives a row's level
 * number, which is what formulas use.
 */
public final class Levels {
  /*
   * The cells carry a margin of empty cells as wide as the farthest neighbour that will be asked
   * for. So a neighbour is one addition away and no loop checks a border. 4 bytes a cell of the box
   * and 4 a voxel of the region; rows and not level numbers are stored so that 70,000 levels, or
   * three levels that lie 10⁹ apart, cost no more than their number.
   */
  private final int[] cells; // 0 outside the region, else 1 + row
  private final int[] places; // the region's voxels as indices into cells, ascending
  private final int[] levels; // level numbers by row, ascending
  private final int highest;
  private final int reach;
  private final int[] shape;
  private final Spacing spacing;

  private Levels(
      int[] cells,
      int[] places,
      int[] levels,
      int highest,
      int reach,
      int[] shape,
      Spacing spacing) {
    this.cells = cells;
    this.places = places;
    this.levels = levels;
    this.highest = highest;
    this.reach = reach;
    this.shape = shape;
    this.spacing = spacing;
  }

  /**
   * Discretises a region.
   *
   * @param reach the distance in voxels of the farthest neighbour that will be asked for
   */
  public static Levels of(Roi roi, Binning binning, int reach) {
    double[] values = roi.image().values();
    boolean[] inside = roi.inside();
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < inside.length; i++) {
      if (inside[i]) {
        min = Math.min(min, values[i]);
        max = Math.max(max, values[i]);
      }
    }
    Binning.Edges edges = binning.edges(min, max);
    int[] levels = new int[inside.length];
    for (int i = 0; i < inside.length; i++) {
      levels[i] = inside[i] ? edges.level(values[i]) : 0;
    }
    return of(levels, roi.shape(), roi.spacing(), reach);
  }

  /**
   * Takes levels as they are.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for a negative level, extents that do not
   * fit, or a box that is too large for one array.
   *
   * @param levels {@code [z, y, x]}; 0 is outside the region
   */
  public static Levels of(int[] levels, int[] shape, Spacing spacing, int reach) {
    if (reach < 1) {
      throw new IllegalArgumentException("the reach must be 1 or more voxels, got " + reach);
    }
    int voxels = 0;
    for (int level : levels) {
      if (level < 0) {
        throw new IllegalArgumentException(
            "grey levels start at 1 and 0 is outside, got " + level + "; shift the levels");
      }
      voxels += level > 0 ? 1 : 0;
    }
    if (shape.length != 3 || (long) shape[0] * shape[1] * shape[2] != levels.length) {
      throw new IllegalArgumentException(
          levels.length + " levels do not fill the extents " + Arrays.toString(shape));
    }
    int[] present = present(levels, voxels);
    int[] padded = {shape[0] + 2 * reach, shape[1] + 2 * reach, shape[2] + 2 * reach};
    long size = (long) padded[0] * padded[1] * padded[2];
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "a region of extents "
              + Arrays.toString(shape)
              + " with a margin of "
              + reach
              + " has more cells than an array can hold; resample it to larger voxels");
    }
    int highest = present.length == 0 ? 0 : present[present.length - 1];
    int[] rowOf = isDense(highest, voxels) ? new int[highest + 1] : null;
    for (int row = 0; rowOf != null && row < present.length; row++) {
      rowOf[present[row]] = row;
    }
    int[] cells = new int[(int) size];
    int[] places = new int[voxels];
    int n = 0;
    for (int z = 0, from = 0; z < shape[0]; z++) {
      for (int y = 0; y < shape[1]; y++) {
        int to = ((z + reach) * padded[1] + y + reach) * padded[2] + reach;
        for (int x = 0; x < shape[2]; x++, from++, to++) {
          if (levels[from] > 0) {
            int level = levels[from];
            cells[to] = 1 + (rowOf != null ? rowOf[level] : Arrays.binarySearch(present, level));
            places[n++] = to;
          }
        }
      }
    }
    return new Levels(cells, places, present, highest, reach, shape.clone(), spacing);
  }

  /** Whether a table with a place for every level number is small beside the region. */
  private static boolean isDense(int highest, int voxels) {
    return highest <= Math.max(1 << 10, 4L * voxels);
  }

  private static int[] present(int[] levels, int voxels) {
    int highest = 0;
    for (int level : levels) {
      highest = Math.max(highest, level);
    }
    if (isDense(highest, voxels)) {
      boolean[] seen = new boolean[highest + 1];
      for (int level : levels) {
        seen[level] = true;
      }
      return java.util.stream.IntStream.rangeClosed(1, highest).filter(l -> seen[l]).toArray();
    }
    return Arrays.stream(levels).filter(level -> level > 0).sorted().distinct().toArray();
  }

  /** The same cells with another highest level, as for a small kernel in a larger region. */
  public Levels withHighest(int level) {
    return new Levels(cells, places, levels, level, reach, shape, spacing);
  }

  /**
   * The slices along z that have voxels, each a region of its own; rows stay those of the whole, so
   * that matrices of slices can be added.
   */
  public java.util.List<Levels> slices() {
    java.util.List<Levels> slices = new java.util.ArrayList<>();
    int plane = (shape[1] + 2 * reach) * (shape[2] + 2 * reach);
    int[] one = {1, shape[1], shape[2]};
    for (int z = 0; z < shape[0]; z++) {
      int[] part = new int[plane * (1 + 2 * reach)];
      System.arraycopy(cells, (z + reach) * plane, part, reach * plane, plane);
      int[] members =
          java.util.stream.IntStream.range(reach * plane, (reach + 1) * plane)
              .filter(cell -> part[cell] > 0)
              .toArray();
      if (members.length > 0) {
        slices.add(new Levels(part, members, levels, highest, reach, one, spacing));
      }
    }
    return slices;
  }

  /** The number of levels that occur. */
  public int rows() {
    return levels.length;
  }

  /** The level number of a row. */
  public int level(int row) {
    return levels[row];
  }

  /** All level numbers in ascending order. */
  public int[] levelNumbers() {
    return levels.clone();
  }

  /** The highest level number, which formulas call Ng. */
  public int highest() {
    return highest;
  }

  /** The number of voxels in the region. */
  public int voxels() {
    return places.length;
  }

  /** The extents of the box without the margin. */
  public int[] shape() {
    return shape.clone();
  }

  /** The distance between neighbouring voxels in mm. */
  public Spacing spacing() {
    return spacing;
  }

  /** The width of the margin. */
  public int reach() {
    return reach;
  }

  /** Per cell, margin included, 0 outside the region and else 1 + row; not a copy. */
  public int[] cells() {
    return cells;
  }

  /** The cells of the region in ascending order; not a copy. */
  public int[] places() {
    return places;
  }

  /** How far apart in {@link #cells} a voxel and its neighbour lie. */
  public int step(int dz, int dy, int dx) {
    return (dz * (shape[1] + 2 * reach) + dy) * (shape[2] + 2 * reach) + dx;
  }

  /** The number of voxels of every row. */
  public long[] histogram() {
    long[] counts = new long[rows()];
    for (int place : places) {
      counts[cells[place] - 1]++;
    }
    return counts;
  }
}
