package org.cirr.nn.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.cirr.graph.Node;
import org.cirr.io.nnunet.Architecture;
import org.cirr.op.Concat;

/**
 * What nnU-Net's two U-Nets share: the convolution block and the decoder.
 *
 * <p><b>Source</b>: dynamic_network_architectures, {@code ConvDropoutNormReLU}, {@code
 * StackedConvBlocks}, {@code UNetDecoder}.
 */
final class UNetBlocks {
  private UNetBlocks() {}

  /** Convolution, instance norm, and a leaky rectifier unless {@code linear}. */
  static Node block(
      String name,
      Node x,
      int features,
      List<Integer> kernel,
      List<Integer> stride,
      boolean bias,
      boolean linear,
      Architecture plan) {
    Node conv = Layers.conv(name + ".conv", x, features, kernel, stride, bias);
    Node norm = Layers.instanceNorm(name + ".norm", conv, plan.normEps(), plan.normAffine());
    return linear ? norm : Layers.leakyRelu(norm, plan.leakySlope());
  }

  /** Blocks {@code name.0, name.1, …}, of which the first has the stride. */
  static Node blocks(
      String name,
      Node x,
      int count,
      int features,
      List<Integer> kernel,
      List<Integer> stride,
      Architecture plan) {
    for (int i = 0; i < count; i++) {
      List<Integer> step = i == 0 ? stride : ones(plan.dimension());
      x = block(name + "." + i, x, features, kernel, step, plan.convolutionBias(), false, plan);
    }
    return x;
  }

  /**
   * From the encoder's outputs, finest first, to one segmentation per decoder level, finest first.
   *
   * <p>Level d: the deeper features doubled in size, joined with the encoder's of that size, and
   * convolved.
   */
  static List<Node> decode(List<Node> encoder, int heads, Architecture plan) {
    int stages = plan.stages();
    List<Node> outputs = new ArrayList<>();
    Node x = encoder.get(stages - 1);
    for (int level = 0; level < stages - 1; level++) {
      int stage = stages - 2 - level;
      int features = plan.featuresPerStage().get(stage);
      Node up =
          Layers.upsample(
              "decoder.transpconvs." + level,
              x,
              features,
              plan.strides().get(stage + 1),
              plan.convolutionBias());
      x =
          blocks(
              "decoder.stages." + level + ".convs",
              Node.of(new Concat(), up, encoder.get(stage)),
              plan.decoderConvolutions().get(level),
              features,
              plan.kernelSizes().get(stage),
              ones(plan.dimension()),
              plan);
      outputs.add(
          Layers.conv(
              "decoder.seg_layers." + level,
              x,
              heads,
              ones(plan.dimension()),
              ones(plan.dimension()),
              true));
    }
    Collections.reverse(outputs);
    return outputs;
  }

  static List<Integer> ones(int dimension) {
    return Collections.nCopies(dimension, 1);
  }
}
