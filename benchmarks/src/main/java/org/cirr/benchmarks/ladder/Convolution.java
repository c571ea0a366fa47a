package org.cirr.benchmarks.ladder;

/**
 * One form of the convolution, made for a shape and its weights.
 *
 * <p><b>Shapes</b>: weights {@code [out, in, 3, 3, 3]} as PyTorch has them. Input and output are
 * {@code [channels, z, y, x]} for the first rung and {@code [z, y, x, channels]} for all others.
 *
 * <p><b>Formula</b>: {@code output[z, y, x, o] = Σ input[z + kz − 1, y + ky − 1, x + kx − 1, i] ·
 * weight[o, i, kz, ky, kx]} over i, kz, ky and kx; positions outside the input count as zero.
 */
@FunctionalInterface
interface Convolution {
  void run(float[] input, float[] output);
}
