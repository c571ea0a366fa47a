package org.cirr.metrics.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.cirr.metrics.LabelSet;
import org.cirr.metrics.MaskPair;
import org.cirr.metrics.SameGrid;
import org.cirr.metrics.overlap.LabelOverlap;
import org.cirr.parallel.Workers;
import org.cirr.volume.LabelMap;

/** Measures a prediction against a reference. */
public final class Evaluation {
  /*
   * One pass over both maps counts all pairs of labels and finds the box of every label. Each
   * structure is then cut out of both maps, and distances are computed in its box only. Structures
   * come one after the other, with all threads on each: this needs the memory of one.
   */
  private Evaluation() {}

  /**
   * All metrics of all structures.
   *
   * <p><b>Units</b>: distances in mm, by the spacing of the reference.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} with both shapes or both affines when the
   * grids differ; when something is ignored, for a structure with the background or with what is
   * ignored.
   */
  public static List<StructureScores> of(
      LabelMap reference, LabelMap prediction, EvaluationOptions options, Workers workers) {
    requireNoneIgnored(options);
    SameGrid.require(reference.geometry(), prediction.geometry(), options.gridToleranceMm());
    LabelMap predicted = onGridOf(reference, prediction, options.ignoreLabel());
    LabelOverlap overlap = LabelOverlap.count(reference, predicted, options.ignoreLabel(), workers);
    List<StructureScores> scores = new ArrayList<>();
    for (Structure structure : structures(options, overlap)) {
      workers.throwIfCancelled();
      MaskPair pair =
          MaskPair.of(
              reference, predicted, structure.labels(), overlap.box(structure.labels()), workers);
      Measurement measurement =
          new Measurement(overlap.confusion(structure.labels()), pair, options.policy(), workers);
      Map<String, Double> values = new LinkedHashMap<>();
      for (Metric metric : options.metrics()) {
        values.put(metric.key(), metric.value().applyAsDouble(measurement));
      }
      scores.add(
          new StructureScores(
              structure, measurement.counts(), measurement.voxelVolumeMm3(), values));
    }
    return scores;
  }

  /** What is ignored becomes background in the prediction, so neither can be measured beside it. */
  private static void requireNoneIgnored(EvaluationOptions options) {
    if (options.ignoreLabel().isEmpty()) {
      return;
    }
    int ignored = options.ignoreLabel().getAsInt();
    for (Structure structure : options.structures()) {
      if (structure.labels().contains(0) || structure.labels().contains(ignored)) {
        throw new IllegalArgumentException(
            "structure "
                + structure.name()
                + " has the labels "
                + structure.labels().labels()
                + ", but label "
                + ignored
                + " is ignored, which leaves neither it nor the background whole; leave the"
                + " structure out");
      }
    }
  }

  /**
   * The prediction on the reference's own grid, whose affine may differ by rounding, and without
   * what the reference ignores.
   */
  private static LabelMap onGridOf(
      LabelMap reference, LabelMap prediction, OptionalInt ignoreLabel) {
    if (ignoreLabel.isEmpty() && prediction.geometry().equals(reference.geometry())) {
      return prediction;
    }
    int most = prediction.bytesPerLabel() == 1 ? 0xff : LabelMap.MAX_LABEL;
    LabelMap moved = LabelMap.zeros(reference.geometry(), most);
    int ignored = ignoreLabel.orElse(-1);
    for (int index = 0; index < moved.length(); index++) {
      if (reference.get(index) != ignored) {
        moved.set(index, prediction.get(index));
      }
    }
    return moved;
  }

  private static List<Structure> structures(EvaluationOptions options, LabelOverlap overlap) {
    if (!options.structures().isEmpty()) {
      return options.structures();
    }
    return overlap.labels().stream()
        .filter(label -> label != 0 && label != options.ignoreLabel().orElse(0))
        .map(label -> new Structure("label " + label, LabelSet.of(label)))
        .toList();
  }
}
