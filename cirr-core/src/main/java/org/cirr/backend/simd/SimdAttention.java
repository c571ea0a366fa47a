package org.cirr.backend.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.AttentionLayout;
import org.cirr.backend.cpu.FixedInputs;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.Attention;
import org.cirr.parallel.Workers;

/** {@link Attention}: a few queries, one in each lane, against one block of keys after another. */
/*
 * Design. The plain form is ScalarAttention. A task is up to 512 queries of one sample and head, in
 * tiles of up to four vectors, and everything lies turned: lanes run along queries.
 *
 *   turn the queries, times scale                 [channel][query], tile by tile
 *   for each block of 96 keys
 *     copy the keys, turn the values              [key][channel], [channel][key]
 *     for each tile
 *       scores = keys × queries                   SimdGemmRows, [key][query], 24 KiB in the L1 cache
 *       scores += bias + mask
 *       where the largest so far grew: sums and means so far are scaled down
 *       scores = exp(scores − largest)            and their sums
 *       means += values × scores                  SimdGemmRows, [channel][query]
 *   output = means / sums
 *
 * So largest scores, exponentials and sums are taken lane by lane, never across lanes, and both
 * products take the second side as it was made. Only the
 * scores of 96 keys and one tile exist at a time, whatever the number of tokens (Milakov and
 * Gimelshein 2018; Rabe and Staats 2021). Keys come in blocks of one size and order, so the result
 * does not depend on threads.
 *
 * Turning the values costs two cycles per value and task, against 512/32 cycles of products.
 */
