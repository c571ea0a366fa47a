package org.cirr.op;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.cirr.tensor.Shape;

/** The checks that several ops share; every message starts with the op's name. */
final class Checks {
  private Checks() {}

  static void inputs(Op op, List<Shape> inputs, int from, int to, String what) {
    if (inputs.size() < from || inputs.size() > to) {
      throw new IllegalArgumentException(
          op.name() + " takes " + what + ", got " + inputs.size() + " inputs " + inputs);
    }
  }

  /** The number of spatial axes of an activation {@code [N, spatial…, C]}. */
  static int spatialRank(Op op, Shape activation) {
    int rank = activation.rank() - 2;
    if (rank < 1 || rank > 3) {
      throw new IllegalArgumentException(
          op.name() + " needs an activation [N, 1 to 3 spatial axes, C], got shape " + activation);
    }
    return rank;
  }

  static void axes(Op op, String what, List<Integer> values, int rank, int least) {
    if (values.size() != rank) {
      throw new IllegalArgumentException(
          op.name()
              + "'s "
              + what
              + " "
              + values
              + " must have one entry for each of "
              + rank
              + " spatial axes");
    }
    for (int value : values) {
      if (value < least) {
        throw new IllegalArgumentException(
            op.name()
                + "'s "
                + what
                + " "
                + values
                + " must be "
                + least
                + " or more on every axis");
      }
    }
  }

  static void vector(Op op, String what, Shape vector, int channels) {
    if (vector.rank() != 1 || vector.dim(0) != channels) {
      throw new IllegalArgumentException(
          op.name() + "'s " + what + " must have shape [" + channels + "], got " + vector);
    }
  }

  /** {@code [N, spatial…, C]} with the given extents. */
  static Shape activation(Shape like, int[] spatial, int channels) {
    int[] extents = like.toArray();
    System.arraycopy(spatial, 0, extents, 1, spatial.length);
    extents[extents.length - 1] = channels;
    return Shape.of(extents);
  }

