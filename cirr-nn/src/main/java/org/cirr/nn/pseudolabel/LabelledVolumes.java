package org.cirr.nn.pseudolabel;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cirr.io.image.ImageFile;
import org.cirr.nn.plan.RawCase;
import org.cirr.volume.LabelMap;

/** The volumes that structures have in labelled cases, as a measure for those that have none. */
public final class LabelledVolumes {
  private static final double MM3_PER_ML = 1000;

  private LabelledVolumes() {}

  /**
   * The range of every structure's volume over the labelled cases, widened by a factor on both
   * sides. Cases that lack a structure say nothing about its volume.
   *
   * <p><b>Errors</b>: {@link IOException} when a label cannot be read.
   *
   * @param names the structures, value to name
   * @param factor 1 or more
   * @return label to range; a structure that no case has is not in it
   */
  public static Map<Integer, VolumeRange> of(
      List<RawCase> cases, Map<Integer, String> names, double factor) throws IOException {
    if (!(factor >= 1 && factor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the range of volumes is widened by a factor of 1 or more, got " + factor);
    }
    Map<Integer, VolumeRange> ranges = new TreeMap<>();
    for (RawCase one : cases) {
      LabelMap labels = ImageFile.readLabels(one.label());
      long[] counts = labels.counts();
      double voxelMl = labels.geometry().spacing().voxelVolume() / MM3_PER_ML;
      for (int value : names.keySet()) {
        if (value != 0 && value < counts.length && counts[value] > 0) {
          double ml = counts[value] * voxelMl;
          ranges.merge(value, new VolumeRange(ml, ml), (known, ignored) -> known.with(ml));
        }
      }
    }
    ranges.replaceAll((value, range) -> range.widened(factor));
    return ranges;
  }
}
