package org.cirr.nn.train;

import java.util.List;

/**
 * What came of one epoch.
 *
 * @param epoch counted from 0
 * @param learningRate the rate of its steps
 * @param trainLoss the mean loss of its steps
 * @param validationLoss the mean loss of its validation batches
 * @param dice the pseudo-Dice of each class; NaN for a class that was not there
 * @param meanDice their mean
 * @param smoothedDice the moving average of the means, 0.9 of the old and 0.1 of the new; it
 *     decides what is best
 * @param seconds the time it took
 * @param endedAt when it ended, in seconds since 1970
 */
public record EpochResult(
    int epoch,
    double learningRate,
    double trainLoss,
    double validationLoss,
    List<Double> dice,
    double meanDice,
    double smoothedDice,
    double seconds,
    double endedAt) {
  /** Copies the list. */
  public EpochResult {
    dice = List.copyOf(dice);
  }
}
