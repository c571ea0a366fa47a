package org.cirr.nn.gradient;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.cirr.graph.Node;
import org.cirr.op.Add;
import org.cirr.op.Constant;
import org.cirr.op.Divide;
import org.cirr.op.Multiply;
import org.cirr.op.Reduce;
import org.cirr.op.Repeat;
import org.cirr.op.Reshape;
import org.cirr.op.Subtract;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/** Arithmetic of nodes, so that formulas read like formulas. */
public final class Terms {
  private Terms() {}

  /** A number that broadcasts to everything. */
  public static Node number(double value) {
    return Node.of(new Constant(Tensor.of(Shape.of(), (float) value)));
  }

  /** A tensor with one value everywhere. */
  public static Node filled(Shape shape, double value) {
    Tensor tensor = Tensor.zeros(shape);
    java.util.Arrays.fill(tensor.array(), (float) value);
    return Node.of(new Constant(tensor));
  }

  /** {@code a + b}, broadcasting. */
  public static Node plus(Node a, Node b) {
    return Node.of(new Add(), a, b);
  }

  /** {@code a − b}, broadcasting. */
  public static Node minus(Node a, Node b) {
    return Node.of(new Subtract(), a, b);
  }

  /** {@code a · b}, broadcasting. */
  public static Node times(Node a, Node b) {
    return Node.of(new Multiply(), a, b);
  }

  /** {@code a · factor}. */
  public static Node times(Node a, double factor) {
    return factor == 1 ? a : Node.of(new Multiply(), a, number(factor));
  }

  /** {@code a / b}, broadcasting. */
  public static Node over(Node a, Node b) {
    return Node.of(new Divide(), a, b);
  }

  /** The sum of all values, a scalar. */
  public static Node sum(Node a) {
    return Node.of(new Reduce(Reduce.Kind.SUM, axes(a.shape())), a);
  }

  /** The mean of all values, a scalar. */
  public static Node mean(Node a) {
    return Node.of(new Reduce(Reduce.Kind.MEAN, axes(a.shape())), a);
  }

  /** The sum over some axes, which are left out. */
  public static Node sum(Node a, List<Integer> axes) {
    return axes.isEmpty() ? a : Node.of(new Reduce(Reduce.Kind.SUM, axes), a);
  }

  /** The sum over all axes but the last one: a value per channel. */
  public static Node sumToChannels(Node a) {
    return sum(a, axes(a.shape()).subList(0, a.shape().rank() - 1));
  }

  /** All axes of a shape. */
  public static List<Integer> axes(Shape shape) {
    return IntStream.range(0, shape.rank()).boxed().toList();
  }

  /** The same values under another shape. */
  public static Node reshape(Node a, Shape shape) {
    return a.shape().equals(shape) ? a : Node.of(Reshape.to(shape.toArray()), a);
  }

  /**
   * Sums what broadcasting has repeated: the way back from a shape to one that broadcasts to it.
   */
  public static Node sumTo(Node a, Shape shape) {
    List<Integer> axes = new ArrayList<>();
    int more = a.shape().rank() - shape.rank();
    for (int axis = 0; axis < a.shape().rank(); axis++) {
      if (axis < more || (shape.dim(axis - more) == 1 && a.shape().dim(axis) != 1)) {
        axes.add(axis);
      }
    }
    return reshape(sum(a, axes), shape);
  }

  /** Repeats a tensor along the axes where its extent is 1. */
  public static Node repeatTo(Node a, Shape shape) {
    int[] times = new int[shape.rank()];
    boolean same = true;
    for (int axis = 0; axis < times.length; axis++) {
      times[axis] = shape.dim(axis) == a.shape().dim(axis) ? 1 : shape.dim(axis);
      same &= times[axis] == 1;
    }
    return same ? a : Node.of(Repeat.of(times), a);
  }

  /** A shape with extents of 1 where it was reduced. */
  public static Shape kept(Shape shape, List<Integer> axes) {
    int[] extents = shape.toArray();
    for (int axis : axes) {
      extents[axis] = 1;
    }
    return Shape.of(extents);
  }
}
