package org.cirr.nn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.cirr.cuda.StandIn;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cirr train --precision} on the stand-in for a GPU, with a tiny network. */
class TrainOnDeviceTest {
  /** Of a loss near 0 that is a sum of Dice and cross entropy; bf16 rounds by up to 2⁻⁹. */
  private static final double TOLERANCE = 0.05;

  @TempDir static Path folder;
  private static Path prepared;

  private record Ended(int code, String err) {}

  private static Ended call(BooleanSupplier cancelled, String... args) {
    StringWriter err = new StringWriter();
    int code =
        new CommandRunner(OpenedModel::open, Terminal.NONE, cancelled)
            .run(new PrintWriter(new StringWriter()), new PrintWriter(err), args);
    return new Ended(code, err.toString());
  }

  @BeforeAll
  static void planATinyNetwork() {
    StandIn.use();
    String raw = folder.resolve("Dataset007_Phantoms").toString();
    run("phantom", "--dataset", raw, "--count", "3", "--size", "48x40x10", "--spacing", "8x8x24");
    run("plan", raw, "--features", "4", "--most-features", "8", "--patch", "8,24,24");
    prepared = folder.resolve("Dataset007_Phantoms-prepared");
  }

  private static void run(String... args) {
    Ended ended = call(() -> false, args);
    assertEquals(0, ended.code(), ended.err());
  }

  private static Ended train(BooleanSupplier cancelled, String model, String... more) {
    List<String> args = new ArrayList<>(List.of("train", prepared.toString(), "--fold", "all"));
    args.addAll(List.of("-o", folder.resolve(model).toString(), "--no-validation"));
    args.addAll(List.of("--threads", "2"));
    args.addAll(List.of(more));
    return call(cancelled, args.toArray(String[]::new));
  }

  private static Ended begin(BooleanSupplier cancelled, String model, String precision) {
    return train(
        cancelled,
        model,
        "--backend",
        "cuda",
        "--precision",
        precision,
        "--epochs",
        "1",
        "--iterations",
        "2",
        "--validation-iterations",
        "1",
        "--save-minutes",
        "0");
  }

  private static String progress(String model) throws IOException {
    List<String> rows = Files.readAllLines(folder.resolve(model).resolve("fold_all/progress.csv"));
    return rows.get(1);
  }

  private static double loss(String model) throws IOException {
    return Double.parseDouble(progress(model).split(",")[2]);
  }

  @Test
  void aRunInBf16LearnsAboutTheSameAndGoesOnInBf16Only() throws IOException {
    Ended exact = begin(() -> false, "exact", "float32");
    assertEquals(0, exact.code(), exact.err());
    assertFalse(exact.err().contains("factors in"), exact.err());
    Ended whole = begin(() -> false, "whole", "bf16");
    assertEquals(0, whole.code(), whole.err());
    assertTrue(whole.err().contains(" of the device, factors in bf16"), whole.err());
    assertEquals(loss("exact"), loss("whole"), TOLERANCE);
    assertNotEquals(loss("exact"), loss("whole"));

    Path latest = folder.resolve("cut/fold_all/checkpoint_latest.pth");
    assertEquals(130, begin(() -> Files.exists(latest), "cut", "bf16").code());
    Ended other = train(() -> false, "cut", "--resume", "--backend", "cuda", "--precision", "tf32");
    assertEquals(2, other.code(), other.err());
    assertTrue(other.err().contains("precision is tf32, was bf16"), other.err());
    Ended elsewhere = train(() -> false, "cut", "--resume", "--backend", "scalar");
    assertEquals(4, elsewhere.code(), elsewhere.err());
    assertTrue(
        elsewhere.err().contains("backend 'scalar' cannot compute in bf16 here; choose one of"),
        elsewhere.err());
    Ended resumed = train(() -> false, "cut", "--resume", "--backend", "cuda");
    assertEquals(0, resumed.code(), resumed.err());
    assertEquals(loss("whole"), loss("cut"));
  }
}
