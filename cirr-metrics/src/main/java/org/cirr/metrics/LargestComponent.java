package org.cirr.metrics;

import java.util.Arrays;
import java.util.Set;
import org.cirr.volume.LabelMap;

/**
 * Keeps the largest connected component of some labels, as nnU-Net's post-processing does.
 *
 * <p>The labels are taken together: two organs that touch are one component.
 *
 * <p><b>Source</b>: nnU-Net {@code remove_all_but_largest_component_from_segmentation}.
 */
public final class LargestComponent {
  private LargestComponent() {}

  /**
   * Sets every voxel of the given labels that is not in their largest component (26-connected) to
   * the background label. The map is changed in place.
   *
   * <p><b>Edge cases</b>: components of equal size are all kept; labels that do not occur change
   * nothing.
   *
   * @return the number of voxels that changed
   */
  public static long keep(LabelMap map, Set<Integer> labels, int background) {
    boolean[] wanted = new boolean[LabelMap.MAX_LABEL + 1];
    for (int label : labels) {
      if (label < 0 || label > LabelMap.MAX_LABEL) {
        throw new IllegalArgumentException(
            "labels go from 0 to " + LabelMap.MAX_LABEL + ", got " + label);
      }
      wanted[label] = true;
    }
    ConnectedComponents components =
        ConnectedComponents.of(
            map.shape().toArray(), Connectivity.CORNERS, index -> wanted[map.get(index)]);
    long[] sizes = new long[components.count() + 1];
    Arrays.setAll(sizes, component -> component == 0 ? 0 : components.size(component));
    long largest = Arrays.stream(sizes).max().orElse(0);
    long[] changed = {0};
    components.forEachRun(
        (component, first, end) -> {
          if (sizes[component] < largest) {
            changed[0] += end - first;
            for (int index = first; index < end; index++) {
              map.set(index, background);
            }
          }
        });
    return changed[0];
  }
}
