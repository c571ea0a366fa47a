package org.cirr.nn.optimize;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/**
 * First weights, the same for the same seed on every machine.
 *
 * <p>The fans are PyTorch's: of a weight {@code [a, b, kernel…]} fan-in is {@code b · kernel} and
 * fan-out {@code a · kernel}, also for transposed convolutions.
 */
@FunctionalInterface
public interface Initializer {
  /** Makes a tensor of the given shape. */
  Tensor make(Shape shape, Random random);

  /** One value everywhere. */
  static Initializer constant(double value) {
    return (shape, random) -> {
      Tensor tensor = Tensor.zeros(shape);
      java.util.Arrays.fill(tensor.array(), (float) value);
      return tensor;
    };
  }

  /** Normally distributed. */
  static Initializer normal(double mean, double deviation) {
    return (shape, random) -> {
      Tensor tensor = Tensor.zeros(shape);
      for (int i = 0; i < tensor.array().length; i++) {
        tensor.array()[i] = (float) (mean + deviation * random.nextGaussian());
      }
      return tensor;
    };
  }

  /**
   * Normally distributed, values outside {@code ±limit} drawn again.
   *
   * <p><b>Source</b>: {@code torch.nn.init.trunc_normal_}, mean 0.
   */
  static Initializer truncatedNormal(double deviation, double limit) {
    if (!(limit > 0)) {
      throw new IllegalArgumentException("the limit must be above 0, got " + limit);
    }
    return (shape, random) -> {
      Tensor tensor = Tensor.zeros(shape);
      for (int i = 0; i < tensor.array().length; i++) {
        double value = deviation * random.nextGaussian();
        // Far outside, drawing again could last for ever; a uniform value is as good then.
        for (int again = 0; Math.abs(value) > limit; again++) {
          value =
              again < 100
                  ? deviation * random.nextGaussian()
                  : limit * (2 * random.nextDouble() - 1);
        }
        tensor.array()[i] = (float) value;
      }
      return tensor;
    };
  }

  /** Uniformly distributed between {@code ±limit}. */
  static Initializer uniform(double limit) {
    return (shape, random) -> {
      Tensor tensor = Tensor.zeros(shape);
      for (int i = 0; i < tensor.array().length; i++) {
        tensor.array()[i] = (float) (limit * (2 * random.nextDouble() - 1));
      }
      return tensor;
    };
  }

  /**
   * He et al.'s normal distribution: deviation {@code √(2 / (1 + slope²)) / √fan-in}.
   *
   * <p><b>Source</b>: {@code torch.nn.init.kaiming_normal_}.
   *
   * @param slope of the leaky rectifier behind
   */
  static Initializer kaimingNormal(double slope) {
    return (shape, random) -> normal(0, gain(slope) / Math.sqrt(fanIn(shape))).make(shape, random);
  }

  /** The same with PyTorch's mode fan-out, as residual networks use it. */
  static Initializer kaimingNormalFanOut(double slope) {
    return (shape, random) -> normal(0, gain(slope) / Math.sqrt(fanOut(shape))).make(shape, random);
  }

  /**
   * He et al.'s uniform distribution: limit {@code √3 · √(2 / (1 + slope²)) / √fan-in}; with slope
   * √5 it is PyTorch's default for convolutions and linear layers.
   *
   * <p><b>Source</b>: {@code torch.nn.init.kaiming_uniform_}.
   */
  static Initializer kaimingUniform(double slope) {
    return (shape, random) ->
        uniform(Math.sqrt(3) * gain(slope) / Math.sqrt(fanIn(shape))).make(shape, random);
  }

  /**
   * Glorot and Bengio's uniform distribution: limit {@code √(6 / (fan-in + fan-out))}.
   *
   * <p><b>Source</b>: {@code torch.nn.init.xavier_uniform_}.
   */
  static Initializer xavierUniform() {
    return (shape, random) ->
        uniform(Math.sqrt(6 / (fanIn(shape) + fanOut(shape)))).make(shape, random);
  }

  /** Glorot and Bengio's normal distribution: deviation {@code √(2 / (fan-in + fan-out))}. */
  static Initializer xavierNormal() {
    return (shape, random) ->
        normal(0, Math.sqrt(2 / (fanIn(shape) + fanOut(shape)))).make(shape, random);
  }

  private static double gain(double slope) {
    return Math.sqrt(2 / (1 + slope * slope));
  }

  private static double fanIn(Shape shape) {
    fans(shape);
    return Math.max(1, (double) shape.elements() / shape.dim(0));
  }

  private static double fanOut(Shape shape) {
    fans(shape);
    return Math.max(1, (double) shape.elements() / shape.dim(1));
  }

  private static void fans(Shape shape) {
    if (shape.rank() < 2) {
      throw new IllegalArgumentException(
          "a weight's fan-in needs at least two axes, got shape " + shape);
    }
  }

  /**
   * nnU-Net's first weights: He's normal distribution for all weights of convolutions, 1 for the
   * scales of norms, 0 for everything whose name ends in {@code bias}.
   *
   * <p>Every tensor is drawn from the seed and its own name, so that a layer that is added changes
   * no other one.
   *
   * @param slope of the leaky rectifiers, 0.01
   */
  static Map<String, Tensor> nnUnet(Graph graph, double slope, long seed) {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    for (Node parameter : graph.parameters()) {
      String name = Graph.label(parameter);
      Initializer initializer =
          parameter.shape().rank() > 1
              ? kaimingNormal(slope)
              : constant(name.endsWith("bias") ? 0 : 1);
      Random random = new Random(seed * 0x9e3779b97f4a7c15L ^ name.hashCode());
      weights.put(name, initializer.make(parameter.shape(), random));
    }
    return weights;
  }
}
