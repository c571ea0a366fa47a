package org.cirr.io.nnunet;

import java.util.List;

/**
 * A U-Net as a plan describes it, whichever of the two styles the plan has. The numbers of input
 * channels and of heads are not part of it.
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
 *     <p><b>Source</b>: dynamic-network-architectures' PlainConvUNet and ResidualEncoderUNet.
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
}
