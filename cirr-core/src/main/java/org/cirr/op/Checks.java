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
      List<Integer> padding) {
    inputs(op, inputs, 1, 1, "one input");
    Shape input = inputs.get(0);
    int rank = spatialRank(op, input);
    axes(op, "kernel", kernel, rank, 1);
    axes(op, "stride", stride, rank, 1);
    axes(op, "padding", padding, rank, 0);
    for (int axis = 0; axis < rank; axis++) {
      if (2 * padding.get(axis) > kernel.get(axis)) {
        throw new IllegalArgumentException(
            op.name() + "'s padding " + padding + " must be at most half of the kernel " + kernel);
      }
    }
    int[] extents = kernel.stream().mapToInt(Integer::intValue).toArray();
    int[] spatial = windows(op, input, extents, stride, padding, repeat(1, rank));
    return activation(input, spatial, input.dim(-1));
  }
}
