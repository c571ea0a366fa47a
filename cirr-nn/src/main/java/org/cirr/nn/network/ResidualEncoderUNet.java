package org.cirr.nn.network;

import java.util.ArrayList;
import java.util.List;
import org.cirr.graph.Node;
import org.cirr.io.nnunet.Architecture;
import org.cirr.op.Add;
import org.cirr.op.AvgPool;

/**
 * nnU-Net's U-Net with residual blocks in the encoder.
 *
 * <p><b>Source</b>: Isensee et al. 2024, arXiv 2404.09556; dynamic_network_architectures, {@code
 * ResidualEncoderUNet} with {@code BasicBlockD}.
 */
public final class ResidualEncoderUNet {
  private ResidualEncoderUNet() {}

  /** The logits at every decoder level, finest first; see {@link PlainConvUNet#outputs}. */
  public static List<Node> outputs(Node input, int heads, Architecture plan) {
    List<Integer> ones = UNetBlocks.ones(plan.dimension());
    Node x =
        UNetBlocks.block(
            "encoder.stem.convs.0",
            input,
            plan.stemChannels(),
            plan.kernelSizes().get(0),
            ones,
            plan.convolutionBias(),
            false,
            plan);
    List<Node> encoder = new ArrayList<>();
    for (int stage = 0; stage < plan.stages(); stage++) {
      for (int block = 0; block < plan.blocksPerStage().get(stage); block++) {
        x =
            residual(
                "encoder.stages." + stage + ".blocks." + block,
                x,
                stage,
                block == 0 ? plan.strides().get(stage) : ones,
                plan);
      }
      encoder.add(x);
    }
    return UNetBlocks.decode(encoder, heads, plan);
  }

  /** Two convolutions, the input added, then the rectifier. */
  private static Node residual(
      String name, Node x, int stage, List<Integer> stride, Architecture plan) {
    int features = plan.featuresPerStage().get(stage);
    List<Integer> kernel = plan.kernelSizes().get(stage);
    List<Integer> ones = UNetBlocks.ones(plan.dimension());
    boolean bias = plan.convolutionBias();
    Node first = UNetBlocks.block(name + ".conv1", x, features, kernel, stride, bias, false, plan);
    Node second =
        UNetBlocks.block(name + ".conv2", first, features, kernel, ones, bias, true, plan);
    Node sum = Node.of(new Add(), second, skip(name + ".skip", x, features, stride, plan));
    return Layers.leakyRelu(sum, plan.leakySlope());
  }

  /**
   * The input at the block's output size: averaged where there is a stride, projected if needed.
   */
  private static Node skip(
      String name, Node x, int features, List<Integer> stride, Architecture plan) {
    List<Integer> ones = UNetBlocks.ones(plan.dimension());
    boolean pooled = !stride.equals(ones);
    if (pooled) {
      x = Node.of(AvgPool.of(stride.stream().mapToInt(Integer::intValue).toArray()), x);
    }
    return x.shape().dim(-1) == features
        ? x
        : UNetBlocks.block(
            name + "." + (pooled ? 1 : 0), x, features, ones, ones, false, true, plan);
  }
}
