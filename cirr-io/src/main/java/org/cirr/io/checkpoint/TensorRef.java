package org.cirr.io.checkpoint;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Where a tensor lies in its file. Two names with equal references are one tensor.
 *
 * @param type the element type in the file
 * @param shape the extents
 * @param strides the distance in elements between neighbours along each axis
 * @param byteOffset where the first element lies in the storage
 * @param storage the storage's key in the file
 */
public record TensorRef(
    ElementType type, Shape shape, List<Long> strides, long byteOffset, String storage) {

  /** The strides of a tensor without gaps whose last axis is the fastest. */
  static List<Long> rowMajor(Shape shape) {
    Long[] strides = new Long[shape.rank()];
    long stride = 1;
    for (int axis = strides.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= Math.max(1, shape.dim(axis));
    }
    return List.of(strides);
  }

  /** Whether the elements lie in C order without gaps; the stride of an extent of 1 is free. */
  boolean isRowMajor() {
    long stride = 1;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      if (shape.dim(axis) != 1 && strides.get(axis) != stride) {
        return false;
      }
      stride *= shape.dim(axis);
    }
    return true;
  }

  /**
   * The elements from the first to the last one in the storage; 0 for an empty tensor and {@link
   * Long#MAX_VALUE} when the number is beyond all storages.
   */
  long span() {
    if (shape.elements() == 0) {
      return 0;
    }
    long last = 0;
    for (int axis = 0; axis < shape.rank(); axis++) {
      long steps = shape.dim(axis) - 1L;
      long stride = strides.get(axis);
      if (steps > 0 && stride > (Long.MAX_VALUE - 1 - last) / steps) {
        return Long.MAX_VALUE;
      }
      last += steps * stride;
    }
    return last + 1;
  }
}
