package org.cirr.backend.simd;

import java.util.Arrays;
import java.util.function.Function;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.AttentionLayout;
import org.cirr.backend.cpu.FixedInputs;
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
 *       scores = queries × keys                     SimdSteppedRows, 24 × 128 floats in the L1 cache
 *       scores = scores · scale + bias + mask       and the largest one of each row
 *       where the largest so far grew: sums and means so far are scaled down
 *       scores = exp(scores − largest)              and their sums, lane by lane
 *       means += scores × values                    SimdSteppedRows
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
  private final FixedInputs fixed;
  private final Chunks queries;
  private final int padded; // channels of a head's values, in whole vectors

  // Parts of the scratch.
  private final int keysAt;
  private final int valuesAt;
  private final int scoresAt;
  private final int meansAt;
  private final int sumsAt;
  private final int largestAt;
  private final int addendsAt;
  private final int powersAt;
  private final int end;

  SimdAttention(Attention op, Step step, Function<Node, Tensor> parameters) {
    this.op = op;
    layout = AttentionLayout.of(op, step);
    fixed = new FixedInputs(step, parameters);
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
    addendsAt = largestAt + rows;
    powersAt = addendsAt + KEYS;
    end = powersAt + LANES;
  }

  @Override
  public long scratchLength() {
    return end;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    float[][] scratch = operands.scratch;
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
    View q = fixed.get(inputs, layout.input()[0]);
    for (int key = 0; key < layout.keys(); key += KEYS) {
      int keys = Math.min(KEYS, layout.keys() - key);
      packKeys(fixed.get(inputs, layout.input()[1]), scratch, n, head, key, keys);
      packValues(fixed.get(inputs, layout.input()[2]), scratch, n, head, key, keys);
      for (int row = 0; row < rows; row += ROWS) {
        int count = Math.min(ROWS, rows - row);
        int query = queries.from(chunk) + row;
        scores(q, scratch, n, head, query, count, keys);
        for (int k = 0; k < count; k++) {
          if (k == 0 || op.bias() || op.regions()) {
            addends(inputs, scratch, n, head, query + k, key, keys);
          }
          soften(scratch, row, k, count, keys);
        }
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
      SimdSteppedRows.add(
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

  /** Bias and mask of one row of scores; −∞ behind the last key, so that it never wins. */
  private void addends(
      View[] inputs, float[] scratch, int n, int head, int query, int key, int keys) {
    int padded = (keys + WIDTH - 1) / WIDTH * WIDTH;
    Arrays.fill(scratch, addendsAt, addendsAt + keys, 0);
    Arrays.fill(scratch, addendsAt + keys, addendsAt + padded, Float.NEGATIVE_INFINITY);
    if (op.bias()) {
      View bias = fixed.get(inputs, layout.biasInput());
      int step = layout.biasStride()[3];
      int at = bias.offset + layout.biasAt(n, head, query) + key * step;
      for (int k = 0; k < keys; k++) {
        scratch[addendsAt + k] = bias.array[at + k * step];
      }
    }
    if (op.regions()) {
      View regions = fixed.get(inputs, fixed.count() - 1);
      int at = regions.offset + layout.regionsAt(n);
      float own = regions.array[at + query];
      for (int k = 0; k < keys; k++) {
        scratch[addendsAt + k] += regions.array[at + key + k] == own ? 0 : APART;
      }
    }
  }

  /**
   * Scores of one row to powers against the largest so far; the sums and means so far are scaled
   * down where it grew.
   */
  private void soften(float[] scratch, int row, int k, int count, int keys) {
    int at = scoresAt + k * WIDTH;
    int stride = count * WIDTH;
    int pairs = (keys + WIDTH - 1) / WIDTH;
    float before = scratch[largestAt + row + k];
    float now = powers(scratch, at, stride, pairs, before);
    scratch[largestAt + row + k] = now;
    int sums = sumsAt + (row + k) * LANES;
    if (before != now) {
      float factor = (float) Math.exp((double) before - now);
      for (int lane = 0; lane < LANES; lane++) {
        scratch[sums + lane] *= factor;
      }
      for (int c = 0; c < padded; c += WIDTH) {
        int width = blockWidth(c);
        int mean = meansAt + queries.size() * c + (row + k) * width;
        for (int i = 0; i < width; i++) {
          scratch[mean + i] *= factor;
        }
      }
    }
    for (int lane = 0; lane < LANES; lane++) {
      scratch[sums + lane] += scratch[powersAt + lane];
    }
  }

  /**
   * Scale and addends of one row, the largest so far, and {@code exp(score − largest)} in place;
   * the sums of the powers, lane by lane, are left in the scratch.
   *
   * @return the largest score so far
   */
  private float powers(float[] scratch, int at, int stride, int pairs, float before) {
    // VectorMath.exp written out, for two vectors at once. It is long on purpose: a method of more
    // than 325 bytes is compiled on its own. Inlined into the loops around it, it would exceed what
    // the JIT of JDK 17 inlines, and what it does not inline it makes objects of.
    FloatVector scale = FloatVector.broadcast(F, (float) op.scale());
    FloatVector most = FloatVector.broadcast(F, before);
    for (int pair = 0; pair < pairs; pair++) {
      int i = at + pair * stride;
      int j = addendsAt + pair * WIDTH;
      FloatVector x = FloatVector.fromArray(F, scratch, i);
      FloatVector y = FloatVector.fromArray(F, scratch, i + LANES);
      x = x.fma(scale, FloatVector.fromArray(F, scratch, j));
      y = y.fma(scale, FloatVector.fromArray(F, scratch, j + LANES));
      x.intoArray(scratch, i);
      y.intoArray(scratch, i + LANES);
      most = most.max(x.max(y));
    }
    float largest = most.reduceLanes(VectorOperators.MAX);
    FloatVector limit = FloatVector.broadcast(F, -86f);
    FloatVector log2e = FloatVector.broadcast(F, VectorMath.LOG2_E);
    FloatVector round = FloatVector.broadcast(F, VectorMath.ROUND);
    FloatVector high = FloatVector.broadcast(F, -VectorMath.LN2_HIGH);
    FloatVector low = FloatVector.broadcast(F, -VectorMath.LN2_LOW);
    FloatVector c6 = FloatVector.broadcast(F, VectorMath.C6);
    FloatVector c5 = FloatVector.broadcast(F, VectorMath.C5);
    FloatVector c4 = FloatVector.broadcast(F, VectorMath.C4);
    FloatVector c3 = FloatVector.broadcast(F, VectorMath.C3);
    FloatVector half = FloatVector.broadcast(F, 0.5f);
    FloatVector one = FloatVector.broadcast(F, 1f);
    FloatVector sums = FloatVector.zero(F);
    for (int pair = 0; pair < pairs; pair++) {
      int i = at + pair * stride;
      FloatVector x = FloatVector.fromArray(F, scratch, i).sub(largest);
      FloatVector y = FloatVector.fromArray(F, scratch, i + LANES).sub(largest);
      FloatVector xn = x.fma(log2e, round);
      FloatVector yn = y.fma(log2e, round);
      FloatVector xf = xn.sub(round);
      FloatVector yf = yn.sub(round);
      FloatVector xr = xf.fma(low, xf.fma(high, x));
      FloatVector yr = yf.fma(low, yf.fma(high, y));
      FloatVector xq = xr.fma(c6, c5).fma(xr, c4).fma(xr, c3).fma(xr, half);
      FloatVector yq = yr.fma(c6, c5).fma(yr, c4).fma(yr, c3).fma(yr, half);
      xq = xr.mul(xr).fma(xq, xr).add(one);
      yq = yr.mul(yr).fma(yq, yr).add(one);
      IntVector xe = xn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
      IntVector ye = yn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
      xq = xq.reinterpretAsInts().add(xe).reinterpretAsFloats();
      yq = yq.reinterpretAsInts().add(ye).reinterpretAsFloats();
      xq = xq.blend(0f, x.compare(VectorOperators.LT, limit));
      yq = yq.blend(0f, y.compare(VectorOperators.LT, limit));
      xq.intoArray(scratch, i);
      yq.intoArray(scratch, i + LANES);
      sums = sums.add(xq.add(yq));
    }
    sums.intoArray(scratch, powersAt);
    return largest;
  }

  private void addValues(float[] scratch, int row, int count, int keys) {
    for (int c = 0; c < padded; c += WIDTH) {
      int width = blockWidth(c);
      for (int k = 0; k < keys; k += WIDTH) {
        SimdSteppedRows.add(
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
    return fixed.bytes();
  }
}
