package org.cirr.metrics.radiomics.image;

import java.util.ArrayList;
import java.util.List;
import org.cirr.volume.LabelMap;

/** Whether a mask can be measured, and what to do if not. */
public final class MaskCheck {
  private MaskCheck() {}

  /**
   * The voxels that have a label.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} naming the labels that are there when this
   * one is not.
   */
  public static boolean[] select(LabelMap mask, int label) {
    boolean[] inside = new boolean[mask.length()];
    boolean any = false;
    for (int i = 0; i < inside.length; i++) {
      inside[i] = mask.get(i) == label;
      any |= inside[i];
    }
    if (!any) {
      List<Integer> present = new ArrayList<>();
      long[] counts = mask.counts();
      for (int value = 1; value < counts.length; value++) {
        if (counts[value] > 0) {
          present.add(value);
        }
      }
      throw new IllegalArgumentException(
          "label "
              + label
              + " is not in the mask, "
              + (present.isEmpty() ? "which is empty" : "which has the labels " + present)
              + "; set 'label' to one that is there");
    }
    return inside;
  }

  /**
   * Checks the size of a region.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the region is flat along more axes than
   * allowed, or has too few voxels (pyradiomics: exactly {@code minimumSize} is too few).
   *
   * @param minimumDimensions along how many axes the region has to extend; 0 allows anything
   * @param minimumSize more voxels than this are needed; 0 allows anything
   */
  public static void requireSize(
      boolean[] inside, int[] shape, int minimumDimensions, long minimumSize) {
    Box box = Box.around(inside, shape);
    if (box == null) {
      throw new IllegalArgumentException(
          "the region of interest has no voxel; check the mask and its label");
    }
    int extended = 0;
    for (int extent : box.shape()) {
      extended += extent > 1 ? 1 : 0;
    }
    if (extended < minimumDimensions) {
      throw new IllegalArgumentException(
          extended == 0
              ? "mask has only 1 segmented voxel; texture needs at least two, so mend the mask or set"
                  + " 'minimumROIDimensions' to 0"
              : "the region of interest extends along "
                  + extended
                  + " axes only, but 'minimumROIDimensions' is "
                  + minimumDimensions
                  + "; mend the mask or lower the setting");
    }
    long voxels = 0;
    for (boolean in : inside) {
      voxels += in ? 1 : 0;
    }
    if (minimumSize > 0 && voxels <= minimumSize) {
      throw new IllegalArgumentException(
          "the region of interest has "
              + voxels
              + " voxels, but 'minimumROISize' asks for more than "
              + minimumSize
              + "; mend the mask or lower the setting");
    }
  }
}
