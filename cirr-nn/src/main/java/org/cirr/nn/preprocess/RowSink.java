package org.cirr.nn.preprocess;

/** One channel to write to, row by row. Written by many threads at once, each row once. */
@FunctionalInterface
interface RowSink {
  /** Takes the first values of {@code row} as row {@code y} of slice {@code z}. */
  void write(int z, int y, double[] row);
}
