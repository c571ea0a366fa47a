package org.cirr.benchmarks;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Tests that need {@code jdk.incubator.vector} skip without it. */
public final class VectorModule {
  private VectorModule() {}

  /** Skips the test when the module is not there. */
  public static void require() {
    assumeTrue(
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
        "skipped: needs --add-modules jdk.incubator.vector");
  }
}
