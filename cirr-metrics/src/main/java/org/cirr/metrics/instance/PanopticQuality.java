package org.cirr.metrics.instance;

import java.util.List;

/**
 * Panoptic Quality: how many instances were found, and how well.
 *
 * <p><b>Formula</b>: with the matched pairs TP, the other predicted instances FP and the other
 * reference instances FN: RQ = TP / (TP + FP/2 + FN/2), SQ = mean IoU of the matched pairs, PQ = SQ
 * · RQ.
 *
 * <p><b>Edge cases</b>: no instance on either side gives NaN; instances but no match gives RQ = PQ
 * = 0 and SQ = 0.
 *
 * <p><b>Source</b>: Kirillov et al., CVPR 2019; panoptica.
 *
 * @param tp matched pairs
 * @param fp instances of the prediction without a match
 * @param fn instances of the reference without a match
 * @param recognition RQ
 * @param segmentation SQ
 * @param quality PQ
 * @param segmentationDice the mean Dice of the matched pairs
 * @param qualityDice RQ times that mean
 * @param matches the matched pairs
 */
public record PanopticQuality(
    int tp,
    int fp,
    int fn,
    double recognition,
    double segmentation,
    double quality,
    double segmentationDice,
    double qualityDice,
    List<Matching.Match> matches) {

  /** The threshold of the original definition. */
  public static final double THRESHOLD = 0.5;

  /** Copies the list. */
  public PanopticQuality {
    matches = List.copyOf(matches);
  }

  /** Matches with the usual threshold, IoU ≥ 0.5. */
  public static PanopticQuality of(InstanceOverlap overlap) {
    return of(overlap, Matching.GREEDY, THRESHOLD);
  }

  /**
   * Matches with another threshold.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} unless the threshold is 0 to 1.
   */
  public static PanopticQuality of(InstanceOverlap overlap, Matching matching, double threshold) {
    List<Matching.Match> matches = matching.match(overlap, threshold);
    int tp = matches.size();
    int fp = overlap.predictions() - tp;
    int fn = overlap.references() - tp;
    if (tp + fp + fn == 0) {
      double none = Double.NaN;
      return new PanopticQuality(0, 0, 0, none, none, none, none, none, matches);
    }
    double recognition = tp / (tp + 0.5 * fp + 0.5 * fn);
    double iou = matches.stream().mapToDouble(Matching.Match::iou).average().orElse(0);
    double dice =
        matches.stream()
            .mapToDouble(match -> overlap.dice(match.reference(), match.prediction()))
            .average()
            .orElse(0);
    return new PanopticQuality(
        tp, fp, fn, recognition, iou, iou * recognition, dice, dice * recognition, matches);
  }
}
