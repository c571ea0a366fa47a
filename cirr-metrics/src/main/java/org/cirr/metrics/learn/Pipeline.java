package org.cirr.metrics.learn;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Chooses features, standardises them, and learns; all three on the same training cases, so that
 * nothing leaks from test cases when folds are trained.
 *
 * @param selectors applied one after the other, each to what the one before has left
 * @param standardise whether features are brought to mean 0 and standard deviation 1
 */
public record Pipeline(List<Selector> selectors, boolean standardise, Learner learner)
    implements Learner {

  /** Takes a copy of the selectors. */
  public Pipeline {
    selectors = List.copyOf(selectors);
    Objects.requireNonNull(learner, "learner");
  }

  /** Standardises, then learns. */
  public static Pipeline standardised(Learner learner) {
    return new Pipeline(List.of(), true, learner);
  }

  @Override
  public PipelineModel fit(double[][] features, int[] labels) {
    Rows.requireLabelled(features, labels);
    int[] chosen = new int[features[0].length];
    Arrays.setAll(chosen, j -> j);
    double[][] rows = features;
    for (Selector selector : selectors) {
      int[] further = selector.select(rows, labels);
      rows = PipelineModel.columns(rows, further);
      chosen = Rows.at(chosen, further);
    }
    Standardizer standardizer = standardise ? Standardizer.fit(rows) : null;
    Classifier classifier =
        learner.fit(standardizer == null ? rows : standardizer.apply(rows), labels);
    return new PipelineModel(features[0].length, chosen, standardizer, classifier);
  }
}
