package org.cirr.nn.train;

import java.io.IOException;
import java.nio.file.Path;
import org.cirr.nn.data.PreparedFolder;

/**
 * A process of its own that trains one epoch or goes on with a run, for limits that only a process
 * can have; arguments: data set, model, patches in a batch.
 */
final class TrainingProcess {
  private TrainingProcess() {}

  static TrainSettings settings(int batch) {
    return TrainSettings.defaults()
        .withLength(new TrainSettings.Length(1, 2, 1, 0))
        .withSampling(new TrainSettings.Sampling(batch, 0.33, TrainSettings.Augmenting.nnUnet()));
  }

  static TrainingData data(Path raw) throws IOException {
    return TrainingData.open(PreparedFolder.of(raw), TinyDataset.CONFIGURATION, "0");
  }

  /** Prints {@code step} after each step and {@code done}, or the message of what stopped it. */
  public static void main(String[] args) throws IOException {
    Path raw = Path.of(args[0]);
    Path model = Path.of(args[1]);
    TrainOptions options = TrainOptions.defaults().withThreads(2).withSaveMinutes(0);
    TrainListener tells =
        new TrainListener() {
          @Override
          public void batch(int epoch, int done, int all, double loss, double secondsLeft) {
            System.out.println("step");
          }
        };
    try {
      Trainer trainer =
          Trainer.resumable(model, "0") != null
              ? Trainer.resume(data(raw), options, model)
              : Trainer.start(data(raw), settings(Integer.parseInt(args[2])), options, model);
      trainer.run(tells, () -> false);
      System.out.println("done");
    } catch (IOException | IllegalArgumentException e) {
      System.out.println("stopped: " + e.getMessage());
      System.exit(4);
    }
  }
}
