package org.cirr.metrics.overlap;

import java.util.List;

/**
 * What each metric is worth when the reference, the prediction or both have no voxel.
 *
 * <p>This is where libraries differ most. The presets give what each of them gives; where a library
 * raises an error or computes a meaningless number, the preset gives NaN, so that a batch goes on
 * and the means leave the case out and say so.
 *
 * <p><b>Source</b>: read in the libraries' own code; docs/metrics.md has the table.
 *
 * @param name the preset's name, lower case
 * @param dice Dice and F-beta
 * @param iou intersection over union, and boundary IoU
 * @param precision precision
 * @param recall recall
 * @param volumetricSimilarity volumetric similarity
 * @param relativeVolume (|P| − |G|) / |G|
 * @param hausdorff largest distances
 * @param percentile 95th percentiles of distances
 * @param average symmetric averages of distances
 * @param directedAverage averages from a mask to the other: "reference empty" stands for the mask
 *     that distances go to, "prediction empty" for the one that they start from
 * @param surfaceDice shares of the surface within a tolerance (NSD)
 * @param centerline clDice
 */
public record EmptyPolicy(
    String name,
    Answer dice,
    Answer iou,
    Answer precision,
    Answer recall,
    Answer volumetricSimilarity,
    Answer relativeVolume,
    Answer hausdorff,
    Answer percentile,
    Answer average,
    Answer directedAverage,
    Answer surfaceDice,
    Answer centerline) {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final Answer UNDEFINED = new Answer(NAN, NAN, NAN);
  private static final Answer ZERO_IF_ONE = new Answer(NAN, 0, 0);
  private static final Answer ONE_IF_BOTH = new Answer(1, 0, 0);
  private static final Answer FAR_IF_ONE = new Answer(NAN, INF, INF);

  /**
   * The values for the three cases.
   *
   * @param bothEmpty when neither mask has a voxel
   * @param referenceEmpty when only the reference has none
   * @param predictionEmpty when only the prediction has none
   */
  public record Answer(double bothEmpty, double referenceEmpty, double predictionEmpty) {
    /** The value when at least one of the masks is empty. */
    public double when(boolean noReference, boolean noPrediction) {
      if (noReference && noPrediction) {
        return bothEmpty;
      }
      return noReference ? referenceEmpty : predictionEmpty;
    }
  }

  /**
   * cirr's own: nothing to find and nothing found is no evidence (NaN, left out of means and
   * counted); one mask empty is the worst: overlap 0, distance infinite.
   */
  public static final EmptyPolicy CIRR =
      new EmptyPolicy(
          "cirr",
          ZERO_IF_ONE,
          ZERO_IF_ONE,
          ZERO_IF_ONE,
          ZERO_IF_ONE,
          ZERO_IF_ONE,
          new Answer(NAN, INF, -1),
          FAR_IF_ONE,
          FAR_IF_ONE,
          FAR_IF_ONE,
          FAR_IF_ONE,
          ZERO_IF_ONE,
          ZERO_IF_ONE);

  /**
   * MONAI with its defaults ({@code ignore_empty=True}): no overlap metric without a reference;
   * percentiles are NaN as soon as one mask is empty.
   */
  public static final EmptyPolicy MONAI =
      new EmptyPolicy(
          "monai",
          new Answer(NAN, NAN, 0),
          new Answer(NAN, NAN, 0),
          new Answer(NAN, 0, NAN),
          new Answer(NAN, NAN, 0),
          UNDEFINED,
          UNDEFINED,
          FAR_IF_ONE,
          UNDEFINED,
          FAR_IF_ONE,
          FAR_IF_ONE,
          ZERO_IF_ONE,
          ZERO_IF_ONE);

  /** medpy; its distances raise an error on an empty mask, here NaN. */
  public static final EmptyPolicy MEDPY =
      new EmptyPolicy(
          "medpy",
          ONE_IF_BOTH,
          ONE_IF_BOTH,
          new Answer(0, 0, 0),
          new Answer(0, 0, 0),
          UNDEFINED,
          new Answer(NAN, NAN, -1),
          UNDEFINED,
          UNDEFINED,
          UNDEFINED,
          UNDEFINED,
          UNDEFINED,
          UNDEFINED);

  /** nnU-Net v2; it computes Dice and IoU only, the others are as in {@link #CIRR}. */
  public static final EmptyPolicy NNUNET = CIRR.renamed("nnunet");

  /** MetricsReloaded, before it replaces NaN by the worst value for rankings. */
  public static final EmptyPolicy METRICS_RELOADED =
      new EmptyPolicy(
          "metricsreloaded",
          ONE_IF_BOTH,
          ZERO_IF_ONE,
          ZERO_IF_ONE,
          new Answer(NAN, NAN, 0),
          ZERO_IF_ONE,
          new Answer(NAN, NAN, -1),
          new Answer(0, NAN, NAN),
          new Answer(0, NAN, NAN),
          new Answer(0, NAN, NAN),
          new Answer(0, NAN, NAN),
          ONE_IF_BOTH,
          ZERO_IF_ONE);

  /** seg-metrics; its distances to an empty mask are meaningless numbers, here NaN. */
  public static final EmptyPolicy SEG_METRICS =
      new EmptyPolicy(
          "segmetrics",
          ONE_IF_BOTH,
          ONE_IF_BOTH,
          ONE_IF_BOTH,
          ONE_IF_BOTH,
          ONE_IF_BOTH,
          UNDEFINED,
          new Answer(0, NAN, NAN),
          new Answer(0, NAN, NAN),
          new Answer(0, NAN, NAN),
          new Answer(0, NAN, NAN),
          UNDEFINED,
          UNDEFINED);

  /** DeepMind's surface-distance: Hausdorff distances are infinite also when both are empty. */
  public static final EmptyPolicy DEEPMIND =
      new EmptyPolicy(
          "deepmind",
          ZERO_IF_ONE,
          ZERO_IF_ONE,
          ZERO_IF_ONE,
          ZERO_IF_ONE,
          ZERO_IF_ONE,
          new Answer(NAN, INF, -1),
          new Answer(INF, INF, INF),
          new Answer(INF, INF, INF),
          FAR_IF_ONE,
          new Answer(NAN, INF, NAN),
          ZERO_IF_ONE,
          ZERO_IF_ONE);

  /** All presets. */
  public static List<EmptyPolicy> presets() {
    return List.of(CIRR, MONAI, MEDPY, NNUNET, METRICS_RELOADED, SEG_METRICS, DEEPMIND);
  }

  private EmptyPolicy renamed(String to) {
    return new EmptyPolicy(
        to,
        dice,
        iou,
        precision,
        recall,
        volumetricSimilarity,
        relativeVolume,
        hausdorff,
        percentile,
        average,
        directedAverage,
        surfaceDice,
        centerline);
  }
}
