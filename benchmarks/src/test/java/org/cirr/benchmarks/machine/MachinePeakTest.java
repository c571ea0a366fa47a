package org.cirr.benchmarks.machine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.cirr.benchmarks.VectorModule;
import org.junit.jupiter.api.Test;

class MachinePeakTest {
  @Test
  void aMachineHasAPeak() {
    VectorModule.require();
    MachinePeak peak = MachinePeak.measure(1);
    assertTrue(peak.gigaFlop() > 1 && peak.gigaFlop() < 10_000, peak.toString());
    assertTrue(peak.gigaByte() > 0.1 && peak.gigaByte() < 10_000, peak.toString());
  }
}
