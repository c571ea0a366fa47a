package org.cirr.nn.data;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.cirr.io.nnunet.LabelScheme;
import org.cirr.nn.random.NumpyRandom;

/**
 * For each class of a case some voxels of it, so that a patch can be centred on one without looking
 * for it.
 *
 * <p>At most 10,000 voxels a class, but at least 1 % of them.
 *
 * <p><b>Source</b>: nnU-Net {@code DefaultPreprocessor._sample_foreground_locations}.
 */
final class ClassLocations {
  private static final int SEED = 1234;
  private static final int SAMPLES = 10_000;
  private static final double LEAST_SHARE = 0.01;
  private static final int MOST_FOREGROUND = 10_000_000;

  private ClassLocations() {}

  /**
   * The labels of each class: without regions one each; with an ignore label all annotated voxels
   * are a further class, the last.
   */
  static List<List<Integer>> classes(LabelScheme scheme) {
    List<List<Integer>> classes = new ArrayList<>();
    for (List<Integer> region : scheme.regions()) {
      if (!region.equals(List.of(0))) {
        classes.add(region);
      }
    }
    OptionalInt ignore = scheme.ignoreLabel();
    if (ignore.isPresent()) {
      List<Integer> annotated = new ArrayList<>(List.of(-1));
      for (int label = 0; label < ignore.getAsInt(); label++) {
        annotated.add(label);
      }
      classes.add(annotated);
    }
    return classes;
  }

  /** The flat indices of the chosen voxels, one array per class; empty where a class is absent. */
  static List<int[]> of(short[] labels, List<List<Integer>> classes) {
    int count = 0;
    for (short label : labels) {
      count += label != 0 ? 1 : 0;
    }
    int every = count > MOST_FOREGROUND ? count / MOST_FOREGROUND : 1;
    int[] foreground = new int[(count + every - 1) / every];
    int seen = 0;
    int kept = 0;
    for (int index = 0; index < labels.length; index++) {
      if (labels[index] != 0 && seen++ % every == 0) {
        foreground[kept++] = index;
      }
    }
    NumpyRandom random = new NumpyRandom(SEED);
    List<int[]> locations = new ArrayList<>();
    for (List<Integer> labelsOfClass : classes) {
      int[] members = members(labels, foreground, labelsOfClass);
      int samples = Math.min(SAMPLES, members.length);
      samples = Math.max(samples, (int) Math.ceil(members.length * LEAST_SHARE));
      int[] chosen = new int[samples];
      if (samples > 0) {
        int[] order = random.permutation(members.length);
        for (int i = 0; i < samples; i++) {
          chosen[i] = members[order[i]];
        }
      }
      locations.add(chosen);
    }
    return locations;
  }

  private static int[] members(short[] labels, int[] foreground, List<Integer> wanted) {
    int[] members = new int[foreground.length];
    int used = 0;
    for (int index : foreground) {
      if (wanted.contains((int) labels[index])) {
        members[used++] = index;
      }
    }
    return java.util.Arrays.copyOf(members, used);
  }
}
