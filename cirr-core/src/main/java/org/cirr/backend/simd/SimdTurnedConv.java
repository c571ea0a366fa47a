package org.cirr.backend.simd;

import java.util.ArrayList;
import java.util.List;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Step;
import org.cirr.graph.Node;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.tensor.Shape;

/**
 * A {@link ConvTranspose} of stride 1 as the convolution that it is: with the kernel turned round,
 * and with input and output channels exchanged. The gradients of most convolutions go this way, and
 * so they are as fast as the convolutions.
 */
final class SimdTurnedConv {
  private SimdTurnedConv() {}

  /** Whether a node is such a transposed convolution. */
  static boolean fits(Node node) {
    if (!(node.op() instanceof ConvTranspose conv) || conv.groups() != 1) {
      return false;
    }
    boolean fits = true;
    for (int axis = 0; axis < conv.stride().size(); axis++) {
      int reach = conv.dilation().get(axis) * (node.inputs().get(1).shape().dim(axis + 2) - 1);
      fits &= conv.stride().get(axis) == 1;
      fits &= conv.outputPadding().get(axis) == 0;
      fits &= conv.padding().get(axis) <= reach;
    }
    return fits;
  }

  private static Shape turned(Shape weight) {
    int[] extents = weight.toArray();
    extents[0] = weight.dim(1);
    extents[1] = weight.dim(0);
    return Shape.of(extents);
  }

  /** The step of the convolution. */
  static Step step(Step step) {
    ConvTranspose back = (ConvTranspose) step.node().op();
    Shape weight = step.node().inputs().get(1).shape();
    List<Integer> padding = new ArrayList<>();
    for (int axis = 0; axis < back.stride().size(); axis++) {
      int reach = back.dilation().get(axis) * (weight.dim(axis + 2) - 1);
      padding.add(reach - back.padding().get(axis));
    }
    Conv conv = new Conv(back.stride(), padding, back.dilation(), 1);
    List<Node> inputs = new ArrayList<>(step.node().inputs());
    inputs.set(1, Node.parameter("turned", turned(weight)));
    return new Step(
        Node.of(conv, inputs),
        step.activation(),
        step.result(),
        step.parts(),
        step.leavesStatistics(),
        step.makesTable(),
        step.statisticsLength(),
        step.sliceChannels());
  }

  /** Floats that the convolution's threads share. */
  static long sharedLength(Step step) {
    Step turned = step(step);
    return SimdConv.sharedLength((Conv) turned.node().op(), turned);
  }

  /** The kernel of the convolution. */
  static Kernel of(Step step) {
    Step turned = step(step);
    WeightLayout layout = WeightLayout.turned(step.node().inputs().get(1).shape());
    return SimdConv.of((Conv) turned.node().op(), turned, layout);
  }
}
