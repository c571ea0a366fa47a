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
 * tiles of two vectors, and everything lies turned: lanes run along queries.
 *
 *   turn the queries, times scale                 [channel][query], tile by tile
 *   for each block of 192 keys
 *     lay the keys, turn the values               [key][channel], [channel][key]
 *     for each tile
 *       scores = keys × queries                   SimdRows, [key][query]
 *       scores += bias + mask
 *       where the largest so far grew: sums and means so far are scaled down
 *       scores = exp(scores − largest)            and their sums
 *       means += values × scores                  SimdRows, [channel][query]
 *   output = means / sums
 *
 * So largest scores, exponentials and sums are taken lane by lane, never across lanes, and both
 * products take the second side as it was made. Only the scores of one block and one tile exist at a
 * time, whatever the number of tokens (Milakov and Gimelshein 2018; Rabe and Staats 2021). Keys come
 * in blocks of one size and order, so the result does not depend on threads.
 *
 * Turning a value costs two cycles, so keys and values that several tasks read are laid once, before
 * them, into memory that all threads share; those of one task, such as a window's, into its scratch.
 */
final class SimdAttention implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;

  /** Queries side by side. */
  private static final int TILE = 2 * LANES;

  /** Most queries of a task. */
  private static final int QUERIES = 512;

  /** Tasks to make, so that many threads find work. */
  private static final int TASKS = 32;

  /** Added to the score of two tokens of different regions. */
  private static final float APART = -100;

  private final Attention op;
  private final AttentionLayout layout;
  private final KeyBlocks blocks;
  private final FixedInputs fixed;
  private final Chunks queries;
  private final float[] turnedBias; // [..., key, query], or null
  private final int[] biasStride;

  // Parts of the scratch.
  private final int blockAt;
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
    blocks = new KeyBlocks(layout);
    queries = queries(layout);
    int[] strides = layout.biasStride();
    boolean turn = op.bias() && fixed.isFixed(layout.biasInput()) && strides[2] * strides[3] != 0;
    long biasLength = turn ? step.node().inputShapes().get(layout.biasInput()).elements() : 0;
    turnedBias = turn ? new float[(int) biasLength] : null;
    biasStride = turn ? new int[] {strides[0], strides[1], 1, layout.queries()} : strides.clone();
    blockAt = layout.depth() * queries.size();
    scoresAt = blockAt + (isShared(layout) ? 0 : blocks.length());
    meansAt = scoresAt + KeyBlocks.SIZE * TILE;
    sumsAt = meansAt + layout.width() * queries.size();
    largestAt = sumsAt + queries.size();
    factorsAt = largestAt + queries.size();
    regionsAt = factorsAt + TILE;
    end = regionsAt + TILE;
  }

  /** The queries of the tasks of one head. */
  private static Chunks queries(AttentionLayout layout) {
    int heads = Math.max(1, layout.samples() * layout.heads());
    int tiles = (layout.queries() + TILE - 1) / TILE;
    int parts = Math.max((layout.queries() + QUERIES - 1) / QUERIES, TASKS / heads);
    int share = (tiles + Math.max(1, parts) - 1) / Math.max(1, parts);
    return new Chunks(layout.queries(), Math.max(1, share) * TILE);
  }

  /** Whether several tasks read the same keys. */
  private static boolean isShared(AttentionLayout layout) {
    return queries(layout).count() > 1;
  }

  /** Floats shared by all threads: laid keys and values. */
  static long sharedLength(Attention op, Step step) {
    AttentionLayout layout = AttentionLayout.of(op, step);
    KeyBlocks blocks = new KeyBlocks(layout);
    long heads = (long) layout.samples() * layout.heads();
    return isShared(layout) ? heads * blocks.count() * blocks.length() : 0;
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
  public void warmUp() {
    SimdRows.warmUp(KeyBlocks.VALUES_PITCH, vectors(layout.queries()));
    SimdRows.warmUp(blocks.pieces().pitch(0), vectors(layout.queries()));
  }

  @Override
  public void run(Operands operands, Workers workers) {
    int heads = layout.samples() * layout.heads();
    if (isShared(layout)) {
      workers.forEach(
          heads * blocks.count(),
          i -> {
            float[] to = operands.shared.array;
            int at = operands.shared.offset + i * blocks.length();
            lay(operands.inputs, i / blocks.count(), i % blocks.count(), to, at);
          });
    }
    workers.forEach(
        heads * queries.count(),
        (slot, task) ->
            task(operands, operands.scratch[slot], task / queries.count(), task % queries.count()));
  }

  private void lay(View[] inputs, int head, int block, float[] to, int at) {
    View keys = fixed.get(inputs, layout.input()[1]);
    View values = fixed.get(inputs, layout.input()[2]);
    blocks.lay(keys, values, head / layout.heads(), head % layout.heads(), block, to, at);
  }

  /** Some queries of one head of one sample, of which there are samples · heads. */
  private void task(Operands operands, float[] scratch, int head, int chunk) {
    int n = head / layout.heads();
    int own = head % layout.heads();
    int rows = queries.count(chunk);
    int from = queries.from(chunk);
    View[] inputs = operands.inputs;
    turnQueries(fixed.get(inputs, layout.input()[0]), scratch, n, own, from, rows);
    Arrays.fill(scratch, meansAt, largestAt, 0);
    Arrays.fill(scratch, largestAt, factorsAt, -Float.MAX_VALUE);
    for (int block = 0; block < blocks.count(); block++) {
      float[] laid = scratch;
      int at = blockAt;
      if (isShared(layout)) {
        laid = operands.shared.array;
        at = operands.shared.offset + (head * blocks.count() + block) * blocks.length();
      } else {
        lay(inputs, head, block, laid, at);
      }
      int key = block * KeyBlocks.SIZE;
      int keys = blocks.size(block);
      for (int row = 0; row < rows; row += TILE) {
        int count = Math.min(TILE, rows - row);
        int vectors = vectors(count);
        scores(laid, at, keys, scratch, row, vectors);
        if (op.bias()) {
          addBias(inputs, scratch, n, own, from + row, count, key, keys, vectors * LANES);
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
        addMeans(laid, at, keys, scratch, row, vectors);
      }
    }
    write(operands.output, scratch, n, own, from, rows);
  }

  /** The vectors of a tile: as many as its queries need. */
  private static int vectors(int count) {
    return count > LANES ? 2 : 1;
  }

  /** {@code [channel][query]} for each tile, times scale; 0 where there is no query. */
  private void turnQueries(View in, float[] scratch, int n, int head, int query, int rows) {
    int depth = layout.depth();
    float scale = (float) op.scale();
    Arrays.fill(scratch, 0, blockAt, 0);
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

  private void scores(float[] laid, int at, int keys, float[] scratch, int row, int vectors) {
    DepthPieces pieces = blocks.pieces();
    int width = vectors * LANES;
    for (int piece = 0; piece < pieces.count(); piece++) {
      int length = pieces.length(piece);
      for (int run = 0; run < length; run += DepthPieces.RUN) {
        SimdRows.add(
            pieces.pitch(piece),
            piece + run == 0,
            laid,
            at + blocks.keysAt(piece) + run,
            keys,
            Math.min(DepthPieces.RUN, length - run),
            scratch,
            row * layout.depth() + (pieces.from(piece) + run) * width,
            vectors,
            scratch,
            scoresAt);
      }
    }
  }

  private void addMeans(float[] laid, int at, int keys, float[] scratch, int row, int vectors) {
    for (int run = 0; run < keys; run += DepthPieces.RUN) {
      SimdRows.add(
          KeyBlocks.VALUES_PITCH,
          false,
          laid,
          at + blocks.valuesAt() + run,
          layout.width(),
          Math.min(DepthPieces.RUN, keys - run),
          scratch,
          scoresAt + run * vectors * LANES,
          vectors,
          scratch,
          meansAt + row * layout.width());
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
    // VectorMath.expOfNegative written out, for two keys at once. It is long on purpose: methods of
    // more than 325 bytes are compiled on their own. Inlined into the loops around it, it would
    // exceed what the JIT of JDK 17 inlines, and what that does not inline it makes objects of.
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
    return "blocks of " + KeyBlocks.SIZE + " keys, lanes along queries";
  }

  @Override
  public long weightBytes() {
    return fixed.bytes() + (turnedBias == null ? 0 : 4L * turnedBias.length);
  }
}
