package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/**
 * Cuts an activation into windows of tokens: zeros are added at the ends until windows fit, all is
 * rolled back by the shift, and each window becomes a row of tokens.
 *
 * <p><b>Shapes</b>: {@code [N, spatial…, C] → [N · windows, ∏ window, C]}; windows and the tokens
 * in them are in the order of the array.
 *
 * <p><b>Formula</b>: along each axis, place i of window w is index {@code (w · window + i + shift)
 * mod padded} of the padded input.
 *
 * <p><b>Source</b>: {@code window_partition} of Swin Transformer (Liu et al. 2021, arXiv
 * 2103.14030) behind {@code pad} and {@code roll(-shift)}.
 */
public record WindowPartition(List<Integer> window, List<Integer> shift) implements Op {
  public WindowPartition {
    window = List.copyOf(window);
    shift = List.copyOf(shift);
    Checks.windows("WindowPartition", window, shift);
  }

  /** Windows that are not shifted. */
  public static WindowPartition of(int... window) {
    return new WindowPartition(Checks.list(window), Checks.repeat(0, window.length));
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Shape input = Checks.one(this, inputs);
    int rank = Checks.spatialRank(this, input);
    Checks.axes(this, "window", window, rank, 1);
    long rows = input.dim(0);
    long tokens = 1;
    for (int axis = 0; axis < rank; axis++) {
      rows *= windows(input.dim(axis + 1), axis);
      tokens *= window.get(axis);
    }
    if (rows > Integer.MAX_VALUE || tokens > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "WindowPartition cannot make "
              + rows
              + " windows of "
              + tokens
              + " tokens from the input "
              + input);
    }
    return Shape.of((int) rows, (int) tokens, input.dim(-1));
  }

  /** The windows along a spatial axis of the given extent. */
  public int windows(int extent, int axis) {
    return (int) ((extent + window.get(axis) - 1L) / window.get(axis));
  }

  /**
   * The regions for {@link Attention}: tokens that a roll has brought together have different
   * numbers.
   *
   * <p><b>Shapes</b>: {@code [windows, ∏ window]}.
   *
   * @param size the spatial extents of the activation
   */
  public Tensor regions(List<Integer> size) {
    int[] extents = new int[size.size() + 2];
    extents[0] = 1;
    extents[extents.length - 1] = 1;
    for (int axis = 0; axis < size.size(); axis++) {
      extents[axis + 1] = size.get(axis);
    }
    Shape shape = infer(List.of(Shape.of(extents)));
    Tensor regions = Tensor.zeros(Shape.of(shape.dim(0), shape.dim(1)));
    for (int row = 0; row < shape.dim(0); row++) {
      for (int token = 0; token < shape.dim(1); token++) {
        regions.array()[row * shape.dim(1) + token] = region(size, row, token);
      }
    }
    return regions;
  }

  /** Along each axis: 0 before the last window, 1 in it, 2 in its last {@code shift} places. */
  private int region(List<Integer> size, int row, int token) {
    int region = 0;
    int power = 1;
    int restOfRow = row;
    int restOfToken = token;
    for (int axis = size.size() - 1; axis >= 0; axis--) {
      int extent = window.get(axis);
      int count = windows(size.get(axis), axis);
      int place = restOfToken % extent;
      boolean last = restOfRow % count == count - 1;
      restOfToken /= extent;
      restOfRow /= count;
      if (shift.get(axis) > 0 && last) {
        region += power * (place >= extent - shift.get(axis) ? 2 : 1);
      }
      power *= 3;
    }
    return region;
  }
}
