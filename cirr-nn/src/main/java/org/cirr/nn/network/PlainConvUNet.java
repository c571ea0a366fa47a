package org.cirr.nn.network;

import java.util.ArrayList;
import java.util.List;
import org.cirr.graph.Node;
import org.cirr.io.nnunet.Architecture;

/**
 * nnU-Net's plain U-Net: stacked convolutions, strides instead of pooling.
 *
 * <p><b>Source</b>: Isensee et al. 2021, doi 10.1038/s41592-020-01008-z;
 * dynamic_network_architectures, {@code PlainConvUNet}.
 */
public final class PlainConvUNet {
  private PlainConvUNet() {}

  /**
   * The logits at every decoder level, finest first; the first is the prediction, the others are
   * deep supervision's.
   *
   * <p><b>Shapes</b>: {@code [N, spatial…, C] → [N, spatial…, heads]}, then coarser.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the spatial extents cannot be halved as
   * often as the plan asks for.
   */
  public static List<Node> outputs(Node input, int heads, Architecture plan) {
    List<Node> encoder = new ArrayList<>();
    Node x = input;
    for (int stage = 0; stage < plan.stages(); stage++) {
      x =
          UNetBlocks.blocks(
              "encoder.stages." + stage + ".0.convs",
              x,
              plan.blocksPerStage().get(stage),
              plan.featuresPerStage().get(stage),
              plan.kernelSizes().get(stage),
              plan.strides().get(stage),
              plan);
      encoder.add(x);
    }
    return UNetBlocks.decode(encoder, heads, plan);
  }
}
