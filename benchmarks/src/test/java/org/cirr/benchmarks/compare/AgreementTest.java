package org.cirr.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class AgreementTest {
  @Test
  void theOneThatDiffersFromTheOthersIsFound() {
    float[] right = {0, 1, 4};
    float[] wrong = {0, 3, 4};
    assertEquals(
        List.of(0.0, 0.5, 0.0), Agreement.differences(List.of(right, wrong, right.clone())));
  }

  @Test
  void twoThatDifferAreBothAsFarFromTheirMean() {
    float[] one = {0, 2, 4};
    float[] other = {0, 0, 4};
    assertEquals(List.of(0.25, 0.25), Agreement.differences(List.of(one, other)));
  }

  @Test
  void equalConstantOutputsDoNotDiffer() {
    assertEquals(
        List.of(0.0, 0.0), Agreement.differences(List.of(new float[] {2}, new float[] {2})));
  }

  @Test
  void aNanIsFarAway() {
    float[] right = {0, 1};
    float[] broken = {0, Float.NaN};
    List<Double> differences = Agreement.differences(List.of(right, broken, right.clone()));
    assertTrue(differences.get(1) > 1e30, differences.toString());
    assertEquals(0, differences.get(0));
  }
}
