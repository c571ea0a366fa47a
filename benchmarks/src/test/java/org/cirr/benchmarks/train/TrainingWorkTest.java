package org.cirr.benchmarks.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.cirr.backend.Backends;
import org.cirr.benchmarks.workload.Networks;
import org.cirr.parallel.Workers;
import org.junit.jupiter.api.Test;

/** The steps that are timed are training: the loss falls, and both backends take the same ones. */
class TrainingWorkTest {
  private static final int STEPS = 6;

  private static float[] losses(String backend) {
    TrainingWork work =
        new TrainingWork(
            Backends.of(backend),
            Networks.plainPlan(List.of(4, 4, 8, 8, 8, 8)),
            Networks.SMALL_PATCH,
            2,
            2,
            Workers.of(2));
    float[] losses = new float[STEPS];
    for (int step = 0; step < STEPS; step++) {
      losses[step] = work.step();
    }
    return losses;
  }

  @Test
  void theLossFallsAndTheBackendsAgree() {
    float[] scalar = losses("scalar");
    for (int step = 0; step < STEPS; step++) {
      assertTrue(Float.isFinite(scalar[step]), "step " + step + ": " + scalar[step]);
    }
    assertTrue(scalar[STEPS - 1] < scalar[0], "from " + scalar[0] + " to " + scalar[STEPS - 1]);
    assumeTrue(
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
        "the loss falls; the comparison is skipped: needs --add-modules jdk.incubator.vector");
    assertArrayEquals(scalar, losses("simd"), 1e-4f);
  }
}
