package org.cirr.metrics.evaluate;

import java.util.ArrayList;
import java.util.List;
import org.cirr.metrics.overlap.EmptyPolicy;

/** The metrics of a library with its conventions, and what it makes of empty masks. */
public enum Preset {
  /** cirr's own choice. */
  CIRR(EmptyPolicy.CIRR) {
    @Override
    public List<Metric> metrics(List<Double> tolerancesMm) {
      List<Metric> metrics =
          new ArrayList<>(
              List.of(
                  Metric.DICE,
                  Metric.IOU,
                  Metric.PRECISION,
                  Metric.RECALL,
                  Metric.RELATIVE_VOLUME_DIFFERENCE,
                  Metric.ABSOLUTE_VOLUME_DIFFERENCE,
                  Metric.HD,
                  Metric.HD95,
                  Metric.ASSD));
      tolerancesMm.forEach(tolerance -> metrics.add(Metric.nsd(tolerance)));
      return List.copyOf(metrics);
    }
  },
  /** MONAI's metrics with their defaults; HD95 is the larger of the two percentiles. */
  MONAI(EmptyPolicy.MONAI) {
    @Override
    public List<Metric> metrics(List<Double> tolerancesMm) {
      List<Metric> metrics =
          new ArrayList<>(
              List.of(Metric.DICE, Metric.IOU, Metric.HD, Metric.HD95, Metric.ASD, Metric.ASSD));
      tolerancesMm.forEach(tolerance -> metrics.add(Metric.nsd(tolerance)));
      return List.copyOf(metrics);
    }
  },
  /** medpy.metric.binary; HD95 is the percentile of both directions together. */
  MEDPY(EmptyPolicy.MEDPY) {
    @Override
    public List<Metric> metrics(List<Double> tolerancesMm) {
      return List.of(
          Metric.DICE,
          Metric.IOU,
          Metric.PRECISION,
          Metric.RECALL,
          Metric.RELATIVE_VOLUME_DIFFERENCE,
          Metric.HD,
          Metric.HD95_POOLED,
          Metric.ASSD,
          Metric.ASD);
    }
  },
  /** nnU-Net's evaluation: Dice, IoU and the counts. */
  NNUNET(EmptyPolicy.NNUNET) {
    @Override
    public List<Metric> metrics(List<Double> tolerancesMm) {
      return List.of(
          Metric.DICE,
          Metric.IOU,
          Metric.FN,
          Metric.FP,
          Metric.TN,
          Metric.TP,
          Metric.N_PRED,
          Metric.N_REF);
    }
  },
  /** DeepMind's surface-distance: everything weighted by area. */
  DEEPMIND(EmptyPolicy.DEEPMIND) {
    @Override
    public List<Metric> metrics(List<Double> tolerancesMm) {
      List<Metric> metrics =
          new ArrayList<>(
              List.of(
                  Metric.DICE,
                  Metric.AVERAGE_REF_TO_PRED,
                  Metric.AVERAGE_PRED_TO_REF,
                  Metric.HD_AREA,
                  Metric.HD95_AREA));
      for (double tolerance : tolerancesMm) {
        metrics.add(Metric.overlapRefToPred(tolerance));
        metrics.add(Metric.overlapPredToRef(tolerance));
        metrics.add(Metric.nsdArea(tolerance));
      }
      return List.copyOf(metrics);
    }
  };

  private final EmptyPolicy policy;

  Preset(EmptyPolicy policy) {
    this.policy = policy;
  }

  /** What empty masks are worth. */
  public EmptyPolicy policy() {
    return policy;
  }

  /** The metrics, those with a tolerance once for each. */
  public abstract List<Metric> metrics(List<Double> tolerancesMm);
}
