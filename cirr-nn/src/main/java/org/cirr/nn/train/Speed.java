package org.cirr.nn.train;

/** How long the batches of this run took, and so how long the rest of it will take. */
final class Speed {
  private final TrainSettings.Length length;
  private double trainSeconds;
  private double validationSeconds;
  private long trainBatches;
  private long validationBatches;

  Speed(TrainSettings.Length length) {
    this.length = length;
  }

  void add(boolean training, double seconds) {
    if (training) {
      trainSeconds += seconds;
      trainBatches++;
    } else {
      validationSeconds += seconds;
      validationBatches++;
    }
  }

  /** The seconds until the last epoch ends; a validation batch counts as a third before any was. */
  double secondsLeft(TrainState state) {
    double each = trainBatches == 0 ? 0 : trainSeconds / trainBatches;
    double validation = validationBatches == 0 ? each / 3 : validationSeconds / validationBatches;
    if (trainBatches == 0) {
      each = 3 * validation;
    }
    int epochs = Math.max(0, length.epochs() - state.epoch());
    int trained = Math.min(state.batches, length.iterations());
    long train = (long) epochs * length.iterations() - trained;
    long validate = (long) epochs * length.validationIterations() - (state.batches - trained);
    return Math.max(0, train) * each + Math.max(0, validate) * validation;
  }
}
