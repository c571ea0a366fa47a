package org.cirr.nn.cli;

import java.util.ArrayList;
import java.util.List;
import org.cirr.nn.segment.SegmentOptions;

/** With what else the mask of an ensemble is compared. */
enum Agreement {
  /** {@link #FOLDS} where there are several, else {@link #MIRROR}. */
  AUTO,
  /** The mask of each fold alone. */
  FOLDS,
  /** The mask without mirroring. */
  MIRROR,
  /** Nothing. */
  NONE;

  /**
   * What {@link #AUTO} is for a model.
   *
   * @param folds the folds that are averaged
   * @param mirroring whether tiles are mirrored
   */
  Agreement resolved(List<String> folds, boolean mirroring) {
    if (this != AUTO) {
      return this;
    }
    return folds.size() > 1 ? FOLDS : mirroring ? MIRROR : NONE;
  }

  /** How the other masks are predicted; nothing for {@link #NONE}. */
  List<SegmentOptions> others(SegmentOptions options, List<String> folds) {
    List<SegmentOptions> others = new ArrayList<>();
    if (this == FOLDS) {
      folds.forEach(fold -> others.add(options.withFolds(List.of(fold))));
    } else if (this == MIRROR) {
      others.add(options.withMirroring(false));
    }
    return others;
  }
}
