package org.cirr.tensor;

/**
 * Dense float32 values with a {@link Shape}, row-major: the last axis is the fastest.
 *
 * <p>The values live in one heap array, so there is nothing to close and {@code -Xmx} is the limit.
 * A tensor wraps its array without copying it; whoever writes to {@link #array()} writes to the
 * tensor.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} when the array's length is not the shape's
 * number of elements, or when no array can hold them (see {@link Shape#arrayLength()}).
 */
public final class Tensor {
  private final Shape shape;
  private final float[] array;

  private Tensor(Shape shape, float[] array) {
    this.shape = shape;
    this.array = array;
  }

  /** A tensor over the given array, which is not copied. */
  public static Tensor of(Shape shape, float... array) {
    if (shape.arrayLength() != array.length) {
      throw new IllegalArgumentException(
          "shape " + shape + " needs " + shape.elements() + " values, got " + array.length);
    }
    return new Tensor(shape, array);
  }

  /** A tensor of zeros. */
  public static Tensor zeros(Shape shape) {
    return new Tensor(shape, new float[shape.arrayLength()]);
  }

  /** The extents. */
  public Shape shape() {
    return shape;
  }

  /** The backing array itself, not a copy. */
  public float[] array() {
    return array;
  }

  /**
   * The value at one index per axis.
   *
   * <p><b>Errors</b>: {@link IndexOutOfBoundsException} naming index and shape.
   */
  public float get(int... index) {
    if (index.length != shape.rank()) {
      throw new IndexOutOfBoundsException(index.length + " indices for a tensor of shape " + shape);
    }
    int flat = 0;
    for (int axis = 0; axis < index.length; axis++) {
      if (index[axis] < 0 || index[axis] >= shape.dim(axis)) {
        throw new IndexOutOfBoundsException(
            "index " + java.util.Arrays.toString(index) + " is outside the shape " + shape);
      }
      flat = flat * shape.dim(axis) + index[axis];
    }
    return array[flat];
  }

  /** The same values under another shape with the same number of elements; shares the array. */
  public Tensor reshape(Shape other) {
    return of(other, array);
  }

  @Override
  public String toString() {
    return "Tensor" + shape;
  }
}
