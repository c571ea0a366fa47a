package org.cirr.benchmarks.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.cirr.benchmarks.VectorModule;
import org.cirr.benchmarks.workload.Kernels;
import org.cirr.benchmarks.workload.Networks;
import org.cirr.benchmarks.workload.Workload;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All contestants compute the same, so that what is timed is the same work. */
class ContestantsTest {
  /** Of the reference's range. */
  private static final double RELATIVE = 2e-5;

  private static final List<Integer> NARROW = List.of(4, 8, 8, 16, 16, 20);

  @TempDir Path folder;

  static Stream<String> engines() {
    return Engine.all().stream().map(Engine::name);
  }

  static Stream<Workload> workloads() {
    List<Integer> patch = Networks.SMALL_PATCH;
    Stream<Workload> networks =
        Stream.of(
            Networks.plain("narrow", patch, NARROW, 2),
            Networks.plain("narrow, 41 classes", patch, NARROW, 41),
            Networks.residual("narrow residual encoder", patch, NARROW));
    Stream<Workload> kernels =
        Stream.concat(Kernels.layers().stream(), Kernels.others().stream())
            .map(
                kernel ->
                    switch (kernel.extents().length) {
                      case 1 -> kernel.workload(35);
                      case 2 -> kernel.workload(7, 9);
                      default -> kernel.workload(3, 6, 7);
                    });
    return Stream.concat(networks, kernels);
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void allContestantsGiveTheSameValues(Workload workload) throws Exception {
    float[] expected = output(new CirrEngine("scalar"), workload);
    for (Engine engine : Engine.all()) {
      if (engine.unavailable().isEmpty()) {
        assertClose(expected, output(engine, workload), engine.name() + ", " + workload.name());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void everyEngineRunsOnThisMachine(String name) {
    Engine engine = Engine.all().stream().filter(e -> e.name().equals(name)).findFirst().get();
    Optional<String> reason = engine.unavailable();
    if (name.equals("cirr")) {
      VectorModule.require();
    }
    boolean expected =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64");
    assumeTrue(expected, () -> "skipped: " + name + " " + reason.orElse("runs here too"));
    assertEquals(Optional.empty(), reason);
  }

  private float[] output(Engine engine, Workload workload) throws Exception {
    Path own = Files.createTempDirectory(folder, engine.name());
    Path file = engine.export(workload, own);
    try (Contestant contestant = engine.load(file, workload.graph(), workload.inputs(), 2)) {
      contestant.run();
      contestant.run();
      return contestant.output().clone();
    }
  }

  private static void assertClose(float[] expected, float[] actual, String who) {
    assertEquals(expected.length, actual.length, who);
    float least = expected[0];
    float most = expected[0];
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      assertTrue(Float.isFinite(expected[i]) && Float.isFinite(actual[i]), who + ": value " + i);
      least = Math.min(least, expected[i]);
      most = Math.max(most, expected[i]);
      worst = Math.max(worst, Math.abs(expected[i] - (double) actual[i]));
    }
    double range = most - (double) least;
    assertTrue(range > 0.1, who + ": the values lie within " + range);
    assertTrue(worst <= RELATIVE * range, who + ": " + worst + " apart in a range of " + range);
  }
}
