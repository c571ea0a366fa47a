package org.cirr.nn.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cirr.nn.augment.Patch;
import org.cirr.nn.random.Draws;

/**
 * Draws where patches lie: a share of every batch is centred on a voxel of some class, so that
 * small organs are seen often enough.
 *
 * <p>Boxes reach over a case's borders by half of what the loaded patch is larger than the
 * network's, and as far as needed where the case is smaller than the patch.
 *
 * <p><b>Source</b>: nnU-Net {@code nnUNetDataLoader.get_bbox}, {@code _oversample_last_XX_percent}.
 *
 * @param finalSize the network's patch
 * @param loadedSize what is read, larger where an augmentation needs a margin
 * @param foregroundShare the share of a batch, its last samples, that is centred on a class
 * @param annotatedClass whether the last class is "every annotated voxel", as with an ignore label
 */
public record PatchSampler(
    int[] finalSize, int[] loadedSize, double foregroundShare, boolean annotatedClass) {
  /** nnU-Net's share. */
  public static final double FOREGROUND_SHARE = 0.33;

  /** Copies the arrays. */
  public PatchSampler {
    finalSize = finalSize.clone();
    loadedSize = loadedSize.clone();
    if (finalSize.length != 3 || loadedSize.length != 3) {
      throw new IllegalArgumentException(
          "patches have three axes, got "
              + Arrays.toString(finalSize)
              + " and "
              + Arrays.toString(loadedSize));
    }
    for (int axis = 0; axis < 3; axis++) {
      if (finalSize[axis] < 1 || loadedSize[axis] < finalSize[axis]) {
        throw new IllegalArgumentException(
            "a loaded patch is at least as large as the network's, got "
                + Arrays.toString(loadedSize)
                + " for "
                + Arrays.toString(finalSize));
      }
    }
    if (!(foregroundShare >= 0 && foregroundShare <= 1)) {
      throw new IllegalArgumentException(
          "the share of foreground patches goes from 0 to 1, got " + foregroundShare);
    }
  }

  /** Whether a sample of a batch is centred on a class. */
  public boolean forcesForeground(int sample, int batchSize) {
    return forcesForeground(sample, batchSize, foregroundShare);
  }

  /**
   * The same for a share: of two samples and a third, the second is; of one, none, as in nnU-Net.
   */
  public static boolean forcesForeground(int sample, int batchSize, double foregroundShare) {
    return sample >= Math.rint(batchSize * (1 - foregroundShare));
  }

  /** Draws a box and reads it. */
  public Patch draw(PreparedCase from, boolean foreground, Draws draws) throws IOException {
    return from.read(lower(from, foreground, draws), loadedSize);
  }

  /** The first voxel of a box, which may lie outside the case. */
  int[] lower(PreparedCase from, boolean foreground, Draws draws) throws IOException {
    int[] shape = from.shape();
    int[] least = new int[3];
    int[] most = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      int margin = Math.max(loadedSize[axis] - finalSize[axis], loadedSize[axis] - shape[axis]);
      least[axis] = Math.floorDiv(-margin, 2);
      most[axis] = shape[axis] + margin / 2 + margin % 2 - loadedSize[axis];
    }
    int chosen = chooseClass(from, foreground, draws);
    int[] lower = new int[3];
    if (chosen < 0) {
      for (int axis = 0; axis < 3; axis++) {
        lower[axis] = least[axis] + draws.below(most[axis] - least[axis] + 1);
      }
      return lower;
    }
    int[] centre = from.location(chosen, draws.below(from.locations(chosen)));
    for (int axis = 0; axis < 3; axis++) {
      lower[axis] = Math.max(least[axis], centre[axis] - loadedSize[axis] / 2);
    }
    return lower;
  }

  /** The class to centre on; −1 for a box anywhere. */
  private int chooseClass(PreparedCase from, boolean foreground, Draws draws) {
    int last = from.classes() - 1;
    if (!foreground) {
      return annotatedClass && from.locations(last) > 0 ? last : -1;
    }
    List<Integer> present = new ArrayList<>();
    for (int c = 0; c <= last; c++) {
      if (from.locations(c) > 0) {
        present.add(c);
      }
    }
    if (annotatedClass && present.size() > 1) {
      present.remove((Integer) last);
    }
    return present.isEmpty() ? -1 : present.get(draws.below(present.size()));
  }
}
