package org.cirr.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.cirr.benchmarks.machine.MachinePeak;
import org.cirr.benchmarks.peer.Engine;
import org.cirr.benchmarks.workload.Kernels;
import org.cirr.benchmarks.workload.Workload;
import org.junit.jupiter.api.Test;

class TablesTest {
  private final Tables tables = new Tables(new MachinePeak(2, 400, 20), Engine.all());

  @Test
  void theRatioIsThatOfTheMedians() {
    List<RaceResult> results =
        List.of(
            RaceResult.of("cirr", List.of(1.5, 0.5, 1.0), 0),
            RaceResult.of("ort", List.of(2.0, 3.0), 0),
            RaceResult.missing("torch", "no library"));
    assertEquals("RATIO ort=2.50 torch=n/a", tables.ratio(results));
    assertEquals(
        "cirr's throughput over its peers', best turns: ort=4.00 torch=n/a",
        tables.ratioAtBest(results));
  }

  @Test
  void aLineGivesTimesRatesAndTheBetterPeer() {
    Workload workload = Kernels.named("conv 3x3x3 32-32@2x10x10");
    List<RaceResult> results =
        List.of(
            RaceResult.of("cirr", List.of(1e-3, 1.1e-3, 1.2e-3), 1e-7),
            RaceResult.of("ort", List.of(2.2e-3), 2e-7),
            RaceResult.of("torch", List.of(3.3e-3), 3e-7));
    String line = tables.kernel(workload, results);
    assertTrue(line.startsWith("conv 3x3x3 32-32@2x10x10"), line);
    assertTrue(line.contains("|    1.100   10.1    1.20 |"), line); // 11.06 MFLOP
    assertTrue(line.contains("2.00x    3.0e-07"), line);
    assertEquals(2, Tables.againstBest(results), 1e-12);
  }

  @Test
  void aMissingPeerIsNamedWithItsReason() {
    Workload workload = Kernels.named("softmax 2@2x10x10");
    List<RaceResult> results =
        List.of(RaceResult.of("cirr", List.of(1e-3), 0), RaceResult.missing("ort", "no library"));
    String line = tables.kernel(workload, results);
    assertTrue(line.contains("n/a") && line.endsWith("ort: no library"), line);
    assertTrue(tables.network(workload, results).contains("n/a  no library"), line);
  }
}
