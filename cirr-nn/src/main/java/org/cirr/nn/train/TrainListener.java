package org.cirr.nn.train;

/** Is told how training goes, by the thread that trains. */
public interface TrainListener {
  /** Wants to know nothing. */
  TrainListener NONE = new TrainListener() {};

  /**
   * A batch is done.
   *
   * @param epoch counted from 0
   * @param done the batches of the epoch so far, training and validation
   * @param all how many the epoch has
   * @param loss the mean training loss of the epoch so far
   * @param secondsLeft until the last epoch ends, by the speed of this run
   */
  default void batch(int epoch, int done, int all, double loss, double secondsLeft) {}

  /**
   * An epoch is done.
   *
   * @param best whether it is the best so far
   * @param secondsLeft until the last epoch ends, by the speed of this run
   */
  default void epoch(EpochResult result, boolean best, double secondsLeft) {}

  /** Something is odd but no reason to stop. */
  default void warning(String text) {}
}
