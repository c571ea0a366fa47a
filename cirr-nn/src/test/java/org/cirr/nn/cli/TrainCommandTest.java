package org.cirr.nn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.cirr.io.nnunet.EvaluationSummary;
import org.cirr.nn.train.EpochResult;
import org.cirr.nn.train.TinyDataset;
import org.cirr.nn.train.TrainingLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
  @TempDir Path folder;

  private record Ended(int code, String out, String err) {}

  private static Ended call(BooleanSupplier cancelled, List<String> args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        new CommandRunner(OpenedModel::open, Terminal.NONE, cancelled)
            .run(new PrintWriter(out), new PrintWriter(err), args.toArray(String[]::new));
    return new Ended(
        code, out.toString().replace("\r\n", "\n"), err.toString().replace("\r\n", "\n"));
  }

  private static Ended train(Path data, String... options) {
    return trainUntil(() -> false, data, options);
  }

  private static Ended trainUntil(BooleanSupplier cancelled, Path data, String... options) {
    List<String> args = new ArrayList<>(List.of("train", data.toString(), "--backend", "scalar"));
    args.addAll(List.of(options));
    return call(cancelled, args);
  }

  private static String[] shortly(String... more) {
    List<String> options =
        new ArrayList<>(
            List.of("--epochs", "2", "--iterations", "2", "--validation-iterations", "1"));
    options.addAll(List.of(more));
    return options.toArray(String[]::new);
  }

  @Test
  void aModelIsTrainedAndValidated() throws IOException {
    Path raw = TinyDataset.make(folder);
    Ended ended = train(raw, shortly("--fold", "1", "--no-mirror", "--threads", "2"));
    assertEquals(0, ended.code(), ended.err());
    Path model = raw.resolveSibling("Dataset009_Boxes-3d_fullres");
    Path last = model.resolve("fold_1/checkpoint_final.pth");
    assertTrue(ended.out().startsWith(last + "\n1 validation cases, mean Dice:\n"), ended.out());
    assertTrue(ended.out().contains("  spleen  "), ended.out());
    String line =
        "3d_fullres, fold 1: 3 cases to train on, 1 to validate on; patch [4, 8, 8], batch 2";
    assertTrue(ended.err().contains(line), ended.err());
    assertTrue(ended.err().contains("epoch 2 of 2: loss "), ended.err());
    EvaluationSummary summary =
        EvaluationSummary.read(model.resolve("fold_1/validation/summary.json"));
    assertEquals(1, summary.cases().size());
    assertEquals(List.of("1", "2"), List.copyOf(summary.cases().get(0).labels().keySet()));
    assertTrue(Files.exists(model.resolve("fold_1/validation/case0.nii.gz")));
    Ended again = train(raw, "--fold", "1", "--resume", "--no-validation");
    assertTrue(again.err().contains("the run is finished: nothing is left to train"), again.err());
    assertEquals(0, again.code());
  }

  @Test
  void aRunThatIsCancelledSaysHowToGoOnAndGoesOn() throws IOException {
    Path raw = TinyDataset.make(folder);
    Path prepared = raw.resolveSibling("Dataset009_Boxes-prepared");
    String model = folder.resolve("m").toString();
    String[] options = shortly("-o", model, "--fold", "all", "--save-minutes", "0");
    Path latest = Path.of(model, "fold_all/checkpoint_latest.pth");
    Ended stopped = trainUntil(() -> Files.exists(latest), prepared, options);
    assertEquals(130, stopped.code(), stopped.err());
    assertTrue(
        stopped
            .err()
            .matches(
                "(?s).*stopped in epoch 1 of 2 after batch [12]; go on with the same call and"
                    + " --resume\n.*"),
        stopped.err());
    Ended other = train(prepared, "-o", model, "--fold", "all", "--resume", "--epochs", "3");
    assertEquals(2, other.code(), other.err());
    assertTrue(
        other
            .err()
            .contains(
                "a run goes on with the settings that it was begun with: epochs is 3, was 2; leave"
                    + " these options out, or start anew with another -o"),
        other.err());
    Ended rounded =
        train(prepared, "-o", model, "--fold", "all", "--resume", "--precision", "tf32");
    assertRefused(2, "begun with: precision is tf32, was float32; leave", rounded);
    Ended resumed = train(prepared, "-o", model, "--fold", "all", "--resume");
    assertEquals(0, resumed.code(), resumed.err());
    assertTrue(resumed.err().contains("the fold all has seen every case"), resumed.err());
    assertFalse(Files.exists(latest));
    String file = Path.of(model, "fold_all/checkpoint_final.pth").toString();
    Ended tuned =
        train(
            prepared,
            shortly(
                "--pretrained",
                file,
                "--learning-rate",
                "0.001",
                "--freeze",
                "encoder.",
                "--resume",
                "--patience",
                "9"));
    assertEquals(0, tuned.code(), tuned.err());
    assertTrue(tuned.err().contains("there is no checkpoint to go on from yet"), tuned.err());
    Ended same = train(prepared, "--resume", "--pretrained", file);
    assertEquals(0, same.code(), same.err());
    Ended renewed = train(prepared, "--resume", "--pretrained", file, "--new-head");
    assertRefused(2, "it began with others than those of " + file + " with a new head;", renewed);
    Ended single = train(prepared, shortly("--batch-size", "1", "-o", model + "1"));
    assertEquals(0, single.code(), single.err());
    assertTrue(single.err().contains("0.33 of a batch of 1 is rounded to none"), single.err());
    assertFalse(tuned.err().contains("is rounded to none"), tuned.err());
  }

  @Test
  void badCallsAndFoldersAreRefused() throws IOException {
    Path raw = TinyDataset.make(folder);
    Path prepared = raw.resolveSibling("Dataset009_Boxes-prepared");
    assertRefused(
        4,
        prepared
            + "/splits_final.json: fold 7 is not there; there are 2; name a fold"
            + " from 0 to 1, or all",
        train(raw, "--fold", "7"));
    assertRefused(2, "epochs is 1 or more, got 0", train(raw, "--epochs", "0"));
    assertRefused(2, "the learning rate is above 0, got -1.0", train(raw, "--learning-rate", "-1"));
    assertRefused(2, "recompute is 0 or more, got -1", train(raw, "--recompute", "-1"));
    assertRefused(
        2, "threads must be 1 or more, got 0 and 1 for batches", train(raw, "--threads", "0"));
    assertRefused(
        2,
        "the minutes between checkpoints are 0 or more, got -1.0",
        train(raw, "--save-minutes", "-1"));
    assertRefused(
        4,
        "backend 'scalar' cannot compute in bf16 here; choose one of float32",
        train(raw, "--precision", "bf16"));
    assertFalse(Files.exists(raw.resolveSibling("Dataset009_Boxes-3d_fullres")));
    assertRefused(
        2,
        "expected one of [FLOAT32, TF32, BF16] (case-insensitive) but was 'half'",
        train(raw, "--precision", "half"));
    assertRefused(2, "--new-head goes with --pretrained", train(raw, "--new-head"));
    assertRefused(4, "has no 2d; there are [3d_fullres]", train(raw, "--config", "2d"));
    assertRefused(
        4, folder + "/none: is not a folder; name a data set", train(folder.resolve("none")));
    assertRefused(
        4,
        "plans.json: is missing; run cirr plan on the data set first",
        train(raw, "--prepared", raw.toString()));
    Path file = raw.resolve("imagesTr/case0_0000.nii.gz");
    assertRefused(
        4,
        "is neither a PyTorch zip archive nor safetensors",
        train(raw, "--pretrained", file.toString()));
  }

  private static void assertRefused(int code, String message, Ended ended) {
    assertTrue(ended.err().contains(message), ended.err());
    assertEquals(code, ended.code(), ended.err());
  }

  @Test
  void progressIsALineAnEpochAndAMinute() {
    StringWriter text = new StringWriter();
    long[] now = {0};
    TrainingLog log = new TrainingLog(List.of("liver"), List.of());
    try (TrainProgress progress =
        new TrainProgress(Terminal.NONE, new PrintWriter(text), 10, log, () -> now[0])) {
      progress.batch(0, 5, 300, 0.5, 4000);
      now[0] = 61_000_000_000L;
      progress.batch(0, 6, 300, 0.25, 4000);
      progress.epoch(
          new EpochResult(0, 0.01, -0.5, -0.25, List.of(0.75), 0.75, 0.75, 130, 0), true, 100000);
      progress.epoch(
          new EpochResult(1, 0.01, -0.5, -0.25, List.of(0.7), 0.7, 0.745, 30, 0), false, 59.4);
      progress.warning("odd");
    }
    assertEquals(
        "epoch 1 of 10: batch 6 of 300, loss 0.250, 1 h 6 min left\n"
            + "epoch 1 of 10: loss -0.500, validation -0.250, pseudo-Dice 0.750, smoothed 0.750"
            + " (the best), 2 min 10 s, 1 d 3 h left\n"
            + "epoch 2 of 10: loss -0.500, validation -0.250, pseudo-Dice 0.700, smoothed 0.745"
            + " (best 0.750), 30 s, 59 s left\n"
            + "warning: odd\n",
        text.toString().replace("\r\n", "\n"));
  }
}