  /** {@code floor((n + 2·padding − dilation·(kernel − 1) − 1) / stride) + 1} on every axis. */
  static int[] windows(
      Op op,
      Shape input,
      int[] kernel,
      List<Integer> stride,
      List<Integer> padding,
      List<Integer> dilation) {
    int[] out = new int[kernel.length];
    for (int axis = 0; axis < kernel.length; axis++) {
      if (kernel[axis] < 1) {
        throw new IllegalArgumentException(
            op.name()
                + "'s kernel "
                + Arrays.toString(kernel)
                + " must be 1 or more on every axis");
      }
      long extent = input.dim(axis + 1) + 2L * padding.get(axis);
      long reach = dilation.get(axis) * (kernel[axis] - 1L) + 1;
      if (extent > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            op.name() + "'s padding " + padding + " is too large for the input " + input);
      }
      if (extent < reach) {
        throw new IllegalArgumentException(
            op.name()
                + "'s window reaches over "
                + reach
                + " voxels on spatial axis "
                + axis
                + ", but the padded input "
                + input
                + " has only "
                + extent);
      }
      out[axis] = (int) ((extent - reach) / stride.get(axis) + 1);
    }
    return out;
  }

  static List<Integer> list(int... values) {
    return Arrays.stream(values).boxed().toList();
  }

  static List<Integer> repeat(int value, int times) {
    return Collections.nCopies(times, value);
  }

  static void epsilon(String op, double epsilon) {
    if (!(epsilon >= 0 && epsilon < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          op + "'s epsilon must be 0 or more and finite, got " + epsilon);
    }
  }

  /** The output of a pooling window. */
  static Shape pool(
      Op op,
      List<Shape> inputs,
      List<Integer> kernel,
      List<Integer> stride,
      List<Integer> padding,
      List<Integer> dilation,
      boolean ceilMode) {
    inputs(op, inputs, 1, 1, "one input");
    Shape input = inputs.get(0);
    int rank = spatialRank(op, input);
    axes(op, "kernel", kernel, rank, 1);
    axes(op, "stride", stride, rank, 1);
    axes(op, "padding", padding, rank, 0);
    axes(op, "dilation", dilation, rank, 1);
    for (int axis = 0; axis < rank; axis++) {
      if (2 * padding.get(axis) > kernel.get(axis)) {
        throw new IllegalArgumentException(
            op.name() + "'s padding " + padding + " must be at most half of the kernel " + kernel);
      }
    }
    int[] extents = kernel.stream().mapToInt(Integer::intValue).toArray();
    int[] spatial = windows(op, input, extents, stride, padding, dilation);
    for (int axis = 0; ceilMode && axis < rank; axis++) {
      long extent = input.dim(axis + 1) + 2L * padding.get(axis);
      long reach = dilation.get(axis) * (extents[axis] - 1L) + 1;
      long begin = (long) spatial[axis] * stride.get(axis) - padding.get(axis); // of one more
      if ((extent - reach) % stride.get(axis) != 0 && begin < input.dim(axis + 1)) {
        spatial[axis]++;
      }
    }
    return activation(input, spatial, input.dim(-1));
  }

  /** The input's shape with other spatial extents. */
  static Shape resized(Op op, List<Shape> inputs, List<Integer> size) {
    Shape input = one(op, inputs);
    int rank = spatialRank(op, input);
    axes(op, "size", size, rank, 1);
    for (int axis = 1; axis <= rank; axis++) {
      if (input.dim(axis) < 1) {
        throw new IllegalArgumentException(
            op.name() + " cannot make voxels of size " + size + " from the empty input " + input);
      }
    }
    return activation(input, size.stream().mapToInt(Integer::intValue).toArray(), input.dim(-1));
  }

  /** The shape of the only input. */
  static Shape one(Op op, List<Shape> inputs) {
    inputs(op, inputs, 1, 1, "one input");
    return inputs.get(0);
  }

  /** The shape of two inputs that must have the same one. */
  static Shape equal(Op op, List<Shape> inputs, String what) {
    inputs(op, inputs, 2, 2, what);
    if (!inputs.get(0).equals(inputs.get(1))) {
      throw new IllegalArgumentException(
          op.name() + " needs " + what + " of one shape, got " + inputs);
    }
    return inputs.get(0);
  }

  static void rank(Op op, String what, Shape shape, int least) {
    if (shape.rank() < least) {
      throw new IllegalArgumentException(
          op.name() + "'s " + what + " needs at least " + least + " axes, got shape " + shape);
    }
  }

  /** The input's shape, once scale and shift behind it are both there and fit, or neither is. */
  static Shape affine(Op op, List<Shape> inputs) {
    if (inputs.size() == 2) {
      throw new IllegalArgumentException(op.name() + " takes scale and shift together or neither");
    }
    for (int i = 1; i < inputs.size(); i++) {
      vector(op, i == 1 ? "scale" : "shift", inputs.get(i), inputs.get(0).dim(-1));
    }
    return inputs.get(0);
  }

  /** The extents in front of the last {@code rest} axes. */
  static Shape leading(Shape shape, int rest) {
    return Shape.of(Arrays.copyOf(shape.toArray(), shape.rank() - rest));
  }

  static Shape broadcast(Op op, List<Shape> inputs) {
    inputs(op, inputs, 2, 2, "two inputs");
    return Shape.of(broadcast(op, inputs.get(0), inputs.get(1)));
  }

  /** The extents that two shapes broadcast to. */
  static int[] broadcast(Op op, Shape a, Shape b) {
    int[] extents = new int[Math.max(a.rank(), b.rank())];
    for (int back = 1; back <= extents.length; back++) {
      int x = back <= a.rank() ? a.dim(-back) : 1;
      int y = back <= b.rank() ? b.dim(-back) : 1;
      if (x != y && x != 1 && y != 1) {
        throw new IllegalArgumentException(
            op.name()
                + " cannot broadcast "
                + a
                + " and "
                + b
                + ": counted from the last axis on, extents must be equal or 1");
      }
      extents[extents.length - back] = x == 1 ? y : x;
    }
    return extents;
  }

  /** Axes of a tensor, each at most once. */
  static void someAxes(Op op, List<Integer> axes, Shape input) {
    boolean fits = axes.stream().distinct().count() == axes.size();
    for (int axis : axes) {
      fits &= axis >= 0 && axis < input.rank();
    }
    if (!fits) {
      throw new IllegalArgumentException(
          op.name() + "'s axes must be different axes of the input " + input + ", got " + axes);
    }
  }

  /** Windows and how far they are shifted. */
  static void windows(String op, List<Integer> window, List<Integer> shift) {
    boolean fits = window.size() == shift.size();
    for (int axis = 0; fits && axis < window.size(); axis++) {
      fits = window.get(axis) >= 1 && shift.get(axis) >= 0 && shift.get(axis) < window.get(axis);
    }
    if (!fits) {
      throw new IllegalArgumentException(
          op + "'s shift must be 0 to window - 1 on every axis, got " + shift + " and " + window);
    }
  }
}
