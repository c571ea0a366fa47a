package org.cirr.nn.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.io.checkpoint.Weights;
import org.cirr.io.nnunet.Architecture;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/**
 * The network that nnU-Net's plans describe, for one patch.
 *
 * @param prediction the graph that gives the logits
 * @param complete the same with the outputs of deep supervision: every parameter of a checkpoint
 */
public record NnUnet(Graph prediction, Graph complete) {
  /** The name of the graphs' input. */
  public static final String INPUT = "image";

  /**
   * The network for one patch at a time.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the patch does not fit the strides.
   *
   * @param patch the spatial extents, two or three
   * @param heads the output channels
   */
  public static NnUnet of(Architecture plan, List<Integer> patch, int channels, int heads) {
    return of(plan, patch, channels, heads, 1);
  }

  /**
   * The network for some patches at a time.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the patch does not fit the strides.
   *
   * @param patch the spatial extents, two or three
   * @param heads the output channels
   * @param samples the patches of a batch
   */
  public static NnUnet of(
      Architecture plan, List<Integer> patch, int channels, int heads, int samples) {
    int[] extents = new int[patch.size() + 2];
    extents[0] = samples;
    for (int axis = 0; axis < patch.size(); axis++) {
      extents[axis + 1] = patch.get(axis);
      long factor = 1;
      for (List<Integer> stride : plan.strides()) {
        factor = Math.min(factor * stride.get(axis), Integer.MAX_VALUE); // no patch is larger
      }
      if (patch.get(axis) % factor != 0) {
        throw new IllegalArgumentException(
            "patch_size "
                + patch
                + " must be divisible by the product of the strides, "
                + factor
                + " on axis "
                + axis
                + "; correct plans.json");
      }
    }
    extents[extents.length - 1] = channels;
    Node input = Node.input(INPUT, Shape.of(extents));
    List<Node> outputs =
        switch (plan.kind()) {
          case PLAIN -> PlainConvUNet.outputs(input, heads, plan);
          case RESIDUAL_ENCODER -> ResidualEncoderUNet.outputs(input, heads, plan);
        };
    return new NnUnet(Graph.of(outputs.get(0)), Graph.of(outputs));
  }

  /**
   * Checks that weights and network belong together: every parameter is there in its shape, and
   * every tensor is used.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} naming the first that does not fit.
   *
   * @param origin what the weights are, for the message
   */
  public void check(Weights weights, String origin) {
    Set<String> used = new HashSet<>();
    for (Node parameter : complete.parameters()) {
      String name = Graph.label(parameter);
      used.add(name);
      if (!weights.contains(name)) {
        throw new IllegalArgumentException(
            origin + " has no tensor " + name + " of shape " + parameter.shape());
      }
      if (!weights.shape(name).equals(parameter.shape())) {
        throw new IllegalArgumentException(
            origin
                + ": tensor "
                + name
                + " has shape "
                + weights.shape(name)
                + ", but the plans ask for "
                + parameter.shape());
      }
    }
    List<String> unused = new ArrayList<>(weights.namesExcept(used));
    if (!unused.isEmpty()) {
      throw new IllegalArgumentException(
          origin
              + " has "
              + unused.size()
              + " tensors that the network of the plans does not have, the first is "
              + unused.get(0)
              + " of shape "
              + weights.shape(unused.get(0)));
    }
  }

  /** The weights as a backend asks for them. */
  public static Function<String, Tensor> parameters(Weights weights) {
    return name -> {
      try {
        return weights.get(name);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }
}
