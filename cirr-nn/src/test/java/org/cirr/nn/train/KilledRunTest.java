package org.cirr.nn.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.cirr.io.checkpoint.Checkpoint;
import org.cirr.nn.random.Draws;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training processes that are killed while they run, with SIGKILL. */
class KilledRunTest {
  @TempDir Path folder;

  /**
   * {@code -Dcirr.kills=20} kills more often: {@code mvn -pl cirr-nn -am test -Dtest=KilledRunTest
   * -Dsurefire.failIfNoSpecifiedTests=false -Dcirr.jvm.flags="--add-modules jdk.incubator.vector
   * -Dcirr.kills=20"}.
   */
  @Test
  void aRunThatIsKilledEndsWithTheSameWeights() throws Exception {
    int kills = Integer.getInteger("cirr.kills", 2);
    long seed = Long.getLong("cirr.seed", System.nanoTime());
    Draws draws = Draws.of(seed);
    Path raw = TinyDataset.make(folder);
    Path whole = folder.resolve("whole");
    Path model = folder.resolve("model");
    KilledRun.run(raw, whole, TrainListener.NONE);
    int done = 0;
    int found = 0;
    for (int kill = 0; done < kills; kill++) {
      if (Files.exists(model.resolve("fold_0/checkpoint_final.pth"))) {
        compare(whole, model, seed); // finished before it was killed often enough: once more
        delete(model);
      }
      boolean killed = killAfter(raw, model, draws.below(9), draws.below(40));
      done += killed ? 1 : 0;
      Path latest = model.resolve("fold_0/checkpoint_latest.pth");
      if (killed && Files.exists(latest)) {
        Checkpoint.read(latest); // whole, whatever the moment
        found++;
      }
      assertTrue(kill < 10 * kills, "seed " + seed + ": most runs ended before they were killed");
    }
    KilledRun.run(raw, model, TrainListener.NONE);
    compare(whole, model, seed);
    try (Stream<Path> files = Files.list(model.resolve("fold_0"))) {
      List<Path> remains = files.filter(file -> file.toString().endsWith(".tmp")).toList();
      assertEquals(List.of(), remains, "seed " + seed);
    }
    System.out.printf(
        "seed %d: %d kills, %d of them found a checkpoint, weights equal%n", seed, done, found);
  }

  private static void compare(Path whole, Path model, long seed) throws IOException {
    for (String name : List.of("checkpoint_final.pth", "checkpoint_best.pth")) {
      TrainerTest.assertSame(
          whole.resolve("fold_0/" + name), model.resolve("fold_0/" + name), "seed " + seed);
    }
    assertEquals(
        TrainerTest.rows(whole.resolve("fold_0/progress.csv")),
        TrainerTest.rows(model.resolve("fold_0/progress.csv")),
        "seed " + seed);
  }

  /** Starts a process and kills it some time after a batch; false when it ended before. */
  private static boolean killAfter(Path raw, Path model, int batches, int millis) throws Exception {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-XX:TieredStopAtLevel=1", // short-lived: compiling well would take all its time
                "-cp",
                classPath,
                KilledRun.class.getName(),
                raw.toString(),
                model.toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      StringBuilder said = new StringBuilder();
      String line = "";
      for (int left = batches; left >= 0 && line != null; left -= line.equals("batch") ? 1 : 0) {
        line = out.readLine();
        said.append(line).append('\n');
        if (line == null) {
          assertEquals(0, process.waitFor(), said.toString());
          return false;
        }
      }
      Thread.sleep(millis);
      process.destroyForcibly();
      process.waitFor();
    }
    return process.exitValue() == 137; // 128 + SIGKILL
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
