package org.cirr.nn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cirr.io.checkpoint.Checkpoint;
import org.cirr.io.checkpoint.NnUnetCheckpoint;
import org.cirr.io.checkpoint.Weights;
import org.cirr.io.image.ImageFile;
import org.cirr.nn.data.PreparedFolder;
import org.cirr.nn.optimize.Adam;
import org.cirr.nn.optimize.Sgd;
import org.cirr.nn.segment.SegmentOptions;
import org.cirr.nn.segment.Segmenter;
import org.cirr.volume.LabelMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  @TempDir Path folder;

  static TrainSettings settings(int epochs, int iterations, int patience) {
    return TrainSettings.defaults()
        .withLength(new TrainSettings.Length(epochs, iterations, 2, patience));
  }

  static final TrainSettings.Descent ADAMW =
      new TrainSettings.Descent(0.001, Adam.nnUnet(), 12, List.of());

  static TrainOptions options() {
    return TrainOptions.defaults().withThreads(2).withBackend("scalar"); // quick when it is cold
  }

  static TrainingData data(Path raw) throws IOException {
    return TrainingData.open(PreparedFolder.of(raw), TinyDataset.CONFIGURATION, "0");
  }

  /** Weights of two checkpoints, and what the optimizer remembers, are the same bits. */
  static void assertSame(Path expected, Path actual, String what) throws IOException {
    Map<?, ?> tree = (Map<?, ?>) Checkpoint.read(expected).tree();
    List<String[]> places = new ArrayList<>();
    places.add(new String[] {"network_weights"});
    ((Map<?, ?>) ((Map<?, ?>) tree.get("cirr")).get("slots"))
        .keySet()
        .forEach(slot -> places.add(new String[] {"cirr", "slots", (String) slot}));
    assertTrue(places.size() > 1);
    for (String[] place : places) {
      Weights first = Checkpoint.read(expected).weights(place);
      Weights second = Checkpoint.read(actual).weights(place);
      assertEquals(first.names(), second.names());
      for (String name : first.names()) {
        assertArrayEquals(first.get(name).array(), second.get(name).array(), what + " " + name);
      }
    }
  }

  /** The table without its last column, which is time. */
  static List<String> rows(Path csv) throws IOException {
    return Files.readAllLines(csv).stream()
        .map(line -> line.substring(0, line.lastIndexOf(',')))
        .toList();
  }

  @Test
  void aModelIsTrainedThatSegments() throws IOException {
    Path raw = TinyDataset.make(folder);
    Path model = folder.resolve("model");
    TrainSettings fast =
        settings(8, 20, 0)
            .withDescent(
                new TrainSettings.Descent(0.02, new Sgd(0.9, 0, true, 3e-5), 12, List.of()));
    List<Double> left = new ArrayList<>();
    TrainListener listener =
        new TrainListener() {
          @Override
          public void epoch(EpochResult result, boolean best, double secondsLeft) {
            left.add(secondsLeft);
          }
        };
    Trainer trainer = Trainer.start(data(raw), fast, options(), model);
    TrainingLog log = trainer.run(listener, () -> false);
    assertTrue(trainer.isFinished());
    assertEquals(8, log.epochs().size());
    EpochResult last = log.epochs().get(7);
    assertTrue(last.trainLoss() < log.epochs().get(0).trainLoss() - 0.3, log.toString());
    assertTrue(last.meanDice() > 0.6, log.toString());
    assertEquals(0, left.get(7));
    assertTrue(left.get(0) > 0, left.toString());
    Path fold = model.resolve("fold_0");
    assertEquals(9, Files.readAllLines(fold.resolve("progress.csv")).size());
    assertEquals(
        "epoch,learning_rate,train_loss,validation_loss,pseudo_dice,pseudo_dice_ema,"
            + "\"pseudo_dice liver\",\"pseudo_dice spleen\",seconds",
        Files.readAllLines(fold.resolve("progress.csv")).get(0));
    assertTrue(Files.size(fold.resolve("progress.png")) > 5000);
    assertFalse(Files.exists(fold.resolve("checkpoint_latest.pth")));
    NnUnetCheckpoint best = NnUnetCheckpoint.read(fold.resolve("checkpoint_best.pth"));
    assertEquals("nnUNetTrainer", best.trainerName());
    assertEquals("3d_fullres", best.configuration());
    assertEquals("0", best.fold());
    assertEquals(List.of(0, 1, 2), best.mirrorAxes());
    Segmenter segmenter =
        Segmenter.open(model, SegmentOptions.defaults().withThreads(2).withMirroring(false));
    LabelMap mask = segmenter.segment(ImageFile.read(raw.resolve("imagesTr/case3_0000.nii.gz")));
    LabelMap truth = ImageFile.readLabels(raw.resolve("labelsTr/case3.nii.gz"));
    for (int label = 1; label <= 2; label++) {
      int both = 0;
      int either = 0;
      for (int i = 0; i < mask.length(); i++) {
        both += mask.get(i) == label && truth.get(i) == label ? 1 : 0;
        either += (mask.get(i) == label ? 1 : 0) + (truth.get(i) == label ? 1 : 0);
      }
      double dice = 2.0 * both / either; // 0.2 for a mask of this label alone
      assertTrue(dice > 0.4, "label " + label + ": " + dice);
    }
  }

  @Test
  void aCheckpointHasWhatNnUnetReads() throws IOException {
    Path raw = TinyDataset.make(folder);
    Path model = folder.resolve("model");
    TrainSettings settings =
        settings(2, 3, 0)
            .withSampling(
                new TrainSettings.Sampling(
                    0, 0.33, new TrainSettings.Augmenting(true, false, 0.2, 0, 0)));
    Trainer.start(data(raw), settings, options(), model).run(TrainListener.NONE, () -> false);
    Checkpoint read = Checkpoint.read(model.resolve("fold_0/checkpoint_final.pth"));
    Map<?, ?> tree = (Map<?, ?>) read.tree();
    assertEquals(
        List.of(
            "network_weights",
            "optimizer_state",
            "grad_scaler_state",
            "logging",
            "_best_ema",
            "current_epoch",
            "init_args",
            "trainer_name",
            "inference_allowed_mirroring_axes",
            "cirr"),
        List.copyOf(tree.keySet()));
    assertEquals(2L, tree.get("current_epoch"));
    assertEquals("nnUNetTrainerNoMirroring", tree.get("trainer_name"));
    assertEquals(null, tree.get("inference_allowed_mirroring_axes"));
    Map<?, ?> init = (Map<?, ?>) tree.get("init_args");
    assertEquals(0L, init.get("fold"));
    assertEquals("nnUNetPlans", ((Map<?, ?>) init.get("plans")).get("plans_name"));
    assertEquals(4L, ((Map<?, ?>) init.get("dataset_json")).get("numTraining"));
    Map<?, ?> logging = (Map<?, ?>) tree.get("logging");
    assertEquals(2, ((List<?>) logging.get("ema_fg_dice")).size());
    Weights weights = read.weights("network_weights");
    assertTrue(weights.contains("decoder.encoder.stages.0.0.convs.0.all_modules.1.bias"));
    // The coarsest output has no weight in the loss, so its layer has no momentum, as in PyTorch.
    List<String> plain = weights.canonical().names();
    Map<?, ?> state = (Map<?, ?>) ((Map<?, ?>) tree.get("optimizer_state")).get("state");
    assertEquals(plain.size() - 2, state.size());
    assertFalse(state.containsKey((long) plain.indexOf("decoder.seg_layers.0.weight")));
    assertTrue(state.containsKey((long) plain.indexOf("decoder.seg_layers.2.weight")));
  }

  @Test
  void aCheckpointOfAdamHasWhatTorchReads() throws IOException {
    Path raw = TinyDataset.make(folder);
    Path model = folder.resolve("model");
    TrainSettings settings = settings(1, 3, 0).withDescent(ADAMW);
    Trainer.start(data(raw), settings, options(), model).run(TrainListener.NONE, () -> false);
    Checkpoint read = Checkpoint.read(model.resolve("fold_0/checkpoint_final.pth"));
    Map<?, ?> tree = (Map<?, ?>) read.tree();
    assertEquals("nnUNetTrainerAdam", tree.get("trainer_name"));
    Map<?, ?> optimizer = (Map<?, ?>) tree.get("optimizer_state");
    Map<?, ?> group = (Map<?, ?>) ((List<?>) optimizer.get("param_groups")).get(0);
    assertEquals(3e-5, group.get("weight_decay"));
    assertEquals(true, group.get("amsgrad"));
    Map<?, ?> first = (Map<?, ?>) ((Map<?, ?>) optimizer.get("state")).get(0L);
    assertEquals(
        Set.of("exp_avg", "exp_avg_sq", "max_exp_avg_sq", "step"), Set.copyOf(first.keySet()));
    Weights mean = read.weights("cirr", "slots", "exp_avg_sq");
    Weights most = read.weights("cirr", "slots", "max_exp_avg_sq");
    for (String name : mean.names()) {
      float[] now = mean.get(name).array();
      float[] ever = most.get(name).array();
      for (int i = 0; i < now.length; i++) {
        assertTrue(ever[i] >= now[i], name);
      }
    }
  }

  @Test
  void trainingEndsEarlyWhenNothingGetsBetter() throws IOException {
    Path raw = TinyDataset.make(folder);
    TrainSettings settings =
        settings(50, 1, 2)
            .withDescent(new TrainSettings.Descent(1e-30, new Sgd(0.9, 0, true, 0), 12, List.of()))
            .withSampling(new TrainSettings.Sampling(0, 1, TrainSettings.Augmenting.none()));
    Trainer trainer = Trainer.start(data(raw), settings, options(), folder.resolve("model"));
    TrainingLog log = trainer.run(TrainListener.NONE, () -> false);
    assertEquals(log.best() + 3, log.epochs().size());
    assertTrue(log.epochs().size() < 50, log.toString());
    assertTrue(Files.exists(trainer.finalCheckpoint()));
    assertTrue(Trainer.resume(data(raw), options(), folder.resolve("model")).isFinished());
  }

  @Test
  void aLossThatIsNotFiniteStopsWithStepCasesAndCheckpoint() throws IOException {
    Path raw = TinyDataset.make(folder);
    Path model = folder.resolve("model");
    TrainSettings settings =
        settings(4, 3, 0)
            .withDescent(
                new TrainSettings.Descent(1e37, new Sgd(0.99, 0, true, 3e-5), 12, List.of()));
    Trainer trainer = Trainer.start(data(raw), settings, options(), model);
    String first =
        assertThrows(
                NotFiniteLossException.class, () -> trainer.run(TrainListener.NONE, () -> false))
            .getMessage();
    assertTrue(
        first.matches(
            "the (loss|norm of the gradients) is NaN at step [23] \\(epoch 1, iteration [23]\\) with"
                + " the cases case[012], case[012]; no good checkpoint was written before; look at these"
                + " cases, or start anew with a lower --learning-rate"),
        first);
    Trainer saving = Trainer.start(data(raw), settings, options().withSaveMinutes(0), model);
    String second =
        assertThrows(
                NotFiniteLossException.class, () -> saving.run(TrainListener.NONE, () -> false))
            .getMessage();
    // The latest one was written after the step that went wrong, before anybody could know.
    assertTrue(Files.exists(model.resolve("fold_0/checkpoint_latest.pth")));
    assertTrue(second.contains("; no good checkpoint was written before; "), second);
    assertEquals(first.substring(0, 60), second.substring(0, 60));
  }

  @Test
  void theLastGoodCheckpointIsNamed() throws IOException {
    Path raw = TinyDataset.make(folder);
    Path model = folder.resolve("model");
    Trainer trainer = Trainer.start(data(raw), settings(3, 2, 0), options(), model);
    TrainListener spoiler =
        new TrainListener() {
          @Override
          public void epoch(EpochResult result, boolean isBest, double secondsLeft) {
            try {
              for (int i = 0; i < 4; i++) { // their values are infinite from here on
                spoil(PreparedFolder.of(raw).cases(TinyDataset.CONFIGURATION), "case" + i);
              }
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          }
        };
    String message =
        assertThrows(NotFiniteLossException.class, () -> trainer.run(spoiler, () -> false))
            .getMessage();
    Path best = model.resolve("fold_0/checkpoint_best.pth");
    Path latest = model.resolve("fold_0/checkpoint_latest.pth");
    assertTrue(message.contains("; the last good checkpoint is " + latest + "; "), message);
    // Nothing is known of that one's weights when it is read again.
    Trainer resumed = Trainer.resume(data(raw), options(), model);
    String again =
        assertThrows(
                NotFiniteLossException.class, () -> resumed.run(TrainListener.NONE, () -> false))
            .getMessage();
    assertTrue(again.contains("; the last good checkpoint is " + best + "; "), again);
  }

  private static void spoil(Path cases, String name) throws IOException {
    Path file = cases.resolve(name + ".case");
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = bytes.length / 4; at < bytes.length / 2; at += 4) { // among the floats
      values.putInt(at, -1); // with any alignment NaN
    }
    Files.write(file, bytes);
  }

  @Test
  void aCheckpointThatCannotBeWrittenLeavesTheOneBefore() throws IOException {
    Path raw = TinyDataset.make(folder);
    Path model = folder.resolve("model");
    Path best = model.resolve("fold_0/checkpoint_best.pth");
    Path latest = model.resolve("fold_0/checkpoint_latest.pth");
    Trainer trainer = Trainer.start(data(raw), settings(3, 2, 0), options(), model);
    TrainListener disk =
        new TrainListener() {
          @Override
          public void epoch(EpochResult result, boolean isBest, double secondsLeft) {
            try { // a folder in its place refuses to be replaced, as a full disk does
              Files.move(latest, latest.resolveSibling("kept.pth"));
              Files.createDirectories(latest);
              Files.delete(best);
              Files.createDirectories(best);
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          }
        };
    String message =
        assertThrows(IOException.class, () -> trainer.run(disk, () -> false)).getMessage();
    assertTrue(
        message.equals(latest + ": is a folder; name a file")
            || message.equals(best + ": is a folder; name a file"),
        message);
    Files.delete(latest);
    Files.delete(best);
    Files.move(latest.resolveSibling("kept.pth"), latest);
    Trainer resumed = Trainer.resume(data(raw), options(), model);
    assertEquals(1, resumed.log().epochs().size());
    resumed.run(TrainListener.NONE, () -> false);
    Path whole = folder.resolve("whole");
    Trainer.start(data(raw), settings(3, 2, 0), options(), whole)
        .run(TrainListener.NONE, () -> false);
    assertSame(
        whole.resolve("fold_0/checkpoint_final.pth"), resumed.finalCheckpoint(), "after the error");
  }

  @Test
  void recomputingGivesNearlyTheSameAndNeedsLess() throws IOException {
    Path raw = TinyDataset.make(folder);
    TrainSettings settings =
        settings(1, 2, 0)
            .withSampling(new TrainSettings.Sampling(6, 0.33, TrainSettings.Augmenting.nnUnet()));
    Trainer all = Trainer.start(data(raw), settings, options(), folder.resolve("all"));
    Trainer few =
        Trainer.start(data(raw), settings.withRecompute(2), options(), folder.resolve("few"));
    assertTrue(few.plan().flops() > all.plan().flops(), all.plan() + " and " + few.plan());
    double loss = all.run(TrainListener.NONE, () -> false).epochs().get(0).trainLoss();
    assertEquals(loss, few.run(TrainListener.NONE, () -> false).epochs().get(0).trainLoss(), 1e-4);
  }

  @Test
  void whatDoesNotFitIntoMemoryIsRefusedWithNumbers() throws IOException {
    Path raw = TinyDataset.make(folder);
    TrainPlan plan =
        new TrainPlan(
            List.of(8, 16, 16), 2, 1, 1, 5L << 30, 1L << 30, 1L << 29, 1L << 28, 4L << 30, 0);
    assertEquals(
        "training with patch [8, 16, 16] and batch 2 needs 7.5 GiB (a step 5.0, validation 1.0,"
            + " weights and optimizer 0.5, batches 0.3, margin 0.7), but the heap is limited to 6.0"
            + " GiB; allow more with CIRR_JAVA_OPTS=-Xmx8g, compute twice with --recompute 1 (6.4),"
            + " or take a smaller --batch-size",
        assertThrows(IllegalArgumentException.class, () -> plan.require(6L << 30)).getMessage());
    plan.require(8L << 30);
    TrainPlan own =
        Trainer.start(data(raw), settings(1, 1, 0), options(), folder.resolve("m")).plan();
    assertTrue(own.toString().startsWith("patch [4, 8, 8], batch 2, 0.0 M weights"), "" + own);
    TrainPlan larger =
        Trainer.start(
                data(raw),
                settings(1, 1, 0)
                    .withSampling(
                        new TrainSettings.Sampling(8, 0.33, TrainSettings.Augmenting.nnUnet())),
                options(),
                folder.resolve("n"))
            .plan();
    assertTrue(larger.stepBytes() > own.stepBytes(), own + " and " + larger);
  }

  @Test
  void aRunIsNeitherOverwrittenNorMixed() throws IOException {
    Path raw = TinyDataset.make(folder);
    Path model = folder.resolve("model");
    Path latest = model.resolve("fold_0/checkpoint_latest.pth");
    assertEquals(
        latest + ": is not there, so there is no run to go on with; start one without --resume",
        refusal(() -> Trainer.resume(data(raw), options(), model)));
    Trainer.start(data(raw), settings(1, 1, 0), options(), model)
        .run(TrainListener.NONE, () -> false);
    Path last = model.resolve("fold_0/checkpoint_final.pth");
    assertEquals(
        last
            + ": is there from an earlier run; go on with --resume, delete it, or name another"
            + " folder for the model",
        refusal(() -> Trainer.start(data(raw), settings(1, 1, 0), options(), model)));
    Path plans = PreparedFolder.of(raw).plansFile();
    Files.writeString(plans, Files.readString(plans) + " ");
    Files.delete(last);
    assertEquals(
        model.resolve("plans.json")
            + ": differs from "
            + plans
            + ", so folds of two plans would mix; name another folder for the model",
        refusal(() -> Trainer.start(data(raw), settings(1, 1, 0), options(), model)));
  }

  @Test
  void aRunBeginsWithOtherWeightsAndSomeOfThemStay() throws IOException {
    Path raw = TinyDataset.make(folder);
    Trainer first = Trainer.start(data(raw), settings(1, 3, 0), options(), folder.resolve("a"));
    first.run(TrainListener.NONE, () -> false);
    Path file = first.finalCheckpoint();
    TrainSettings frozen =
        settings(1, 2, 0)
            .withSeed(5)
            .withDescent(
                new TrainSettings.Descent(
                    0.01, new Sgd(0.99, 0, true, 3e-5), 12, List.of("encoder.")));
    Trainer second =
        Trainer.start(
            data(raw), frozen, options(), folder.resolve("b"), new Pretrained(file, true));
    second.run(TrainListener.NONE, () -> false);
    Trainer again = Trainer.resume(data(raw), options(), folder.resolve("b"));
    assertTrue(again.beganWith(new Pretrained(file, true)));
    assertFalse(again.beganWith(new Pretrained(file, false)));
    assertFalse(again.beganWith(new Pretrained(second.finalCheckpoint(), true)));
    assertFalse(again.beganWith(Pretrained.NONE));
    Weights before = Checkpoint.read(file).weights();
    Weights after = Checkpoint.read(second.finalCheckpoint()).weights();
    for (String name : before.canonical().names()) {
      float[] old = before.get(name).array();
      float[] now = after.get(name).array();
      if (name.startsWith("encoder.")) {
        assertArrayEquals(old, now, name);
      } else if (name.endsWith("conv.weight")) {
        assertNotEquals(old[0], now[0], name);
      }
    }
    TrainSettings nothing =
        frozen.withDescent(
            new TrainSettings.Descent(
                0.01, new Sgd(0.99, 0, true, 0), 12, List.of("encoder.", "decoder.")));
    assertEquals(
        "nothing is left to train: every weight's name begins with one of [encoder., decoder.]",
        assertThrows(
                IllegalArgumentException.class,
                () -> Trainer.start(data(raw), nothing, options(), folder.resolve("c")))
            .getMessage());
  }

  interface Call {
    Object call() throws IOException;
  }

  static String refusal(Call call) {
    return assertThrows(IOException.class, call::call).getMessage();
  }
}
