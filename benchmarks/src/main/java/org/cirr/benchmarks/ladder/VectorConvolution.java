package org.cirr.benchmarks.ladder;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rung 3: one vector of output channels stays in a register while all its terms are added.
 *
 * <p>The store is gone, and so is one of the loads: for each input value there is one load of
 * weights, one broadcast of the value to all lanes, and one fused multiply-add.
 *
 * <p>What is slow: each multiply-add waits for the one before (4 cycles), and there is one load for
 * each, where the machine could do two multiply-adds in every cycle.
 */
final class VectorConvolution implements Convolution {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;

  private final ConvShape shape;
  private final float[] packed; // [blocks][27][in][lanes]

  VectorConvolution(ConvShape shape, float[] weight) {
    this.shape = shape;
    packed = Packing.blocks(shape, weight, F.length());
  }

  @Override
  public void run(float[] input, float[] output) {
    float[] sums = new float[F.length()];
    for (int z = 0; z < shape.depth(); z++) {
      for (int y = 0; y < shape.height(); y++) {
        for (int x = 0; x < shape.width(); x++) {
          int to = ((z * shape.height() + y) * shape.width() + x) * shape.out();
          for (int o = 0; o < shape.out(); o += F.length()) {
            voxel(input, z, y, x, o / F.length(), sums);
            int channels = Math.min(F.length(), shape.out() - o);
            System.arraycopy(sums, 0, output, to + o, channels);
          }
        }
      }
    }
  }

  private void voxel(float[] input, int z, int y, int x, int block, float[] sums) {
    Arrays.fill(sums, 0);
    for (int kz = Math.max(0, 1 - z); kz < Math.min(3, shape.depth() + 1 - z); kz++) {
      for (int ky = Math.max(0, 1 - y); ky < Math.min(3, shape.height() + 1 - y); ky++) {
        int first = Math.max(0, 1 - x); // the taps inside the row, whose inputs lie side by side
        int taps = Math.min(3, shape.width() + 1 - x) - first;
        int from =
            (((z + kz - 1) * shape.height() + y + ky - 1) * shape.width() + x + first - 1)
                * shape.in();
        int at = (block * 27 + kz * 9 + ky * 3 + first) * shape.in() * F.length();
        addRun(input, from, taps * shape.in(), at, sums);
      }
    }
  }

  /* A method of its own: JDK 17 keeps a vector in a register over one loop, but not over three. */
  private void addRun(float[] input, int from, int length, int at, float[] sums) {
    FloatVector sum = FloatVector.fromArray(F, sums, 0);
    for (int i = 0; i < length; i++) {
      FloatVector weights = FloatVector.fromArray(F, packed, at + i * F.length());
      sum = FloatVector.broadcast(F, input[from + i]).fma(weights, sum);
    }
    sum.intoArray(sums, 0);
  }
}
