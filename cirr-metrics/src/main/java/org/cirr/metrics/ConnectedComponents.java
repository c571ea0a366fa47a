package org.cirr.metrics;

import java.util.Arrays;
import java.util.function.IntPredicate;
import org.cirr.tensor.Shape;

/**
 * The connected components of the voxels for which a condition holds.
 *
 * <p>Components are numbered from 1 in the order of their first voxel, slowest axis first.
 *
 * <p><b>Shapes</b>: {@code [z, y, x]} or {@code [y, x]}; axes of one voxel are fine.
 *
 * <p><b>Edge cases</b>: no voxel at all gives no component; an empty array is allowed.
 *
 * <p><b>Source</b>: the numbering is that of {@code scipy.ndimage.label}; run-based two-pass
 * labelling after Rosenfeld and Pfaltz (1966).
 */
public final class ConnectedComponents {
  /*
   * Not voxels but runs along x are united: memory follows the surface of the mask (12 bytes a run)
   * instead of its volume, and a row is compared with its neighbour rows in one merge of two sorted
   * lists. The root of a set is its smallest run, so numbering roots in order numbers components by
   * their first voxel. Nothing recurses.
   */
  private final int depth;
  private final int height;
  private final int width;
  private final boolean planar;
  private final int[] rowStart; // the first run of each row, one more at the end
  private int[] from = new int[256];
  private int[] to = new int[256];
  private int[] parent = new int[256]; // while scanning a union-find forest, then the component
  private int runs;
  private long[] sizes = {0};
  private boolean[] touches = {false};

  private ConnectedComponents(int[] shape) {
    planar = shape.length == 2;
    depth = planar ? 1 : shape[0];
    height = shape[shape.length - 2];
    width = shape[shape.length - 1];
    rowStart = new int[depth * height + 1];
  }

  /**
   * Finds the components.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the shape has not two or three axes, or
   * more voxels than one array can hold.
   *
   * @param foreground whether the voxel at a flat index belongs to the mask
   */
  public static ConnectedComponents of(
      int[] shape, Connectivity connectivity, IntPredicate foreground) {
    if (shape.length != 2 && shape.length != 3) {
      throw new IllegalArgumentException(
          "components are found in 2 or 3 axes, got shape " + Arrays.toString(shape));
    }
    if (Shape.of(shape).arrayLength() == 0) {
      return new ConnectedComponents(new int[] {0, 0});
    }
    ConnectedComponents components = new ConnectedComponents(shape);
    components.scan(connectivity, foreground);
    components.number();
    return components;
  }

  /** The number of components. */
  public int count() {
    return sizes.length - 1;
  }

  /** The number of voxels of a component, 1 to {@link #count()}. */
  public long size(int component) {
    return sizes[component];
  }

  /** Whether a component has a voxel on the border of the array. */
  public boolean touchesBorder(int component) {
    return touches[component];
  }

  /** Takes the voxels of a component, one run of neighbours along x at a time. */
  @FunctionalInterface
  public interface RunVisitor {
    /** The flat indices {@code first} to {@code end − 1} belong to the component. */
    void run(int component, int first, int end);
  }

  /** Visits all runs in ascending order of their flat index. */
  public void forEachRun(RunVisitor visitor) {
    for (int row = 0; row < rowStart.length - 1; row++) {
      for (int run = rowStart[row]; run < rowStart[row + 1]; run++) {
        visitor.run(parent[run], row * width + from[run], row * width + to[run]);
      }
    }
  }

  /** The component of every voxel, 0 outside the mask; four bytes a voxel. */
  public int[] labels() {
    int[] labels = new int[depth * height * width];
    forEachRun((component, first, end) -> Arrays.fill(labels, first, end, component));
    return labels;
  }

  private void scan(Connectivity connectivity, IntPredicate foreground) {
    int straight = connectivity == Connectivity.FACES ? 0 : 1; // reach along x in rows that share a
    int oblique = connectivity == Connectivity.CORNERS ? 1 : 0; // face, and in rows that do not
    for (int z = 0, row = 0; z < depth; z++) {
      for (int y = 0; y < height; y++, row++) {
        addRuns(row, foreground);
        if (y > 0) {
          link(row, row - 1, straight);
        }
        if (z > 0) {
          link(row, row - height, straight);
          if (connectivity != Connectivity.FACES && y > 0) {
            link(row, row - height - 1, oblique);
          }
          if (connectivity != Connectivity.FACES && y < height - 1) {
            link(row, row - height + 1, oblique);
          }
        }
      }
    }
  }

  private void addRuns(int row, IntPredicate foreground) {
    int base = row * width;
    for (int x = 0; x < width; x++) {
      if (!foreground.test(base + x)) {
        continue;
      }
      int first = x;
      while (x < width && foreground.test(base + x)) {
        x++;
      }
      if (runs == from.length) {
        int longer = (int) Math.min(Integer.MAX_VALUE - 8L, runs + (runs >> 1) + 256L);
        from = Arrays.copyOf(from, longer);
        to = Arrays.copyOf(to, longer);
        parent = Arrays.copyOf(parent, longer);
      }
      from[runs] = first;
      to[runs] = x;
      parent[runs] = runs;
      runs++;
    }
    rowStart[row + 1] = runs;
  }

  /** Unites the runs of two rows that come within {@code reach} voxels of each other. */
  private void link(int row, int earlier, int reach) {
    int a = rowStart[row];
    int b = rowStart[earlier];
    while (a < rowStart[row + 1] && b < rowStart[earlier + 1]) {
      if (from[a] < to[b] + reach && from[b] < to[a] + reach) {
        unite(a, b);
      }
      if (to[a] < to[b]) {
        a++;
      } else {
        b++;
      }
    }
  }

  private void unite(int a, int b) {
    int rootA = root(a);
    int rootB = root(b);
    parent[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
  }

  private int root(int run) {
    while (parent[run] != run) {
      parent[run] = parent[parent[run]];
      run = parent[run];
    }
    return run;
  }

  /** Replaces every run's parent, which is never a later run, by its component. */
  private void number() {
    int count = 0;
    for (int run = 0; run < runs; run++) {
      parent[run] = parent[run] == run ? ++count : parent[parent[run]];
    }
    sizes = new long[count + 1];
    touches = new boolean[count + 1];
    for (int row = 0; row < rowStart.length - 1; row++) {
      int z = row / height;
      int y = row % height;
      boolean edge = y == 0 || y == height - 1 || !planar && (z == 0 || z == depth - 1);
      for (int run = rowStart[row]; run < rowStart[row + 1]; run++) {
        sizes[parent[run]] += to[run] - from[run];
        touches[parent[run]] |= edge || from[run] == 0 || to[run] == width;
      }
    }
  }
}
