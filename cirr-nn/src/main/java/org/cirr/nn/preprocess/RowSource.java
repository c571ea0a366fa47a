package org.cirr.nn.preprocess;

/** One channel to read from, row by row. Read by many threads at once. */
@FunctionalInterface
public interface RowSource {
  /** Copies row {@code y} of slice {@code z} to the front of {@code into}. */
  void read(int z, int y, double[] into);

  /** The rows of a {@code [z, y, x]} array. */
  static RowSource of(float[] data, int[] shape) {
    return (z, y, into) -> {
      int index = (z * shape[1] + y) * shape[2];
      for (int x = 0; x < shape[2]; x++) {
        into[x] = data[index + x];
      }
    };
  }
}
