package org.cirr.benchmarks.ladder;

import java.util.Arrays;

/**
 * Rung 7: Winograd's F(4×4, 3×3) over y and x, direct over z; the plain form, one thread.
 *
 * <p><b>Formula</b>: a tile of 4×4 outputs of one channel and one slice of the kernel is {@code Aᵀ
 * [(G g Gᵀ) ⊙ (Bᵀ d B)] A} with the 3×3 kernel g and the 6×6 inputs d. The product ⊙ is value by
 * value: 36 multiplications instead of 4·4·9 = 144. Since {@code Aᵀ…A} is linear, sums over input
 * channels and kz are taken before it, so each of the three transforms is done once for each tile
 * and channel and the multiplications remain: 36 small matrix products.
 *
 * <p><b>Edge cases</b>: tiles that leave the volume read zeros and write only what is inside.
 *
 * <p>What it costs: the transforms, and accuracy: B and A hold numbers up to 8, so rounding errors
 * grow about tenfold.
 *
 * <p><b>Source</b>: Lavin and Gray 2016, arXiv 1509.09308, section 4.3 (points 0, ±1, ±2, ∞).
 */
final class WinogradConvolution implements Convolution {
  private static final int TILE = 4;
  private static final int PATCH = 6; // TILE + 3 − 1

  /** Bᵀ: input. */
  private static final float[][] INPUT = {
    {4, 0, -5, 0, 1, 0},
    {0, -4, -4, 1, 1, 0},
    {0, 4, -4, -1, 1, 0},
    {0, -2, -1, 2, 1, 0},
    {0, 2, -1, -2, 1, 0},
    {0, 4, 0, -5, 0, 1}
  };

  /** G: weights, in sixths, twelfths and twenty-fourths. */
  private static final float[][] WEIGHT = {
    {1 / 4f, 0, 0},
    {-1 / 6f, -1 / 6f, -1 / 6f},
    {-1 / 6f, 1 / 6f, -1 / 6f},
    {1 / 24f, 1 / 12f, 1 / 6f},
    {1 / 24f, -1 / 12f, 1 / 6f},
    {0, 0, 1}
  };

  /** Aᵀ: output. */
  private static final float[][] OUTPUT = {
    {1, 1, 1, 1, 1, 0},
    {0, 1, -1, 2, -2, 0},
    {0, 1, 1, 4, 4, 0},
    {0, 1, -1, 8, -8, 1}
  };

  private final ConvShape shape;
  private final float[] transformed; // [3 kz][36][in][out]
  private final float[] patches; // [36][in]
  private final float[] products; // [36][out]

  WinogradConvolution(ConvShape shape, float[] weight) {
    this.shape = shape;
    transformed = new float[3 * PATCH * PATCH * shape.in() * shape.out()];
    patches = new float[PATCH * PATCH * shape.in()];
    products = new float[PATCH * PATCH * shape.out()];
    float[] slice = new float[9];
    for (int o = 0; o < shape.out(); o++) {
      for (int i = 0; i < shape.in(); i++) {
        for (int kz = 0; kz < 3; kz++) {
          System.arraycopy(weight, ((o * shape.in() + i) * 3 + kz) * 9, slice, 0, 9);
          float[] points = bothSides(WEIGHT, slice);
          for (int k = 0; k < points.length; k++) {
            int at = ((kz * points.length + k) * shape.in() + i) * shape.out() + o;
            transformed[at] = points[k];
          }
        }
      }
    }
  }

  /** {@code M · square · Mᵀ}. */
  private static float[] bothSides(float[][] matrix, float[] square) {
    int rows = matrix.length;
    int columns = matrix[0].length;
    float[] half = new float[rows * columns]; // M · square
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        for (int k = 0; k < columns; k++) {
          half[r * columns + c] += matrix[r][k] * square[k * columns + c];
        }
      }
    }
    float[] result = new float[rows * rows];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < rows; c++) {
        for (int k = 0; k < columns; k++) {
          result[r * rows + c] += half[r * columns + k] * matrix[c][k];
        }
      }
    }
    return result;
  }

  @Override
  public void run(float[] input, float[] output) {
    for (int z = 0; z < shape.depth(); z++) {
      for (int y = 0; y < shape.height(); y += TILE) {
        for (int x = 0; x < shape.width(); x += TILE) {
          Arrays.fill(products, 0);
          for (int kz = Math.max(0, 1 - z); kz < Math.min(3, shape.depth() + 1 - z); kz++) {
            readPatches(input, z + kz - 1, y - 1, x - 1);
            multiply(kz);
          }
          writeTile(output, z, y, x);
        }
      }
    }
  }

  /** Transforms the 6×6 inputs of every channel. */
  private void readPatches(float[] input, int z, int y0, int x0) {
    float[] patch = new float[PATCH * PATCH];
    for (int i = 0; i < shape.in(); i++) {
      for (int k = 0; k < patch.length; k++) {
        int y = y0 + k / PATCH;
        int x = x0 + k % PATCH;
        boolean inside = y >= 0 && y < shape.height() && x >= 0 && x < shape.width();
        int at = ((z * shape.height() + y) * shape.width() + x) * shape.in() + i;
        patch[k] = inside ? input[at] : 0;
      }
      float[] points = bothSides(INPUT, patch);
      for (int k = 0; k < points.length; k++) {
        patches[k * shape.in() + i] = points[k];
      }
    }
  }

  /** For each of the 36 points: products[out] += patches[in] · transformed[in][out]. */
  private void multiply(int kz) {
    for (int k = 0; k < PATCH * PATCH; k++) {
      for (int i = 0; i < shape.in(); i++) {
        float value = patches[k * shape.in() + i];
        int at = ((kz * PATCH * PATCH + k) * shape.in() + i) * shape.out();
        for (int o = 0; o < shape.out(); o++) {
          products[k * shape.out() + o] += value * transformed[at + o];
        }
      }
    }
  }

  private void writeTile(float[] output, int z, int y0, int x0) {
    float[] points = new float[PATCH * PATCH];
    for (int o = 0; o < shape.out(); o++) {
      for (int k = 0; k < points.length; k++) {
        points[k] = products[k * shape.out() + o];
      }
      float[] tile = bothSides(OUTPUT, points);
      for (int k = 0; k < tile.length; k++) {
        int y = y0 + k / TILE;
        int x = x0 + k % TILE;
        if (y < shape.height() && x < shape.width()) {
          output[((z * shape.height() + y) * shape.width() + x) * shape.out() + o] = tile[k];
        }
      }
    }
  }
}