final class SimdAttention implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;

  /** Queries side by side. */
  private static final int TILE = SimdGemmRows.VECTORS * LANES;

  /** Keys of a block, a multiple of SimdGemmRows.ROWS. */
  private static final int KEYS = 96;

  /** Channels of queries that are read at once: 24 KiB of the L1 cache. */
  private static final int PIECE = 96;

  /** Most queries of a task. */
  private static final int QUERIES = 512;

  /** Tasks to make, so that many threads find work. */
  private static final int TASKS = 32;

  /** Added to the score of two tokens of different regions. */
  private static final float APART = -100;

  private final Attention op;
  private final AttentionLayout layout;
  private final FixedInputs fixed;
  private final Chunks queries;
  private final float[] turnedBias; // [..., key, query], or null
  private final int[] biasStride;

  // Parts of the scratch.
  private final int keysAt;
  private final int valuesAt;
  private final int scoresAt;
  private final int meansAt;
  private final int sumsAt;
  private final int largestAt;
  private final int factorsAt;
  private final int regionsAt;
  private final int end;

  SimdAttention(Attention op, Step step) {
    this.op = op;
    layout = AttentionLayout.of(op, step);
    fixed = new FixedInputs(step);
    int heads = Math.max(1, layout.samples() * layout.heads());
    int tiles = (layout.queries() + TILE - 1) / TILE;
    int parts = Math.max((layout.queries() + QUERIES - 1) / QUERIES, TASKS / heads);
    int share = (tiles + Math.max(1, parts) - 1) / Math.max(1, parts);
    queries = new Chunks(layout.queries(), Math.max(1, share) * TILE);
    int[] strides = layout.biasStride();
    boolean turn = op.bias() && fixed.isFixed(layout.biasInput()) && strides[2] * strides[3] != 0;
    long biasLength = turn ? step.node().inputShapes().get(layout.biasInput()).elements() : 0;
    turnedBias = turn ? new float[(int) biasLength] : null;
    biasStride = turn ? new int[] {strides[0], strides[1], 1, layout.queries()} : strides.clone();
    keysAt = layout.depth() * queries.size();
    valuesAt = keysAt + layout.depth() * KEYS;
    scoresAt = valuesAt + layout.width() * KEYS;
    meansAt = scoresAt + KEYS * TILE;
    sumsAt = meansAt + layout.width() * queries.size();
    largestAt = sumsAt + queries.size();
    factorsAt = largestAt + queries.size();
    regionsAt = factorsAt + TILE;
    end = regionsAt + TILE;
  }

  private void turn(float[] bias) {
    int keys = layout.keys();
    for (int at = 0; at < bias.length; at += layout.queries() * keys) {
      for (int i = 0; i < layout.queries() * keys; i++) {
        turnedBias[at + i % keys * layout.queries() + i / keys] = bias[at + i];
      }
    }
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    fixed.bind(parameters);
    if (turnedBias != null) {
      turn(parameters.input(layout.biasInput()));
    }
  }

  @Override
  public long scratchLength() {
    return end;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    workers.forEach(
        layout.samples() * layout.heads() * queries.count(),
        (slot, task) -> {
          int chunk = task % queries.count();
          int head = task / queries.count() % layout.heads();
          int n = task / queries.count() / layout.heads();
          task(operands.inputs, operands.output, operands.scratch[slot], n, head, chunk);
        });
  }

  private void task(View[] inputs, View output, float[] scratch, int n, int head, int chunk) {
    int rows = queries.count(chunk);
    int from = queries.from(chunk);
    turnQueries(fixed.get(inputs, layout.input()[0]), scratch, n, head, from, rows);
    Arrays.fill(scratch, meansAt, largestAt, 0);
    Arrays.fill(scratch, largestAt, factorsAt, -Float.MAX_VALUE);
    for (int key = 0; key < layout.keys(); key += KEYS) {
      int keys = Math.min(KEYS, layout.keys() - key);
      turnValues(fixed.get(inputs, layout.input()[2]), scratch, n, head, key, keys);
      copyKeys(fixed.get(inputs, layout.input()[1]), scratch, n, head, key, keys);
      for (int row = 0; row < rows; row += TILE) {
        int count = Math.min(TILE, rows - row);
        int vectors = vectors(count);
        scores(keys, scratch, row, vectors);
        if (op.bias()) {
          addBias(inputs, scratch, n, head, from + row, count, key, keys, vectors * LANES);
        }
        if (op.regions()) {
          addMask(inputs, scratch, n, from + row, count, key, keys, vectors * LANES);
        }
        if (keys % 2 == 1) { // a key that never wins and weighs nothing
          int behind = scoresAt + keys * vectors * LANES;
          Arrays.fill(scratch, behind, behind + vectors * LANES, Float.NEGATIVE_INFINITY);
        }
        for (int v = 0; v < vectors; v++) {
          soften(scratch, row, v * LANES, vectors * LANES, keys);
        }
        SimdGemmRows.add(
            scratch,
            valuesAt,
            KEYS,
            keys,
            scratch,
            scoresAt,
            vectors,
            scratch,
            meansAt + row * layout.width(),
            layout.width());
      }
    }
    write(output, scratch, n, head, from, rows);
  }

  /** The vectors of a tile: as many as its queries need, and SimdGemmRows has. */
  private static int vectors(int count) {
    int needed = (count + LANES - 1) / LANES;
    return needed <= 2 ? needed : SimdGemmRows.VECTORS;
  }

  /** {@code [channel][query]} for each tile, times scale; 0 where there is no query. */
  private void turnQueries(View in, float[] scratch, int n, int head, int query, int rows) {
    int depth = layout.depth();
    float scale = (float) op.scale();
    Arrays.fill(scratch, 0, keysAt, 0);
    for (int row = 0; row < rows; row++) {
      int tile = row / TILE * TILE;
      int width = vectors(Math.min(TILE, rows - tile)) * LANES;
      int from = in.offset + layout.at(0, n, head, query + row);
      int to = tile * depth + row - tile;
      for (int i = 0; i < depth; i++) {
        scratch[to + i * width] = in.array[from + i] * scale;
      }
    }
  }

  /** Side by side: in the input each may lie on a page of its own. */
  private void copyKeys(View in, float[] scratch, int n, int head, int key, int keys) {
    int depth = layout.depth();
    for (int k = 0; k < keys; k++) {
      int from = in.offset + layout.at(1, n, head, key + k);
      System.arraycopy(in.array, from, scratch, keysAt + k * depth, depth);
    }
  }

  private void turnValues(View in, float[] scratch, int n, int head, int key, int keys) {
    int from = in.offset + layout.at(2, n, head, key);
    int step = layout.row()[2];
    for (int k = 0; k < keys; k++) { // a row may lie on a page of its own
      for (int c = 0; c < layout.width(); c++) {
        scratch[valuesAt + c * KEYS + k] = in.array[from + k * step + c];
      }
    }
  }

  private void scores(int keys, float[] scratch, int row, int vectors) {
    int width = vectors * LANES;
    Arrays.fill(scratch, scoresAt, scoresAt + keys * width, 0);
    int depth = layout.depth();
    for (int done = 0; done < depth; done += PIECE) {
      SimdGemmRows.add(
          scratch,
          keysAt + done,
          depth,
          Math.min(PIECE, depth - done),
          scratch,
          row * depth + done * width,
          vectors,
          scratch,
          scoresAt,
          keys);
    }
  }

  private void addBias(
      View[] inputs,
      float[] scratch,
      int n,
      int head,
      int query,
      int count,
      int key,
      int keys,
      int width) {
    View view = fixed.get(inputs, layout.biasInput());
    float[] bias = turnedBias == null ? view.array : turnedBias;
    int step = biasStride[2];
    int from = turnedBias == null ? view.offset : 0;
    from += n * biasStride[0] + head * biasStride[1] + query * step + key * biasStride[3];
    for (int k = 0; k < keys; k++) {
      int to = scoresAt + k * width;
      int at = from + k * biasStride[3];
      if (step == 1) {
        for (int lane = 0; lane < count; lane++) { // the JIT makes vectors of it
          scratch[to + lane] += bias[at + lane];
        }
      } else {
        for (int lane = 0; lane < count; lane++) {
          scratch[to + lane] += bias[at + lane * step];
        }
      }
    }
  }

  private void addMask(
      View[] inputs, float[] scratch, int n, int query, int count, int key, int keys, int width) {
    View regions = fixed.get(inputs, fixed.count() - 1);
    int at = regions.offset + layout.regionsAt(n);
    System.arraycopy(regions.array, at + query, scratch, regionsAt, count);
    for (int k = 0; k < keys; k++) {
      float region = regions.array[at + key + k];
      int to = scoresAt + k * width;
      for (int lane = 0; lane < width; lane += LANES) {
        FloatVector own = FloatVector.fromArray(F, scratch, regionsAt + lane);
        FloatVector score = FloatVector.fromArray(F, scratch, to + lane);
        score
            .add(APART)
            .blend(score, own.compare(VectorOperators.EQ, region))
            .intoArray(scratch, to + lane);
      }
    }
  }

  /**
   * The scores of one vector of queries to powers against the largest so far; the sums and means so
   * far are scaled down where it grew.
   */
  private void soften(float[] scratch, int row, int lane, int width, int keys) {
    int at = scoresAt + lane;
    int state = row + lane;
    raise(scratch, at, width, keys, largestAt + state, factorsAt);
    powers(scratch, at, width, keys, largestAt + state, factorsAt, sumsAt + state);
    scale(scratch, meansAt + row * layout.width() + lane, width, layout.width(), factorsAt);
  }

  /** The largest scores so far, and by what factor the sums so far shrink. */
  private static void raise(
      float[] scratch, int at, int width, int keys, int largest, int factors) {
    FloatVector before = FloatVector.fromArray(F, scratch, largest);
    FloatVector most = before;
    FloatVector other = before;
    for (int k = 0; k < keys; k += 2) {
      most = most.max(FloatVector.fromArray(F, scratch, at + k * width));
      other = other.max(FloatVector.fromArray(F, scratch, at + (k + 1) * width));
    }
    most = most.max(other);
    most.intoArray(scratch, largest);
    VectorMath.expOfNegative(most.sub(before)).intoArray(scratch, factors);
  }

  private static void powers(
      float[] scratch, int at, int width, int keys, int largest, int factors, int sums) {
    // VectorMath.expOfNegative written out, for two keys at once. It is long on purpose: a method
    // of
    // more than 325 bytes is compiled on its own. Inlined into the loops around it, it would exceed
    // what the JIT of JDK 17 inlines, and what it does not inline it makes objects of.
    FloatVector most = FloatVector.fromArray(F, scratch, largest);
    FloatVector sum = FloatVector.fromArray(F, scratch, sums);
    sum = sum.mul(FloatVector.fromArray(F, scratch, factors));
    sum = sum.add(most.sub(most)); // NaN where the largest score is no number
    FloatVector log2e = FloatVector.broadcast(F, -VectorMath.LOG2_E);
    FloatVector round = FloatVector.broadcast(F, VectorMath.ROUND);
    FloatVector high = FloatVector.broadcast(F, VectorMath.LN2_HIGH);
    FloatVector low = FloatVector.broadcast(F, VectorMath.LN2_LOW);
    FloatVector c6 = FloatVector.broadcast(F, VectorMath.C6);
    FloatVector c5 = FloatVector.broadcast(F, VectorMath.C5);
    FloatVector c4 = FloatVector.broadcast(F, VectorMath.C4);
    FloatVector c3 = FloatVector.broadcast(F, VectorMath.C3);
    FloatVector half = FloatVector.broadcast(F, 0.5f);
    FloatVector one = FloatVector.broadcast(F, 1f);
    FloatVector least = FloatVector.broadcast(F, VectorMath.LEAST);
    for (int k = 0; k < keys; k += 2) {
      int i = at + k * width;
      int j = i + width;
      FloatVector x = most.sub(FloatVector.fromArray(F, scratch, i));
      FloatVector y = most.sub(FloatVector.fromArray(F, scratch, j));
      x = x.reinterpretAsInts().min(VectorMath.LIMIT).reinterpretAsFloats();
      y = y.reinterpretAsInts().min(VectorMath.LIMIT).reinterpretAsFloats();
      FloatVector xn = x.fma(log2e, round);
      FloatVector yn = y.fma(log2e, round);
      FloatVector xf = round.sub(xn);
      FloatVector yf = round.sub(yn);
      FloatVector xr = xf.fma(low, xf.fma(high, x.neg()));
      FloatVector yr = yf.fma(low, yf.fma(high, y.neg()));
      FloatVector xq = xr.fma(c6, c5).fma(xr, c4).fma(xr, c3).fma(xr, half);
      FloatVector yq = yr.fma(c6, c5).fma(yr, c4).fma(yr, c3).fma(yr, half);
      xq = xr.mul(xr).fma(xq, xr).add(one);
      yq = yr.mul(yr).fma(yq, yr).add(one);
      IntVector xe = xn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
      IntVector ye = yn.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
      xq = xq.reinterpretAsInts().add(xe).reinterpretAsFloats().sub(least);
      yq = yq.reinterpretAsInts().add(ye).reinterpretAsFloats().sub(least);
      xq.intoArray(scratch, i);
      yq.intoArray(scratch, j);
      sum = sum.add(xq.add(yq));
    }
    sum.intoArray(scratch, sums);
  }

  private static void scale(float[] scratch, int at, int width, int channels, int factors) {
    FloatVector factor = FloatVector.fromArray(F, scratch, factors);
    for (int c = 0; c < channels; c++) {
      FloatVector.fromArray(F, scratch, at + c * width)
          .mul(factor)
          .intoArray(scratch, at + c * width);
    }
  }

  private void write(View output, float[] scratch, int n, int head, int query, int rows) {
    int channels = layout.width();
    for (int row = 0; row < rows; row++) {
      int tile = row / TILE * TILE;
      int width = vectors(Math.min(TILE, rows - tile)) * LANES;
      int from = meansAt + tile * channels + row - tile;
      int token = n * layout.queries() + query + row;
      int to = output.offset + (token * layout.heads() + head) * channels;
      float sum = scratch[sumsAt + row];
      for (int c = 0; c < channels; c++) {
        output.array[to + c] = scratch[from + c * width] / sum;
      }
    }
  }

  @Override
  public String describe() {
    return "blocks of " + KEYS + " keys, lanes along queries";
  }

  @Override
  public long weightBytes() {
    return fixed.bytes() + (turnedBias == null ? 0 : 4L * turnedBias.length);
  }
}
