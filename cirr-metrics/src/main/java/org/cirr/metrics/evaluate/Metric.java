package org.cirr.metrics.evaluate;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * A number that can be asked for by its name. docs/metrics.md lists them all with formula,
 * convention and unit.
 *
 * @param key its name, such as {@code hd95} or {@code nsd@2mm}
 * @param unit {@code mm}, {@code ml}, {@code voxels} or empty
 * @param value how it is made from a measurement
 */
public record Metric(String key, String unit, ToDoubleFunction<Measurement> value) {
  /** All must be there. */
  public Metric {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(unit, "unit");
    Objects.requireNonNull(value, "value");
  }

  public static final Metric DICE = share("dice", m -> m.counts().dice(m.policy()));
  public static final Metric IOU = share("iou", m -> m.counts().iou(m.policy()));
  public static final Metric PRECISION = share("precision", m -> m.counts().precision(m.policy()));
  public static final Metric RECALL = share("recall", m -> m.counts().recall(m.policy()));
  public static final Metric SPECIFICITY = share("specificity", m -> m.counts().specificity());
  public static final Metric MCC = share("mcc", m -> m.counts().matthews());
  public static final Metric KAPPA = share("kappa", m -> m.counts().kappa());
  public static final Metric VOLUMETRIC_SIMILARITY =
      share("vs", m -> m.counts().volumetricSimilarity(m.policy()));
  public static final Metric RELATIVE_VOLUME_DIFFERENCE =
      share("rvd", m -> m.counts().relativeVolumeDifference(m.policy()));
  public static final Metric ABSOLUTE_VOLUME_DIFFERENCE =
      new Metric("avd", "ml", m -> m.counts().absoluteVolumeDifferenceMl(m.voxelVolumeMm3()));
  public static final Metric TP = voxels("tp", m -> m.counts().tp());
  public static final Metric FP = voxels("fp", m -> m.counts().fp());
  public static final Metric FN = voxels("fn", m -> m.counts().fn());
  public static final Metric TN = voxels("tn", m -> m.counts().tn());
  public static final Metric N_PRED = voxels("n_pred", m -> m.counts().predicted());
  public static final Metric N_REF = voxels("n_ref", m -> m.counts().reference());

  public static final Metric HD = mm("hd", m -> m.surface().hausdorff());
  public static final Metric HD_DIRECTED =
      mm("hd_pred_to_ref", m -> m.surface().hausdorffFromPrediction());
  public static final Metric HD95 = mm("hd95", m -> m.surface().hd95());
  public static final Metric HD95_POOLED = mm("hd95_pooled", m -> m.surface().hd95Pooled());
  public static final Metric HD95_MEAN = mm("hd95_mean", m -> m.surface().hd95Mean());
  public static final Metric ASSD = mm("assd", m -> m.surface().assd());
  public static final Metric MASD = mm("masd", m -> m.surface().masd());
  public static final Metric ASD = mm("asd_pred_to_ref", m -> m.surface().asdFromPrediction());
  public static final Metric RMS = mm("rms", m -> m.surface().rms());
  public static final Metric MEDIAN = mm("median_sd", m -> m.surface().median());

  public static final Metric HD_AREA = mm("hd_surfels", m -> m.surfels().hausdorff());
  public static final Metric HD95_AREA = mm("hd95_area", m -> m.surfels().hd95AreaWeighted());
  public static final Metric ASSD_AREA = mm("assd_area", m -> m.surfels().assdAreaWeighted());
  public static final Metric AVERAGE_REF_TO_PRED =
      mm("avg_ref_to_pred_area", m -> m.surfels().averageFromReference());
  public static final Metric AVERAGE_PRED_TO_REF =
      mm("avg_pred_to_ref_area", m -> m.surfels().averageFromPrediction());

  public static final Metric CL_DICE = share("cldice", m -> m.centerline().value());

  /** F-beta. */
  public static Metric fBeta(double beta) {
    return share("f" + number(beta), m -> m.counts().fBeta(beta, m.policy()));
  }

  /** Surface Dice by voxels, at a tolerance. */
  public static Metric nsd(double toleranceMm) {
    return share("nsd" + at(toleranceMm), m -> m.surface().nsd(toleranceMm));
  }

  /** Surface Dice by areas, at a tolerance. */
  public static Metric nsdArea(double toleranceMm) {
    return share("nsd_area" + at(toleranceMm), m -> m.surfels().nsdAreaWeighted(toleranceMm));
  }

  /** The share of the reference's area within a tolerance. */
  public static Metric overlapRefToPred(double toleranceMm) {
    return share(
        "overlap_ref_to_pred" + at(toleranceMm),
        m -> m.surfels().overlapFromReference(toleranceMm));
  }

  /** The share of the prediction's area within a tolerance. */
  public static Metric overlapPredToRef(double toleranceMm) {
    return share(
        "overlap_pred_to_ref" + at(toleranceMm),
        m -> m.surfels().overlapFromPrediction(toleranceMm));
  }

  /** Intersection over union of the bands of a width inside the surfaces. */
  public static Metric boundaryIou(double widthMm) {
    return share("boundary_iou" + at(widthMm), m -> m.boundary().at(widthMm));
  }

  /** All metrics, those with a tolerance once for each. */
  public static List<Metric> all(List<Double> tolerancesMm) {
    List<Metric> all =
        new ArrayList<>(
            List.of(
                DICE,
                IOU,
                PRECISION,
                RECALL,
                SPECIFICITY,
                fBeta(2),
                MCC,
                KAPPA,
                VOLUMETRIC_SIMILARITY,
                RELATIVE_VOLUME_DIFFERENCE,
                ABSOLUTE_VOLUME_DIFFERENCE,
                HD,
                HD_DIRECTED,
                HD95,
                HD95_POOLED,
                HD95_MEAN,
                ASSD,
                MASD,
                ASD,
                RMS,
                MEDIAN,
                HD_AREA,
                HD95_AREA,
                ASSD_AREA,
                AVERAGE_REF_TO_PRED,
                AVERAGE_PRED_TO_REF));
    for (double tolerance : tolerancesMm) {
      all.add(nsd(tolerance));
      all.add(nsdArea(tolerance));
      all.add(overlapRefToPred(tolerance));
      all.add(overlapPredToRef(tolerance));
      if (tolerance > 0) {
        all.add(boundaryIou(tolerance));
      }
    }
    all.addAll(List.of(TP, FP, FN, TN, N_PRED, N_REF, CL_DICE));
    return List.copyOf(all);
  }

  private static Metric share(String key, ToDoubleFunction<Measurement> value) {
    return new Metric(key, "", value);
  }

  private static Metric mm(String key, ToDoubleFunction<Measurement> value) {
    return new Metric(key, "mm", value);
  }

  private static Metric voxels(String key, ToDoubleFunction<Measurement> value) {
    return new Metric(key, "voxels", value);
  }

  private static String at(double mm) {
    return "@" + number(mm) + "mm";
  }

  private static String number(double value) {
    return Double.isFinite(value)
        ? new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString()
        : Double.toString(value);
  }

  @Override
  public String toString() {
    return unit.isEmpty() ? key : key + " [" + unit + "]";
  }
}
