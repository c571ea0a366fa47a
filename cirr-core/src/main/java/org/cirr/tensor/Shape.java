package org.cirr.tensor;

import java.util.Arrays;
import java.util.Locale;

/**
 * The extent of a tensor along each of its axes, slowest axis first.
 *
 * <p><b>Edge cases</b>: rank 0 is a scalar with one element; an extent of 0 is an empty tensor.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for a negative extent.
 */
public final class Shape {
  /** The most elements one Java array can hold on every virtual machine cirr runs on. */
  public static final long MAX_ELEMENTS = Integer.MAX_VALUE - 8L;

  private final int[] extents;

  private Shape(int[] extents) {
    this.extents = extents;
  }

  /** The shape with the given extents, slowest axis first. */
  public static Shape of(int... extents) {
    for (int extent : extents) {
      if (extent < 0) {
        throw new IllegalArgumentException(
            "a shape's extents must not be negative, got " + Arrays.toString(extents));
      }
    }
    return new Shape(extents.clone());
  }

  /** The number of axes. */
  public int rank() {
    return extents.length;
  }

  /** The extent along an axis; a negative axis counts from the end, so −1 is the fastest axis. */
  public int dim(int axis) {
    return extents[axis < 0 ? extents.length + axis : axis];
  }

  /** The product of all extents; {@link Long#MAX_VALUE} when it does not fit. */
  public long elements() {
    long product = 1;
    boolean overflow = false;
    for (int extent : extents) {
      if (extent == 0) {
        return 0;
      }
      overflow |= Math.multiplyHigh(product, extent) != 0 || product * extent < 0;
      product *= extent;
    }
    return overflow ? Long.MAX_VALUE : product;
  }

  /**
   * The number of elements as an array length.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} with the size in GiB when no Java array can
   * hold them.
   */
  public int arrayLength() {
    long elements = elements();
    if (elements > MAX_ELEMENTS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a float32 tensor of shape %s has %s%,d elements (%.1f GiB); one tensor holds at most"
                  + " %,d elements (8.0 GiB): use a smaller patch or split the volume",
              this,
              elements == Long.MAX_VALUE ? "more than " : "",
              elements,
              elements * 4.0 / (1L << 30),
              MAX_ELEMENTS));
    }
    return (int) elements;
  }

  /** A copy of the extents. */
  public int[] toArray() {
    return extents.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(extents, shape.extents);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(extents);
  }

  /** The extents in brackets, {@code [1, 32, 128, 128, 1]}. */
  @Override
  public String toString() {
    return Arrays.toString(extents);
  }
}
