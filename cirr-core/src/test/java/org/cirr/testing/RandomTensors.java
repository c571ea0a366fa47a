package org.cirr.testing;

import java.util.Random;
import java.util.function.Function;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/** Reproducible test data. */
public final class RandomTensors {
  private RandomTensors() {}

  /** Values from a normal distribution; the same for the same seed and shape. */
  public static Tensor normal(Shape shape, long seed) {
    Random random = new Random(seed);
    Tensor tensor = Tensor.zeros(shape);
    for (int i = 0; i < tensor.array().length; i++) {
      tensor.array()[i] = (float) random.nextGaussian();
    }
    return tensor;
  }

  /**
   * Weights for any parameter name of the given shapes: normal, scaled so that sums keep their
   * size; names that end in {@code variance} are positive.
   */
  public static Function<String, Tensor> parameters(Function<String, Shape> shapes, long seed) {
    return name -> {
      Shape shape = shapes.apply(name);
      Tensor tensor = normal(shape, seed * 31 + name.hashCode());
      float scale = shape.rank() > 1 ? (float) Math.sqrt(2.0 * shape.dim(0) / shape.elements()) : 1;
      for (int i = 0; i < tensor.array().length; i++) {
        float value = tensor.array()[i] * scale;
        tensor.array()[i] = name.endsWith("variance") ? Math.abs(value) + 0.1f : value;
      }
      return tensor;
    };
  }
}
