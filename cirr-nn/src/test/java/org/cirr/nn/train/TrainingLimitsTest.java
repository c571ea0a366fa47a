package org.cirr.nn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training processes with too little memory or disk. */
class TrainingLimitsTest {
  private static final int BATCH = 8;

  /** How much less than stated is enough for nobody; what is stated is enough without more. */
  private static final double LESS = 0.75;

  @TempDir Path folder;

  private record Ended(int code, String text) {}

  private static Ended java(String before, List<String> flags, Path raw, Path model)
      throws IOException, InterruptedException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-Djava.awt.headless=true", "-XX:-UsePerfData", "-cp", classPath));
    command.addAll(List.of(TrainingProcess.class.getName(), raw.toString(), model.toString()));
    command.add(Integer.toString(BATCH));
    if (before != null) {
      command.addAll(0, List.of("sh", "-c", before + "; exec \"$@\"", "sh"));
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), text);
  }

  /** 40 x 64 x 64 voxels are so many that the constant part of the plan is a small one. */
  @Test
  void theMemoryThatIsStatedIsEnoughAndMuchLessIsRefusedBeforeTheFirstStep() throws Exception {
    Path raw = TinyDataset.make(folder);
    TinyDataset.prepare(raw, TinyDataset.plans(40, 64, 64));
    TrainOptions options = TrainOptions.defaults().withThreads(2).withSaveMinutes(0);
    TrainPlan plan =
        Trainer.start(
                TrainingProcess.data(raw),
                TrainingProcess.settings(BATCH),
                options,
                folder.resolve("planned"))
            .plan();
    assertTrue(plan.stepBytes() > 150L << 20, "too small to say anything: " + plan);
    long stated = (plan.peakBytes() >> 20) + 1;
    Ended enough = java(null, flags(stated), raw, folder.resolve("enough"));
    assertEquals(0, enough.code(), "with the " + stated + " MiB of " + plan + ":\n" + enough);
    assertTrue(enough.text().contains("done"), enough.text());

    Ended less = java(null, flags((long) (LESS * stated)), raw, folder.resolve("less"));
    assertEquals(4, less.code(), less.text());
    assertTrue(
        less.text()
            .matches(
                "(?s).*stopped: training with patch \\[40, 64, 64] and batch 8 needs [0-9.]+ GiB"
                    + " \\(a step [0-9.]+, validation .* but the heap is limited to [0-9.]+ GiB;"
                    + " allow more with CIRR_JAVA_OPTS=-Xmx[0-9]+g.*"),
        less.text());
    assertFalse(less.text().contains("step\n"), less.text());
    assertFalse(less.text().contains("OutOfMemoryError"), less.text());
  }

  private static List<String> flags(long mebibytes) {
    return List.of("--add-modules", "jdk.incubator.vector", "-Xmx" + mebibytes + "m");
  }

  /** A limit on the size of files cuts a checkpoint off in its middle, as a full disk does. */
  @Test
  void aDiskThatFillsUpLeavesTheCheckpointBeforeAndTheRunGoesOnFromIt() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "skipped: needs a shell with ulimit -f");
    Path raw = TinyDataset.make(folder);
    Path model = folder.resolve("model");
    TrainOptions options =
        TrainOptions.defaults().withThreads(2).withBackend("scalar").withSaveMinutes(0);
    Trainer first =
        Trainer.start(TrainingProcess.data(raw), TrainingProcess.settings(BATCH), options, model);
    int[] steps = {0};
    TrainListener counts =
        new TrainListener() {
          @Override
          public void batch(int epoch, int done, int all, double loss, double secondsLeft) {
            steps[0]++;
          }
        };
    try {
      first.run(counts, () -> steps[0] >= 1);
      throw new AssertionError("the run was to be cancelled");
    } catch (CancellationException expected) {
      assertEquals(1, steps[0]);
    }
    Path latest = model.resolve("fold_0/checkpoint_latest.pth");
    byte[] before = Files.readAllBytes(latest);
    long blocks = before.length / 512 / 2; // POSIX: ulimit -f counts 512 bytes, bash 1024
    Ended full = java("ulimit -f " + blocks / 2, List.of(), raw, model);
    assertEquals(4, full.code(), full.text());
    assertTrue(full.text().contains("stopped: " + latest + ": "), full.text());
    assertTrue(full.text().contains("step\n"), "a step was done before: " + full.text());
    assertArrayEquals(before, Files.readAllBytes(latest), "the checkpoint before");
    try (Stream<Path> files = Files.list(latest.getParent())) {
      List<String> left =
          files.map(file -> file.getFileName().toString()).filter(n -> n.contains("tmp")).toList();
      assertEquals(List.of(), left, "half-written files");
    }
    Trainer.resume(TrainingProcess.data(raw), options, model).run(TrainListener.NONE, () -> false);
    Path whole = folder.resolve("whole");
    Trainer.start(TrainingProcess.data(raw), TrainingProcess.settings(BATCH), options, whole)
        .run(TrainListener.NONE, () -> false);
    String name = "fold_0/checkpoint_final.pth";
    TrainerTest.assertSame(whole.resolve(name), model.resolve(name), "after the full disk");
  }
}
