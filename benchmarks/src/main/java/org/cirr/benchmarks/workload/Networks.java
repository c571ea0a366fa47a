package org.cirr.benchmarks.workload;

import java.util.Collections;
import java.util.List;
import org.cirr.io.nnunet.Architecture;
import org.cirr.nn.network.NnUnet;

/**
 * The whole networks that are compared: nnU-Net's for a patch of 32×128×128, with random weights.
 *
 * <p>Six stages of 32, 64, 128, 256, 320 and 320 features, 3×3×3 kernels, two convolutions per
 * decoder stage, instance norm with scale and shift, leaky rectifiers, one input channel.
 */
public final class Networks {
  /** The patch that figures are given for. */
  public static final List<Integer> PATCH = List.of(32, 128, 128);

  /** The smallest patch with more than one voxel behind the last stride, for tests. */
  public static final List<Integer> SMALL_PATCH = List.of(32, 32, 32);

  private static final List<Integer> FEATURES = List.of(32, 64, 128, 256, 320, 320);

  private Networks() {}

  /** The reference: plain encoder of two convolutions per stage, two classes; 238.8 GFLOP. */
  public static Workload reference(List<Integer> patch) {
    return plain("reference net", patch, FEATURES, 2);
  }

  /** How the reference is built. */
  public static Architecture referencePlan() {
    return plainPlan(FEATURES);
  }

  /** How a plain network of other widths is built. */
  public static Architecture plainPlan(List<Integer> features) {
    return plan(Architecture.Kind.PLAIN, features, Collections.nCopies(6, 2));
  }

  /** The reference with 41 classes, as MRSegmentator has. */
  public static Workload head41(List<Integer> patch) {
    return plain("41 classes", patch, FEATURES, 41);
  }

  /** The reference with a residual encoder of 1, 3, 4, 6, 6 and 6 blocks (ResEncM). */
  public static Workload residual(List<Integer> patch) {
    return residual("residual encoder", patch, FEATURES);
  }

  /** A residual encoder of other widths. */
  public static Workload residual(String name, List<Integer> patch, List<Integer> features) {
    Architecture plan =
        plan(Architecture.Kind.RESIDUAL_ENCODER, features, List.of(1, 3, 4, 6, 6, 6));
    return workload(name, plan, patch, 2);
  }

  /** A plain network of other widths. */
  public static Workload plain(
      String name, List<Integer> patch, List<Integer> features, int classes) {
    return workload(name, plainPlan(features), patch, classes);
  }

  private static Workload workload(
      String name, Architecture plan, List<Integer> patch, int classes) {
    return RandomValues.workload(name, NnUnet.of(plan, patch, 1, classes).prediction());
  }

  private static Architecture plan(
      Architecture.Kind kind, List<Integer> features, List<Integer> blocks) {
    List<Integer> one = List.of(1, 1, 1);
    List<Integer> two = List.of(2, 2, 2);
    return new Architecture(
        kind,
        3,
        features,
        Collections.nCopies(6, List.of(3, 3, 3)),
        List.of(one, two, two, two, two, List.of(1, 2, 2)),
        blocks,
        Collections.nCopies(5, 2),
        true,
        1e-5,
        true,
        0.01,
        features.get(0));
  }
}
