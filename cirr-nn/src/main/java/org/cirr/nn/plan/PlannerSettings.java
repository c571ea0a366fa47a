package org.cirr.nn.plan;

import java.util.Arrays;

/**
 * What a plan is made for, and what it shall not choose itself.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} with the value and its range.
 *
 * @param memoryGb the graphics memory to plan for
 * @param features channels of the first stage; they double from stage to stage
 * @param mostFeatures the most channels of a stage, or 0 for nnU-Net's 320 (3D) and 512 (2D)
 * @param spacing the target spacing of full resolution, mm, axes as read; null for the median
 * @param patch the patch of {@code 3d_fullres}, axes as in the plans; is padded up to what the
 *     network's strides divide; null for what fits the memory
 */
public record PlannerSettings(
    PlannedNetwork network,
    double memoryGb,
    int features,
    int mostFeatures,
    double[] spacing,
    int[] patch) {
  private static final int MOST_FEATURES = 4096;
  private static final int LEAST_EDGE = 4;
  private static final int MOST_EDGE = 4096;

  /** Checks each value. */
  public PlannerSettings {
    if (!(memoryGb > 0.5 && memoryGb <= 1000)) {
      throw new IllegalArgumentException(
          "memory to plan for goes from 0.5 to 1000 GB, got " + memoryGb);
    }
    if (features < 1 || features > MOST_FEATURES) {
      throw new IllegalArgumentException(
          "features of the first stage go from 1 to " + MOST_FEATURES + ", got " + features);
    }
    if (mostFeatures != 0 && (mostFeatures < features || mostFeatures > MOST_FEATURES)) {
      throw new IllegalArgumentException(
          String.format(
              "the most features of a stage go from those of the first, %d, to %d, got %d",
              features, MOST_FEATURES, mostFeatures));
    }
    spacing = spacing == null ? null : spacing.clone();
    patch = patch == null ? null : patch.clone();
    if (spacing != null
        && (spacing.length != 3
            || !Arrays.stream(spacing).allMatch(mm -> mm >= 0.01 && mm <= 100))) {
      throw new IllegalArgumentException(
          "a target spacing is three numbers from 0.01 to 100 mm, got " + Arrays.toString(spacing));
    }
    if (patch != null
        && (patch.length != 3
            || !Arrays.stream(patch).allMatch(edge -> edge >= LEAST_EDGE && edge <= MOST_EDGE))) {
      throw new IllegalArgumentException(
          String.format(
              "a patch is three numbers from %d to %d, got %s",
              LEAST_EDGE, MOST_EDGE, Arrays.toString(patch)));
    }
  }

  /** nnU-Net's own for a network. */
  public static PlannerSettings of(PlannedNetwork network) {
    return of(network, network.memoryGb());
  }

  /** nnU-Net's own for a network and a memory. */
  public static PlannerSettings of(PlannedNetwork network, double memoryGb) {
    return new PlannerSettings(network, memoryGb, PlannedNetwork.BASE_FEATURES, 0, null, null);
  }

  @Override
  public double[] spacing() {
    return spacing == null ? null : spacing.clone();
  }

  @Override
  public int[] patch() {
    return patch == null ? null : patch.clone();
  }

  /** The channels of each stage. */
  int[] features(int stages, int axes) {
    int most = mostFeatures != 0 ? mostFeatures : axes == 3 ? 320 : 512;
    int[] each = new int[stages];
    for (int stage = 0; stage < stages; stage++) {
      each[stage] = (int) Math.min(most, (long) features << Math.min(stage, 32));
    }
    return each;
  }

  /** The feature-map elements of one patch. */
  long featureMapElements(Topology topology, int heads) {
    int[] each = features(topology.strides().size(), topology.patch().length);
    return network.featureMapElements(topology, heads, each);
  }
}
