package org.cirr.nn.train;

import org.cirr.backend.Backends;

/**
 * How training runs on this machine; nothing here changes the weights, but for the backend, which
 * rounds in its own way.
 *
 * @param threads that compute
 * @param batchThreads that make batches meanwhile
 * @param backend {@code auto}, or the name of one
 * @param saveMinutes how often within an epoch a checkpoint is written; 0 for after each step
 */
public record TrainOptions(int threads, int batchThreads, String backend, double saveMinutes) {
  /** Checks the values. */
  public TrainOptions {
    if (threads < 1 || batchThreads < 1) {
      throw new IllegalArgumentException(
          "threads must be 1 or more, got " + threads + " and " + batchThreads + " for batches");
    }
    if (!(saveMinutes >= 0)) {
      throw new IllegalArgumentException(
          "the minutes between checkpoints are 0 or more, got " + saveMinutes);
    }
  }

  /** All processors, one thread for batches, a checkpoint every ten minutes. */
  public static TrainOptions defaults() {
    return new TrainOptions(Runtime.getRuntime().availableProcessors(), 1, Backends.AUTO, 10);
  }

  /** With another number of threads. */
  public TrainOptions withThreads(int other) {
    return new TrainOptions(other, batchThreads, backend, saveMinutes);
  }

  /** With another number of threads that make batches. */
  public TrainOptions withBatchThreads(int other) {
    return new TrainOptions(threads, other, backend, saveMinutes);
  }

  /** With another backend. */
  public TrainOptions withBackend(String other) {
    return new TrainOptions(threads, batchThreads, other, saveMinutes);
  }

  /** With other minutes between checkpoints. */
  public TrainOptions withSaveMinutes(double other) {
    return new TrainOptions(threads, batchThreads, backend, other);
  }
}
