package org.cirr.backend.simd;

import org.cirr.backend.cpu.Step;

/**
 * Some rows of a tensor at a time as lines of scratch memory, one line per channel, so that lanes
 * run along rows however few channels there are.
 *
 * @param channels values of a row
 * @param share rows that lie in a line at most, a multiple of the lanes
 * @param tasks the rows cut into tasks, each some shares
 */
record RowLines(int channels, int share, Chunks tasks) {
  private static final int LANES = Lanes.COUNT;
  private static final int CHUNK = 1 << 11; // elements of a share: the L1 cache holds a few of them
  private static final int TASK = 1 << 15; // elements

  static RowLines of(Step step) {
    int channels = step.result().shape().dim(-1);
    int rows = step.result().shape().arrayLength() / Math.max(1, channels);
    int share = (CHUNK / Math.max(1, channels) + LANES) / LANES * LANES;
    int shares = Math.max(1, TASK / Math.max(1, share * channels));
    return new RowLines(channels, share, new Chunks(rows, shares * share));
  }

  /** Floats of all lines of one tensor. */
  int length() {
    return channels * share;
  }

  /** How many of a share's rows there are from a row of a task on. */
  int count(int task, int row) {
    return Math.min(share, tasks.to(task) - row);
  }

  /** Rows rounded up to whole vectors; what a line holds behind its last row means nothing. */
  static int whole(int count) {
    return (count + LANES - 1) / LANES * LANES;
  }

  /** Turns {@code count} rows into lines. */
  void read(float[] in, int from, int count, float[] lines, int at) {
    for (int c = 0; c < channels; c++) {
      for (int row = 0; row < count; row++) {
        lines[at + c * share + row] = in[from + row * channels + c];
      }
    }
  }

  /** Turns lines back into rows. */
  void write(float[] lines, int at, int count, float[] out, int to) {
    for (int c = 0; c < channels; c++) {
      for (int row = 0; row < count; row++) {
        out[to + row * channels + c] = lines[at + c * share + row];
      }
    }
  }
}
