package org.cirr.benchmarks;

import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.cirr.graph.Graph;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/** Inputs and weights from a normal distribution, the same in every run. */
final class RandomValues {
  private static final long SEED = 20261121;

  private RandomValues() {}

  static Tensor input(Shape shape) {
    return normal(shape, SEED, 1);
  }

  /** Weights of a graph, scaled so that convolutions keep the size of the values. */
  static Function<String, Tensor> weights(Graph graph) {
    Map<String, Shape> shapes =
        graph.parameters().stream()
            .collect(
                Collectors.toMap(
                    parameter -> Graph.label(parameter), parameter -> parameter.shape()));
    return name -> {
      Shape shape = shapes.get(name);
      double scale = shape.rank() > 1 ? Math.sqrt(2.0 * shape.dim(0) / shape.elements()) : 1;
      return normal(shape, SEED + name.hashCode(), scale);
    };
  }

  private static Tensor normal(Shape shape, long seed, double scale) {
    Random random = new Random(seed);
    Tensor tensor = Tensor.zeros(shape);
    for (int i = 0; i < tensor.array().length; i++) {
      tensor.array()[i] = (float) (random.nextGaussian() * scale);
    }
    return tensor;
  }
}
