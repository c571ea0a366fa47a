package org.cirr.metrics.instance;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.cirr.metrics.ConnectedComponents;
import org.cirr.metrics.Connectivity;
import org.cirr.metrics.LabelSet;
import org.cirr.volume.LabelMap;

/**
 * Takes small parts out of a segmentation. The map is changed in place.
 *
 * <p>The labels of a set are taken together: two that touch are one part. nnU-Net's own rule, which
 * keeps all parts of equal size, is {@link org.cirr.metrics.LargestComponent}.
 */
public final class ComponentFilter {
  private ComponentFilter() {}

  /**
   * Keeps the n largest parts; of parts of equal size the one that comes first.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for n below 1.
   *
   * @return the number of voxels that became background (0)
   */
  public static long keepLargest(LabelMap map, LabelSet labels, int n, Connectivity connectivity) {
    if (n < 1) {
      throw new IllegalArgumentException("the number of parts to keep must be 1 or more, got " + n);
    }
    ConnectedComponents parts = parts(map, labels, connectivity);
    boolean[] kept = new boolean[parts.count() + 1];
    IntStream.rangeClosed(1, parts.count())
        .boxed()
        .sorted(Comparator.comparingLong((Integer part) -> -parts.size(part)))
        .limit(n)
        .forEach(part -> kept[part] = true);
    return remove(map, parts, kept);
  }

  /**
   * Keeps the parts from a volume on.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for a volume that is negative or NaN.
   *
   * @param leastMl the least volume of a part, in ml, inclusive
   * @return the number of voxels that became background (0)
   */
  public static long keepFrom(
      LabelMap map, LabelSet labels, double leastMl, Connectivity connectivity) {
    if (!(leastMl >= 0)) {
      throw new IllegalArgumentException("a volume must be 0 ml or more, got " + leastMl + " ml");
    }
    double voxelMl = map.geometry().spacing().voxelVolume() / 1000;
    ConnectedComponents parts = parts(map, labels, connectivity);
    boolean[] kept = new boolean[parts.count() + 1];
    for (int part = 1; part < kept.length; part++) {
      kept[part] = parts.size(part) * voxelMl >= leastMl * (1 - 1e-9); // spacing is rounded
    }
    return remove(map, parts, kept);
  }

  private static ConnectedComponents parts(
      LabelMap map, LabelSet labels, Connectivity connectivity) {
    return ConnectedComponents.of(
        map.shape().toArray(), connectivity, index -> labels.contains(map.get(index)));
  }

  private static long remove(LabelMap map, ConnectedComponents parts, boolean[] kept) {
    long[] removed = {0};
    parts.forEachRun(
        (part, first, end) -> {
          if (!kept[part]) {
            removed[0] += end - first;
            for (int index = first; index < end; index++) {
              map.set(index, 0);
            }
          }
        });
    return removed[0];
  }
}
