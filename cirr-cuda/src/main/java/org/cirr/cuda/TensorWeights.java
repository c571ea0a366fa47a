package org.cirr.cuda;

import org.cirr.backend.Arithmetic;

/**
 * The weights of a convolution as {@code tensor_conv.cu} copies them: rounded, by {@code [some
 * channels, tap, column, channel]}, with zeros for columns and channels that are not there.
 */
final class TensorWeights {
  private final Arithmetic arithmetic;
  private final TensorConv conv;
  private final int columns;
  private final int width; // channels at a time
  private final int chunks;

  TensorWeights(Arithmetic arithmetic, TensorConv conv, Bricks bricks) {
    this.arithmetic = arithmetic;
    this.conv = conv;
    this.columns = bricks.paddedColumns(conv);
    this.width = pieceLength() << bricks.pieces();
    this.chunks = (conv.in().c() + width - 1) / width;
  }

  /** The values that 16 bytes hold. */
  int pieceLength() {
    return arithmetic == Arithmetic.BF16 ? 8 : 4;
  }

  /** In words of four bytes. */
  long length() {
    return (long) chunks * conv.taps() * columns * width * 4 / pieceLength();
  }

  int[] packed(float[] weight) {
    int perWord = pieceLength() / 4;
    int[] packed = new int[Math.toIntExact(length())];
    for (int channel = 0; channel < conv.in().c(); channel++) {
      for (int tap = 0; tap < conv.taps(); tap++) {
        for (int column = 0; column < conv.columns(); column++) {
          int from = conv.weights().at(column, channel, tap);
          float value = from < 0 ? 0 : weight[from];
          int row = (channel / width * conv.taps() + tap) * columns + column;
          int at = row * width + channel % width;
          packed[at / perWord] |= perWord == 1 ? tf32(value) : bf16(value) << (at % 2 * Short.SIZE);
        }
      }
    }
    return packed;
  }

  /** To the nearest, of two to the even one. */
  static int bf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    return Float.isNaN(value) ? 0x7fff : (bits + 0x7fff + (bits >>> 16 & 1)) >>> 16;
  }

  /** To the nearest, of two to the one farther from 0. */
  static int tf32(float value) {
    int bits = Float.floatToRawIntBits(value);
    return Float.isNaN(value) ? 0x7fffffff : (bits + 0x1000) & 0xffffe000;
  }
}
