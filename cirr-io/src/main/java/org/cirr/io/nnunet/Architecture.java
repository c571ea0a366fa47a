package org.cirr.io.nnunet;

import java.util.List;

/**
 * A U-Net as a plan describes it, whichever of the two styles the plan has. The numbers of input
 * channels and of heads are not part of it.
 *
 * <p><b>Source</b>: dynamic-network-architectures' PlainConvUNet and ResidualEncoderUNet.
 *
 * @param kind the encoder's blocks
 * @param dimension 2 or 3
 * @param featuresPerStage the channels of each encoder stage, full resolution first
 * @param kernelSizes each stage's kernel, one extent per axis
 * @param strides each stage's stride, one per axis
 * @param blocksPerStage convolutions per encoder stage (plain) or residual blocks
 * @param decoderConvolutions convolutions per decoder stage, the <b>deepest first</b>; one entry
 *     less than stages
 * @param convolutionBias whether convolutions have a bias
 * @param normEps instance norm's epsilon
 * @param normAffine whether instance norm has weight and bias
 * @param leakySlope the slope of the leaky ReLU below zero; 0 is a plain ReLU
 * @param stemChannels the channels of a residual encoder's stem; the first stage's for plain ones
 */
public record Architecture(
    Kind kind,
    int dimension,
    List<Integer> featuresPerStage,
    List<List<Integer>> kernelSizes,
    List<List<Integer>> strides,
    List<Integer> blocksPerStage,
    List<Integer> decoderConvolutions,
    boolean convolutionBias,
    double normEps,
    boolean normAffine,
    double leakySlope,
    int stemChannels) {

  /** The encoders. */
  public enum Kind {
    /** PlainConvUNet: stacked convolutions. */
    PLAIN,
    /** ResidualEncoderUNet: residual blocks of two convolutions (BasicBlockD). */
    RESIDUAL_ENCODER
  }

  /** Copies the lists. */
  public Architecture {
    featuresPerStage = List.copyOf(featuresPerStage);
    kernelSizes = List.copyOf(kernelSizes);
    strides = List.copyOf(strides);
    blocksPerStage = List.copyOf(blocksPerStage);
    decoderConvolutions = List.copyOf(decoderConvolutions);
  }

  /** The number of encoder stages. */
  public int stages() {
    return featuresPerStage.size();
  }

  /**
   * The number of parameters, each counted once.
   *
   * <p><b>Formula</b>: a convolution has Cin·Cout·Πk weights and, with bias, Cout more; a norm 2·C;
   * a transposed convolution Cbelow·Cskip·Πstride and its bias; each decoder stage has an own head
   * of Cskip·K + K. A residual block whose channels change has a 1×1 convolution without bias and a
   * norm on its skip.
   */
  public long parameters(int inputChannels, int heads) {
    long sum = 0;
    int channels = inputChannels;
    boolean residual = kind == Kind.RESIDUAL_ENCODER;
    if (residual) {
      sum += convolution(channels, stemChannels, kernelSizes.get(0));
      channels = stemChannels;
    }
    for (int stage = 0; stage < stages(); stage++) {
      int features = featuresPerStage.get(stage);
      for (int block = 0; block < blocksPerStage.get(stage); block++) {
        sum += convolution(channels, features, kernelSizes.get(stage));
        if (residual) {
          sum += convolution(features, features, kernelSizes.get(stage));
          sum += channels == features ? 0 : (long) channels * features + norm(features);
        }
        channels = features;
      }
    }
    for (int level = 0; level < stages() - 1; level++) {
      int skip = stages() - 2 - level;
      int features = featuresPerStage.get(skip);
      sum += product(strides.get(skip + 1)) * channels * features;
      sum += convolutionBias ? features : 0;
      sum += convolution(2 * features, features, kernelSizes.get(skip));
      sum +=
          (decoderConvolutions.get(level) - 1L)
              * convolution(features, features, kernelSizes.get(skip));
      sum += (long) features * heads + heads;
      channels = features;
    }
    return sum;
  }

  private long convolution(int in, int out, List<Integer> kernel) {
    return product(kernel) * in * out + (convolutionBias ? out : 0) + norm(out);
  }

  private int norm(int channels) {
    return normAffine ? 2 * channels : 0;
  }

  private static long product(List<Integer> extents) {
    return extents.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
  }
}
