package org.cirr.nn.optimize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomTensors;
import org.junit.jupiter.api.Test;

class GradientNormTest {
  private static List<Tensor> gradients() {
    return List.of(
        RandomTensors.normal(Shape.of(3, 65537), 1),
        RandomTensors.normal(Shape.of(5), 2),
        Tensor.zeros(Shape.of(0)));
  }

  @Test
  void theResultDoesNotDependOnTheThreads() {
    List<Tensor> one = gradients();
    List<Tensor> three = gradients();
    double expected = GradientNorm.clip(one, 12);
    assertEquals(expected, GradientNorm.clip(three, 12, Workers.of(3)));
    for (int i = 0; i < one.size(); i++) {
      assertArrayEquals(one.get(i).array(), three.get(i).array(), "gradient " + i);
    }
  }

  @Test
  void clippedGradientsHaveTheLengthAskedFor() {
    List<Tensor> gradients = gradients();
    double squares = 0;
    for (Tensor gradient : gradients) {
      for (float value : gradient.array()) {
        squares += (double) value * value;
      }
    }
    assertEquals(Math.sqrt(squares), GradientNorm.clip(gradients, 12, Workers.of(2)), 1e-9);
    assertEquals(12, GradientNorm.of(gradients), 1e-5);
  }

  @Test
  void shortOnesStayAsTheyAre() {
    List<Tensor> gradients = gradients();
    GradientNorm.clip(gradients, 1e6, Workers.of(2));
    List<Tensor> expected = gradients();
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i).array(), gradients.get(i).array(), "gradient " + i);
    }
  }
}
