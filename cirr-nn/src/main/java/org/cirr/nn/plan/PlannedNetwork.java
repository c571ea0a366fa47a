package org.cirr.nn.plan;

import java.util.Arrays;
import java.util.List;

/**
 * Which network the planner fits into the memory, and how much memory that is.
 *
 * <p>Memory is measured in feature-map elements: the outputs of all convolutions for one patch.
 *
 * <p><b>Source</b>: nnU-Net {@code ExperimentPlanner}, {@code ResEncUNetPlanner} and {@code
 * nnUNetPlannerResEncM/L/XL}; {@code compute_conv_feature_map_size}.
 */
public enum PlannedNetwork {
  /** {@code ExperimentPlanner}: two convolutions a stage, 8 GB. */
  PLAIN("nnUNetPlans", "ExperimentPlanner", false, 8, 560_000_000, 85_000_000, 0.05),
  /** Residual encoder, 8 GB. */
  RESENC_M("nnUNetResEncUNetMPlans", "nnUNetPlannerResEncM", true, 8, 680_000_000, 135_000_000, 1),
  /** Residual encoder, 24 GB. */
  RESENC_L(
      "nnUNetResEncUNetLPlans", "nnUNetPlannerResEncL", true, 24, 2_100_000_000L, 380_000_000, 1),
  /** Residual encoder, 40 GB. */
  RESENC_XL(
      "nnUNetResEncUNetXLPlans", "nnUNetPlannerResEncXL", true, 40, 3_600_000_000L, 560_000_000, 1);

  /** Channels of the first stage, unless told otherwise. */
  static final int BASE_FEATURES = 32;

  private static final int[] RESIDUAL_BLOCKS = {1, 3, 4, 6};

  private final String plansName;
  private final String planner;
  private final boolean residual;
  private final double memoryGb;
  private final double reference3d;
  private final double reference2d;
  private final double mostOfDataset;

  PlannedNetwork(
      String plansName,
      String planner,
      boolean residual,
      double memoryGb,
      double reference3d,
      double reference2d,
      double mostOfDataset) {
    this.plansName = plansName;
    this.planner = planner;
    this.residual = residual;
    this.memoryGb = memoryGb;
    this.reference3d = reference3d;
    this.reference2d = reference2d;
    this.mostOfDataset = mostOfDataset;
  }

  /** nnU-Net's name for plans of this planner. */
  public String plansName() {
    return plansName;
  }

  /** The memory that nnU-Net planned it for, GB. */
  public double memoryGb() {
    return memoryGb;
  }

  String planner() {
    return planner;
  }

  boolean residual() {
    return residual;
  }

  /** The feature-map elements that fit the reference batch into the memory. */
  double reference(int axes, double gigabytes) {
    return (axes == 3 ? reference3d : reference2d) * (gigabytes / memoryGb);
  }

  /** The batch that the reference stands for. */
  static int referenceBatch(int axes) {
    return axes == 3 ? 2 : 12;
  }

  /** The largest share of the data set's voxels that one batch may show. */
  double mostOfDataset() {
    return mostOfDataset;
  }

  /** Convolutions or residual blocks of each encoder stage. */
  int[] encoderBlocks(int stages) {
    int[] blocks = new int[stages];
    Arrays.setAll(
        blocks, s -> residual ? RESIDUAL_BLOCKS[Math.min(s, RESIDUAL_BLOCKS.length - 1)] : 2);
    return blocks;
  }

  /** Convolutions of each decoder stage. */
  int[] decoderConvolutions(int stages) {
    int[] convolutions = new int[stages - 1];
    Arrays.fill(convolutions, residual ? 1 : 2);
    return convolutions;
  }

  /**
   * The feature-map elements of one patch.
   *
   * @param features the channels of each stage
   */
  long featureMapElements(Topology topology, int heads, int[] features) {
    int stages = topology.strides().size();
    int[] blocks = encoderBlocks(stages);
    int[] decoder = decoderConvolutions(stages);
    int[] size = topology.patch().clone();
    long[] voxels = new long[stages];
    long sum = 0;
    for (int stage = 0; stage < stages; stage++) {
      int[] stride = topology.strides().get(stage);
      boolean strided = false;
      for (int axis = 0; axis < size.length; axis++) {
        size[axis] /= stride[axis];
        strided |= stride[axis] != 1;
      }
      voxels[stage] = product(size);
      long map = features[stage] * voxels[stage];
      if (residual) {
        boolean wider = stage > 0 && features[stage] != features[stage - 1];
        sum += stage == 0 ? map : 0; // the stem
        sum += 2 * map * blocks[stage] + (wider || strided ? map : 0);
      } else {
        sum += map * blocks[stage];
      }
    }
    for (int level = 0; level < stages - 1; level++) {
      int skip = stages - 2 - level;
      sum += features[skip] * voxels[skip] * (decoder[level] + 1L);
    }
    return sum + heads * voxels[0];
  }

  private static long product(int[] extents) {
    return Arrays.stream(extents).asLongStream().reduce(1, (a, b) -> a * b);
  }

  static List<Integer> list(int[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
