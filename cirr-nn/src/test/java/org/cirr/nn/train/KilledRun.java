package org.cirr.nn.train;

import java.io.IOException;
import java.nio.file.Path;
import org.cirr.nn.data.PreparedFolder;

/** A process of its own that trains until it is done or killed; arguments: data set and model. */
final class KilledRun {
  static final TrainSettings SETTINGS =
      TrainSettings.defaults().withLength(new TrainSettings.Length(4, 5, 1, 0));

  private KilledRun() {}

  public static void main(String[] args) throws IOException {
    TrainListener tells =
        new TrainListener() {
          @Override
          public void batch(int epoch, int done, int all, double loss, double secondsLeft) {
            System.out.println("batch");
          }
        };
    run(Path.of(args[0]), Path.of(args[1]), tells);
  }

  static void run(Path raw, Path model, TrainListener listener) throws IOException {
    TrainingData data = TrainingData.open(PreparedFolder.of(raw), TinyDataset.CONFIGURATION, "0");
    // A checkpoint after each step, so that many kills come while one is written. The scalar
    // backend is the quickest one in a process that lives for a second.
    TrainOptions options =
        TrainOptions.defaults().withThreads(2).withBackend("scalar").withSaveMinutes(0);
    Trainer trainer =
        Trainer.resumable(model, "0") != null
            ? Trainer.resume(data, options, model)
            : Trainer.start(data, SETTINGS, options, model);
    trainer.run(listener, () -> false);
  }
}
