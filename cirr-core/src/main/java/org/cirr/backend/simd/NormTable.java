package org.cirr.backend.simd;

import java.util.Arrays;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.tensor.Shape;

/**
 * Statistics of channels or groups of them, and the table (mean, factor, shift) that normalises
 * them.
 *
 * <p><b>Shapes</b>: statistics are records of some voxels each: {@code [count, C means, C sums of
 * squared differences from the mean]}. The table of a sample is three periods of {@link
 * ChannelScale}.
 *
 * <p><b>Formula</b>: records are combined in double after Chan, Golub and LeVeque 1979; the order
 * is fixed, so the result does not depend on the number of threads.
 */
final class NormTable {
  /** Most voxels of one record where a norm measures for itself. */
  private static final int CHUNK = 512;

  /** Elements of one record: they stay in a core's cache between the passes. */
  private static final int ELEMENTS = 1 << 14;

  private final int channels;
  private final int width; // channels that share mean and spread
  private final int voxels;
  private final double epsilon;
  private float[] scale; // or null
  private float[] shift; // or null
  private final ChannelScale tables;

  NormTable(int groups, double epsilon, Step step) {
    Shape shape = step.node().shape();
    channels = shape.dim(-1);
    width = Math.max(1, channels / groups);
    voxels = voxels(shape);
    this.epsilon = epsilon;
    tables = new ChannelScale(channels);
  }

  /** Takes scale and shift of a norm whose op has them as inputs 1 and 2. */
  void bind(Parameters parameters) {
    scale = parameters.input(1);
    shift = parameters.input(2);
  }

  private static int voxels(Shape shape) {
    long samples = Math.max(1, shape.dim(0));
    return (int) (shape.elements() / samples / Math.max(1, shape.dim(-1)));
  }

  /** Floats of one record. */
  static int recordLength(int channels) {
    return 1 + 2 * channels;
  }

  /** Floats of the table of one sample. */
  static int length(int channels) {
    return 3 * new ChannelScale(channels).period();
  }

  /** The pieces of a sample that a norm measures for itself, a record each. */
  static Chunks chunks(Shape shape) {
    int voxels = voxels(shape);
    int most = Math.max(8, Math.min(CHUNK, ELEMENTS / Math.max(1, shape.dim(-1))));
    int count = Math.max(1, (voxels + most - 1) / most);
    return new Chunks(voxels, Math.max(1, (voxels + count - 1) / count));
  }

  /** Floats of scratch that {@link #measure} needs. */
  int scratchLength() {
    return 2 * tables.period();
  }

  /**
   * Writes the record of neighbouring voxels; two passes, the second one finds them in the cache.
   */
  void measure(float[] array, int from, int count, float[] own, float[] records, int to) {
    int period = tables.period();
    records[to] = count;
    Arrays.fill(own, 0, period, 0);
    tables.accumulate(array, from, count * channels, own, 0, null, 0);
    for (int c = 0; c < channels; c++) {
      own[period + c] = fold(own, c) / count;
      records[to + 1 + c] = own[period + c];
    }
    tables.repeat(own, period);
    Arrays.fill(own, 0, period, 0);
    tables.accumulate(array, from, count * channels, own, 0, own, period);
    for (int c = 0; c < channels; c++) {
      records[to + 1 + channels + c] = fold(own, c);
    }
  }

  private float fold(float[] values, int c) {
    float sum = 0;
    for (int i = c; i < tables.period(); i += channels) {
      sum += values[i];
    }
    return sum;
  }

  /** The table of one sample from its records. */
  void combine(float[] records, int from, int count, float[] table, int to) {
    int period = tables.period();
    int length = recordLength(channels);
    double values = (double) voxels * width;
    for (int first = 0; first < channels; first += width) {
      double sum = 0;
      for (int at = from; at < from + count * length; at += length) {
        for (int c = first; c < first + width; c++) {
          sum += (double) records[at] * records[at + 1 + c];
        }
      }
      double mean = sum / values;
      double squares = 0;
      for (int at = from; at < from + count * length; at += length) {
        for (int c = first; c < first + width; c++) {
          double difference = records[at + 1 + c] - mean;
          squares += records[at + 1 + channels + c] + records[at] * difference * difference;
        }
      }
      double factor = 1 / Math.sqrt(squares / values + epsilon);
      for (int c = first; c < first + width; c++) {
        table[to + c] = (float) mean;
        table[to + period + c] = (float) (scale == null ? factor : factor * scale[c]);
        table[to + 2 * period + c] = shift == null ? 0 : shift[c];
      }
    }
    tables.repeat(table, to);
    tables.repeat(table, to + period);
    tables.repeat(table, to + 2 * period);
  }
}
