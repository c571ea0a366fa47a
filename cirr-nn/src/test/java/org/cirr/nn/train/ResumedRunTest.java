package org.cirr.nn.train;

import static org.cirr.nn.train.TrainerTest.ADAMW;
import static org.cirr.nn.train.TrainerTest.assertSame;
import static org.cirr.nn.train.TrainerTest.data;
import static org.cirr.nn.train.TrainerTest.options;
import static org.cirr.nn.train.TrainerTest.refusal;
import static org.cirr.nn.train.TrainerTest.rows;
import static org.cirr.nn.train.TrainerTest.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.cirr.backend.Backends;
import org.cirr.io.nnunet.Splits;
import org.cirr.nn.data.PreparedFolder;
import org.cirr.nn.random.Draws;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that are ended and go on: with the same weights, and with the same cases only. */
class ResumedRunTest {
  @TempDir Path folder;

  /** Ends a run after a number of batches. */
  private static final class Stop implements TrainListener {
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private int left;

    Stop(int batches) {
      left = batches;
    }

    @Override
    public void batch(int epoch, int done, int all, double loss, double secondsLeft) {
      cancelled.set(--left <= 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"scalar,sgd,3", "scalar,adamw,2", "simd,sgd,1"})
  void aRunThatIsCancelledAnywhereEndsWithTheSameWeights(
      String backend, String optimizer, int seeds) throws IOException {
    assumeTrue(
        Backends.report().stream()
            .anyMatch(report -> report.name().equals(backend) && report.available()),
        "backend " + backend + " is not available");
    TrainOptions options = options().withBackend(backend);
    Path raw = TinyDataset.make(folder);
    Path whole = folder.resolve("whole");
    TrainSettings settings = settings(3, 4, 0);
    if (optimizer.equals("adamw")) {
      settings = settings.withDescent(ADAMW);
    }
    Trainer.start(data(raw), settings, options, whole).run(TrainListener.NONE, () -> false);
    for (int seed = 0; seed < seeds; seed++) {
      Draws draws = Draws.of(seed, 3);
      Path model = folder.resolve("model" + seed);
      Trainer trainer = Trainer.start(data(raw), settings, options, model);
      int stops = 0;
      while (!trainer.isFinished()) {
        Stop stop = new Stop(1 + draws.below(7));
        try {
          trainer.run(stop, stop.cancelled::get);
        } catch (CancellationException expected) {
          stops++;
        }
        int threads = 1 + draws.below(3);
        trainer =
            Trainer.resume(
                data(raw), options.withThreads(threads).withBatchThreads(threads), model);
        assertEquals(settings, trainer.settings());
      }
      assertTrue(stops > 1, "seed " + seed + " stopped " + stops + " times");
      for (String name : List.of("checkpoint_final.pth", "checkpoint_best.pth")) {
        assertSame(
            whole.resolve("fold_0").resolve(name),
            model.resolve("fold_0").resolve(name),
            "seed " + seed + " " + name);
      }
      assertEquals(
          rows(whole.resolve("fold_0/progress.csv")), rows(model.resolve("fold_0/progress.csv")));
    }
  }

  /** Wherever it comes, be it in the middle of an update. */
  @Test
  void aRunThatIsInterruptedAnywhereEndsWithTheSameWeights() throws Exception {
    Path raw = TinyDataset.make(folder);
    Path whole = folder.resolve("whole");
    Path model = folder.resolve("model");
    TrainSettings settings = settings(2, 40, 0);
    Trainer.start(data(raw), settings, options(), whole).run(TrainListener.NONE, () -> false);
    Draws draws = Draws.of(20261123);
    int stops = 0;
    for (boolean finished = false; !finished; ) {
      Trainer trainer =
          Trainer.resumable(model, "0") == null
              ? Trainer.start(data(raw), settings, options(), model)
              : Trainer.resume(data(raw), options(), model);
      long nanos = (long) draws.uniform(0, 60e6);
      Thread runner = Thread.currentThread();
      Thread interrupter =
          new Thread(
              () -> {
                LockSupport.parkNanos(nanos);
                runner.interrupt();
              });
      try {
        interrupter.start();
        trainer.run(TrainListener.NONE, () -> false);
        finished = trainer.isFinished();
      } catch (CancellationException expected) {
        stops++;
      } finally {
        while (interrupter.isAlive()) {
          Thread.onSpinWait(); // joining would be interrupted
        }
        Thread.interrupted();
      }
    }
    assertTrue(stops > 3, stops + " stops");
    for (String name : List.of("checkpoint_final.pth", "checkpoint_best.pth")) {
      assertSame(
          whole.resolve("fold_0").resolve(name),
          model.resolve("fold_0").resolve(name),
          name + " after " + stops + " stops");
    }
  }

  @Test
  void aRunGoesOnWithTheCasesThatItWasBegunWith() throws IOException {
    Path raw = TinyDataset.make(folder);
    Path model = folder.resolve("model");
    Trainer.start(data(raw), settings(1, 1, 0), options(), model)
        .run(TrainListener.NONE, () -> false);
    Path splits = PreparedFolder.of(raw).splitsFile();
    Splits own = PreparedFolder.of(raw).splits();
    List<String> train = own.folds().get(0).train();
    List<String> val = own.folds().get(0).val();
    List<String> turned = new ArrayList<>(train); // batches are drawn by number
    Collections.reverse(turned);
    List<String> moved = new ArrayList<>(train); // and a validation case gets into training
    moved.set(0, val.get(0));
    for (Splits.Fold other :
        List.of(new Splits.Fold(turned, val), new Splits.Fold(moved, List.of(train.get(0))))) {
      new Splits(List.of(other)).write(splits);
      assertEquals(
          model.resolve("fold_0/checkpoint_final.pth")
              + ": was trained on other cases than fold 0 has now ("
              + other.train().size()
              + " to train on, "
              + other.val().size()
              + " to validate on); put "
              + splits
              + " back as it was, or start anew in another folder",
          refusal(() -> Trainer.resume(data(raw), options(), model)));
    }
    own.write(splits);
    Trainer resumed = Trainer.resume(data(raw), options(), model);
    assertTrue(resumed.isFinished() && resumed.beganWith(Pretrained.NONE));
  }
}
