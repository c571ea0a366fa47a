package org.cirr.benchmarks.workload;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/** Inputs and weights from a normal distribution, the same in every run. */
public final class RandomValues {
  private static final long SEED = 20261121;

  private RandomValues() {}

  /** The graph with random weights and inputs. */
  public static Workload workload(String name, Graph graph) {
    return new Workload(
        name,
        graph,
        kept(weights(graph)),
        graph.inputs().stream().map(input -> input(Graph.label(input), input.shape())).toList());
  }

  /** The same, each tensor made once: there is more than one contestant. */
  private static Function<String, Tensor> kept(Function<String, Tensor> weights) {
    Map<String, Tensor> made = new HashMap<>();
    return name -> made.computeIfAbsent(name, weights);
  }

  /** An input. */
  public static Tensor input(Shape shape) {
    return normal(shape, SEED, 1);
  }

  private static Tensor input(String label, Shape shape) {
    return normal(shape, SEED + label.hashCode(), 1);
  }

  /** Weights of a graph, scaled so that convolutions keep the size of the values. */
  public static Function<String, Tensor> weights(Graph graph) {
    Map<String, Shape> shapes = new HashMap<>();
    for (Node parameter : graph.parameters()) {
      shapes.put(Graph.label(parameter), parameter.shape());
    }
    return name -> {
      Shape shape = shapes.get(name);
      double scale = shape.rank() > 1 ? Math.sqrt(2.0 * shape.dim(0) / shape.elements()) : 1;
      return normal(shape, SEED + name.hashCode(), scale);
    };
  }

  private static Tensor normal(Shape shape, long seed, double scale) {
    SplittableRandom random = new SplittableRandom(seed);
    Tensor tensor = Tensor.zeros(shape);
    for (int i = 0; i < tensor.array().length; i++) {
      tensor.array()[i] = (float) (random.nextGaussian() * scale);
    }
    return tensor;
  }
}
