package org.cirr.backend.simd;

import java.util.Arrays;
import java.util.function.Function;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.AttentionLayout;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.graph.Node;
import org.cirr.op.Attention;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/** {@link Attention}: a few queries against one block of keys after another. */
/*
 * Design. The plain form is ScalarAttention. A task is up to 192 queries of one sample and head:
 *
 *   for each block of 128 keys
 *     pack the keys (turned, so that lanes run along keys) and the values
 *     for each 24 of the queries
 *       scores = queries × keys                     SimdRows, 24 × 128 floats in the L1 cache
 *       scores = scores · scale + bias + mask       and the largest one of each row
 *       where the largest so far grew: sums and means so far are scaled down
 *       scores = exp(scores − largest)              and their sums, lane by lane
 *       means += scores × values                    SimdRows
 *   output = means / sums
 *
 * So the scores of 24 × 128 pairs exist at a time, whatever the number of tokens (Milakov and
 * Gimelshein 2018; Rabe and Staats 2021). Keys come in blocks of one size and order, and the sums of
 * the lanes are added in a fixed order at the end: the result does not depend on threads.
 *
 * Packing costs two copies per key, channel and task, against 4 · 192 multiplications and additions.
 */
final class SimdAttention implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;

  /** Keys side by side in one row of scores. */
  private static final int WIDTH = 2 * LANES;

  private static final int KEYS = 128;
  private static final int ROWS = 24;

  /** Queries of a task: a multiple of ROWS. */
  private static final int QUERIES = 192;

  /** Added to the score of two tokens of different regions. */
  private static final float APART = -100;

  private final Attention op;
  private final AttentionLayout layout;
  private final Operands operands;
  private final Chunks queries;
  private final int padded; // channels of a head's values, in whole vectors

  // Parts of the scratch.
  private final int keysAt;
  private final int valuesAt;
  private final int scoresAt;
  private final int meansAt;
  private final int sumsAt;
  private final int largestAt;
  private final int factorsAt;
  private final int end;

  SimdAttention(Attention op, Step step, Function<Node, Tensor> parameters) {
    this.op = op;
    layout = AttentionLayout.of(op, step);
    operands = new Operands(step, parameters);
    int parts = (layout.queries() + QUERIES - 1) / QUERIES;
    int share = parts == 0 ? 1 : (layout.queries() + parts - 1) / parts;
    queries = new Chunks(layout.queries(), (share + ROWS - 1) / ROWS * ROWS);
    padded = (layout.width() + LANES - 1) / LANES * LANES;
    int rows = queries.size();
    keysAt = 0;
    valuesAt = keysAt + layout.depth() * KEYS;
    scoresAt = valuesAt + KEYS * padded;
    meansAt = scoresAt + ROWS * KEYS;
    sumsAt = meansAt + rows * padded;
    largestAt = sumsAt + rows * LANES;
    factorsAt = largestAt + rows;
    end = factorsAt + 2 * LANES + ROWS;
  }

  @Override
  public long scratchLength() {
    return end;
  }

  @Override
  public void run(View[] inputs, View output, float[][] scratch, Workers workers) {
    workers.forEach(
        layout.samples() * layout.heads() * queries.count(),
        (slot, task) -> {
          int chunk = task % queries.count();
          int head = task / queries.count() % layout.heads();
          int n = task / queries.count() / layout.heads();
          task(inputs, output, scratch[slot], n, head, chunk);
        });
  }

  private void task(View[] inputs, View output, float[] scratch, int n, int head, int chunk) {
    int rows = queries.count(chunk);
    Arrays.fill(scratch, meansAt, largestAt, 0);
    Arrays.fill(scratch, largestAt, largestAt + queries.size(), -Float.MAX_VALUE);
    View q = operands.get(inputs, layout.input()[0]);
    for (int key = 0; key < layout.keys(); key += KEYS) {
      int keys = Math.min(KEYS, layout.keys() - key);
      packKeys(operands.get(inputs, layout.input()[1]), scratch, n, head, key, keys);
      packValues(operands.get(inputs, layout.input()[2]), scratch, n, head, key, keys);
      for (int row = 0; row < rows; row += ROWS) {
        int count = Math.min(ROWS, rows - row);
        int query = queries.from(chunk) + row;
        scores(q, scratch, n, head, query, count, keys);
        for (int k = 0; k < count; k++) {
          finishScores(inputs, scratch, n, head, query + k, k, count, key, keys);
        }
        rescale(scratch, row, count, keys);
        addValues(scratch, row, count, keys);
      }
    }
    write(output, scratch, n, head, chunk);
  }

  /** Keys in blocks of a vector pair: {@code [block][channel][key]}, zero where there is none. */
  private void packKeys(View in, float[] scratch, int n, int head, int key, int keys) {
    int depth = layout.depth();
    if (keys % WIDTH != 0) {
      int last = keysAt + keys / WIDTH * WIDTH * depth;
      Arrays.fill(scratch, last, last + WIDTH * depth, 0);
    }
    for (int k = 0; k < keys; k++) {
      int from = in.offset + layout.at(1, n, head, key + k);
      int to = keysAt + k / WIDTH * WIDTH * depth + k % WIDTH;
      for (int i = 0; i < depth; i++) {
        scratch[to + i * WIDTH] = in.array[from + i];
      }
    }
  }

  /** Values in blocks of up to two vectors of channels: {@code [block][key][channel]}. */
  private void packValues(View in, float[] scratch, int n, int head, int key, int keys) {
    for (int c = 0; c < layout.width(); c += WIDTH) {
      int width = blockWidth(c);
      int channels = Math.min(width, layout.width() - c);
      int to = valuesAt + KEYS * c;
      if (channels < width) {
        Arrays.fill(scratch, to, to + keys * width, 0);
      }
      for (int k = 0; k < keys; k++) {
        int from = in.offset + layout.at(2, n, head, key + k) + c;
        System.arraycopy(in.array, from, scratch, to + k * width, channels);
      }
    }
  }

  private int blockWidth(int channel) {
    return padded - channel > LANES ? WIDTH : LANES;
  }

  /** Scores {@code [block of keys][row][key]}. */
  private void scores(View q, float[] scratch, int n, int head, int query, int count, int keys) {
    int depth = layout.depth();
    int from = q.offset + layout.at(0, n, head, query);
    for (int k = 0; k < keys; k += WIDTH) {
      int to = scoresAt + k * count;
      Arrays.fill(scratch, to, to + count * WIDTH, 0);
      SimdRows.add(
          q.array,
          from,
          layout.row()[0],
          depth,
          scratch,
          keysAt + k * depth,
          2,
          scratch,
          to,
          count);
    }
  }

  /** Scale, bias and mask of one row of scores, and the largest of the row so far. */
  private void finishScores(
      View[] inputs,
      float[] scratch,
      int n,
      int head,
      int query,
      int row,
      int count,
      int key,
      int keys) {
    float[] bias = null;
    int biasAt = 0;
    if (op.bias()) {
      View view = operands.get(inputs, layout.biasInput());
      bias = view.array;
      biasAt = view.offset + layout.biasAt(n, head, query) + key * layout.biasStride()[3];
    }
    float[] regions = null;
    int regionsAt = 0;
    float own = 0;
    if (op.regions()) {
      View view = operands.get(inputs, operands.count() - 1);
      regions = view.array;
      own = regions[view.offset + layout.regionsAt(n) + query];
      regionsAt = view.offset + layout.regionsAt(n) + key;
    }
    float max = Float.NEGATIVE_INFINITY;
    for (int k = 0; k < keys; k += LANES) {
      int at = scoresAt + k / WIDTH * WIDTH * count + row * WIDTH + k % WIDTH;
      if (keys - k < LANES || (bias != null && layout.biasStride()[3] == 0)) {
        finishFew(scratch, at, bias, biasAt, k, Math.min(LANES, keys - k), regions, regionsAt, own);
      } else {
        finishVector(scratch, at, bias, biasAt + k, regions, regionsAt + k, own);
      }
      max = Math.max(max, FloatVector.fromArray(F, scratch, at).reduceLanes(VectorOperators.MAX));
    }
    scratch[factorsAt + row] = max;
    if (keys % WIDTH > 0 && keys % WIDTH <= LANES) { // the pair's second vector has no keys
      int at = scoresAt + keys / WIDTH * WIDTH * count + row * WIDTH + LANES;
      Arrays.fill(scratch, at, at + LANES, Float.NEGATIVE_INFINITY);
    }
  }

  private void finishVector(
      float[] scratch,
      int at,
      float[] bias,
      int biasAt,
      float[] regions,
      int regionsAt,
      float own) {
    FloatVector score = FloatVector.fromArray(F, scratch, at).mul((float) op.scale());
    if (bias != null) {
      score = score.add(FloatVector.fromArray(F, bias, biasAt));
    }
    if (regions != null) {
      FloatVector region = FloatVector.fromArray(F, regions, regionsAt);
      score = score.add(APART).blend(score, region.compare(VectorOperators.EQ, own));
    }
    score.intoArray(scratch, at);
  }

  /** The same one by one; what is behind the last key never wins. */
  private void finishFew(
      float[] scratch,
      int at,
      float[] bias,
      int biasAt,
      int key,
      int keys,
      float[] regions,
      int regionsAt,
      float own) {
    for (int k = 0; k < keys; k++) {
      float score = scratch[at + k] * (float) op.scale();
      score += bias == null ? 0 : bias[biasAt + (key + k) * layout.biasStride()[3]];
      score += regions == null || regions[regionsAt + key + k] == own ? 0 : APART;
      scratch[at + k] = score;
    }
    Arrays.fill(scratch, at + keys, at + LANES, Float.NEGATIVE_INFINITY);
  }

  /** Makes scores to powers against the largest so far; scales down what was summed before. */
  private void rescale(float[] scratch, int row, int count, int keys) {
    for (int k = 0; k < count; k++) {
      float before = scratch[largestAt + row + k];
      float now = Math.max(before, scratch[factorsAt + k]);
      scratch[largestAt + row + k] = now;
      scratch[factorsAt + k] = before - now;
    }
    for (int k = 0; k < count; k += LANES) {
      VectorMath.exp(FloatVector.fromArray(F, scratch, factorsAt + k))
          .intoArray(scratch, factorsAt + k);
    }
    for (int k = 0; k < count; k++) {
      float factor = scratch[factorsAt + k];
      int sums = sumsAt + (row + k) * LANES;
      if (factor != 1) {
        scale(scratch, sums, LANES, factor);
        for (int c = 0; c < padded; c += WIDTH) {
          int width = blockWidth(c);
          scale(scratch, meansAt + queries.size() * c + (row + k) * width, width, factor);
        }
      }
      int vectors = (keys + WIDTH - 1) / WIDTH * 2;
      powers(scratch, scoresAt + k * WIDTH, count, vectors, scratch[largestAt + row + k], sums);
    }
  }

  private static void scale(float[] values, int at, int length, float factor) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector.fromArray(F, values, at + i).mul(factor).intoArray(values, at + i);
    }
  }

  /** {@code exp(score − largest)} of one row in place, added to the sums. */
  private static void powers(
      float[] scratch, int at, int count, int vectors, float largest, int sumsAt) {
    FloatVector sums = FloatVector.fromArray(F, scratch, sumsAt);
    for (int v = 0; v < vectors; v++) {
      int i = at + v / 2 * WIDTH * count + v % 2 * LANES;
      FloatVector power = VectorMath.exp(FloatVector.fromArray(F, scratch, i).sub(largest));
      power.intoArray(scratch, i);
      sums = sums.add(power);
    }
    sums.intoArray(scratch, sumsAt);
  }

  private void addValues(float[] scratch, int row, int count, int keys) {
    for (int c = 0; c < padded; c += WIDTH) {
      int width = blockWidth(c);
      for (int k = 0; k < keys; k += WIDTH) {
        SimdRows.add(
            scratch,
            scoresAt + k * count,
            WIDTH,
            Math.min(WIDTH, keys - k),
            scratch,
            valuesAt + KEYS * c + k * width,
            width / LANES,
            scratch,
            meansAt + queries.size() * c + row * width,
            count);
      }
    }
  }

  private void write(View output, float[] scratch, int n, int head, int chunk) {
    int width = layout.width();
    for (int row = 0; row < queries.count(chunk); row++) {
      float sum = 0;
      for (int lane = 0; lane < LANES; lane++) {
        sum += scratch[sumsAt + row * LANES + lane];
      }
      int token = n * layout.queries() + queries.from(chunk) + row;
      int to = output.offset + (token * layout.heads() + head) * width;
      for (int c = 0; c < width; c++) {
        int block = c / WIDTH * WIDTH;
        int at = meansAt + queries.size() * block + row * blockWidth(block) + c - block;
        output.array[to + c] = scratch[at] / sum;
      }
    }
  }

  @Override
  public String describe() {
    return "blocks of " + KEYS + " keys";
  }

  @Override
  public long weightBytes() {
    return operands.bytes();
  }
}
