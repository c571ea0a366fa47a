package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * The way back through an op that is linear in its only input: each output value is given to all
 * input places that it was made of, with their weights. It is the gradient of that op.
 *
 * <p><b>Shapes</b>: a tensor of the op's output shape → {@link #shape}, the op's input shape.
 *
 * <p><b>Formula</b>: where the op computes {@code out[o] = Σ_i a[o, i] · in[i]}, {@code in[i] = Σ_o
 * a[o, i] · out[o]}. The value that {@link Pad} puts around a tensor does not matter.
 *
 * @param op one of AvgPool, AdaptiveAvgPool, Interpolate, Flip, Pad, Permute, Repeat, Reshape,
 *     Roll, Slice, WindowPartition and WindowReverse
 * @param shape the shape of its input
 */
public record Adjoint(Op op, List<Integer> shape) implements Op {
  public Adjoint {
    shape = List.copyOf(shape);
    if (!isLinear(op)) {
      throw new IllegalArgumentException(
          "Adjoint needs a pooling by means, a resizing or a move of values, got " + op.name());
    }
  }

  private static boolean isLinear(Op op) {
    return op instanceof AvgPool
        || op instanceof AdaptiveAvgPool
        || op instanceof Interpolate
        || op instanceof Flip
        || op instanceof Pad
        || op instanceof Permute
        || op instanceof Repeat
        || op instanceof Reshape
        || op instanceof Roll
        || op instanceof Slice
        || op instanceof WindowPartition
        || op instanceof WindowReverse;
  }

  /** The adjoint of an op applied to an input of the given shape. */
  public static Adjoint of(Op op, Shape input) {
    return new Adjoint(op, Checks.list(input.toArray()));
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Shape given = Checks.one(this, inputs);
    Shape input = Shape.of(shape.stream().mapToInt(Integer::intValue).toArray());
    Shape output = op.infer(List.of(input));
    if (!output.equals(given)) {
      throw new IllegalArgumentException(
          "Adjoint of "
              + op.name()
              + " on "
              + input
              + " takes the shape "
              + output
              + " that it makes, got "
              + given);
    }
    return input;
  }
}
