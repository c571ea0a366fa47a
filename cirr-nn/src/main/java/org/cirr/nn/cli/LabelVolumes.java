package org.cirr.nn.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cirr.volume.LabelMap;

/** How much of each label a mask holds. */
final class LabelVolumes {
  private static final double MM3_PER_ML = 1000;

  private LabelVolumes() {}

  /** One label. <b>Units</b>: millilitres. */
  record LabelVolume(int value, String name, long voxels, double ml) {}

  /** The foreground labels of the model, in order of their value, those with no voxel too. */
  static List<LabelVolume> of(LabelMap labels, Map<Integer, String> names) {
    long[] counts = labels.counts();
    double voxelMl = labels.geometry().spacing().voxelVolume() / MM3_PER_ML;
    List<LabelVolume> volumes = new ArrayList<>();
    names.forEach(
        (value, name) -> {
          if (value != 0) {
            long voxels = value < counts.length ? counts[value] : 0;
            volumes.add(new LabelVolume(value, name, voxels, voxels * voxelMl));
          }
        });
    return volumes;
  }
}
