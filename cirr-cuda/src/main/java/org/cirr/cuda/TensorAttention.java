package org.cirr.cuda;

import org.cirr.backend.Arithmetic;
import org.cirr.backend.cpu.AttentionLayout;

/**
 * How {@code tensor_attention.cu} cuts an attention into blocks, and whether it pays.
 *
 * @param columns the channels of a head's values that a block makes: 64 or 128
 * @param warps of a block, with 32 queries each
 * @param sharedBytes of a block
 */
/*
 * Design. A head whose values have more channels than a block has more blocks, which make the scores again; 128
 * is what the registers of a warp have room for. Windows of a few dozen tokens get blocks of as many warps as
 * they need; heads so deep that the queries of four warps do not fit into shared memory as many as do, and where
 * one does not, 32 keys at a time and not 64.
 *
 * The rule for few queries, keys or channels counts products: a tensor core of the A100 makes 8 (tf32) and 16 (bf16)
 * times as many in a second as its float32 units (NVIDIA's data sheet: 156 and 312 against 19.5 TFLOP/s), so less
 * than an eighth of what it multiplies must not be padding. Nobody has measured where the true border is.
 */
record TensorAttention(
    AttentionLayout layout, Arithmetic arithmetic, int columns, int warps, int sharedBytes) {
  static final String FILE = "tensor_attention";

  private static final int WARP = 32; // threads, and queries
  private static final int MOST_WARPS = TensorKernels.THREADS / WARP;
  private static final int STEP = 16; // keys and channels are padded to multiples of it
  private static final int NARROW = 64; // channels of a block's values
  private static final int WIDE = 128;
  private static final int KEYS_OF_COLUMNS = 4096; // keys at a time, times channels
  private static final int PIECE_BYTES = 16;
  private static final double LEAST_WANTED = 1.0 / 8;

  /** The plan; null where the kernel for float32 is meant, or the better one. */
  static TensorAttention of(AttentionLayout layout, Arithmetic arithmetic) {
    if (arithmetic == Arithmetic.FLOAT32 || wanted(layout) < LEAST_WANTED) {
      return null;
    }
    int most = Math.max(1, Math.min(MOST_WARPS, blocks(layout.queries(), WARP)));
    for (int columns = layout.width() > NARROW ? WIDE : NARROW;
        columns <= WIDE;
        columns += NARROW) {
      for (int warps = most; warps > 0; warps--) {
        long bytes = sharedBytes(layout, arithmetic, columns, warps);
        if (bytes <= Bricks.MOST_SHARED) {
          return new TensorAttention(layout, arithmetic, columns, warps, (int) bytes);
        }
      }
    }
    return null;
  }

  /** The part of the products that is no padding and not made twice. */
  private static double wanted(AttentionLayout a) {
    double made =
        padded(a.queries(), WARP)
            * padded(a.keys(), STEP)
            * (padded(a.depth(), STEP) * blocks(a.width(), WIDE) + padded(a.width(), STEP));
    return a.queries() * (double) a.keys() * (a.depth() + a.width()) / made;
  }

  /** Queries, and the keys and values of a step. */
  private static long sharedBytes(
      AttentionLayout a, Arithmetic arithmetic, int columns, int warps) {
    long keys = KEYS_OF_COLUMNS / columns;
    long row = pieces(a.depth(), arithmetic) + 1L;
    long value = pieces(Math.min(a.width(), columns), arithmetic) + 1L;
    return PIECE_BYTES * ((warps * (long) WARP + keys) * row + keys * value);
  }

  /** Of 16 bytes, that a row's channels fill. */
  private static int pieces(int channels, Arithmetic arithmetic) {
    return blocks(channels, STEP) * (arithmetic == Arithmetic.BF16 ? 2 : 4);
  }

  private static double padded(int length, int to) {
    return blocks(length, to) * (double) to;
  }

  private static int blocks(int length, int of) {
    return (length + of - 1) / of;
  }

  /** Without operands. */
  Launch launch() {
    return Launch.of(FILE, FILE + "_" + arithmetic + "_" + columns)
        .grid(
            (long) layout.samples() * layout.heads() * blocks(layout.queries(), warps * WARP),
            blocks(layout.width(), columns),
            1)
        .block(warps * WARP, 1)
        .shared(sharedBytes);
  }

  /** {@code Blocks} in the kernel's file. */
  int[] blocks() {
    int width = Math.min(layout.width(), columns);
    return new int[] {blocks(layout.queries(), warps * WARP), shift(layout.depth()), shift(width)};
  }

  private int shift(int channels) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(pieces(channels, arithmetic) - 1);
  }
}
