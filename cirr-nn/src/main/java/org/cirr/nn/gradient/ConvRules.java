package org.cirr.nn.gradient;

import static org.cirr.nn.gradient.Terms.filled;
import static org.cirr.nn.gradient.Terms.sumToChannels;

import java.util.ArrayList;
import java.util.List;
import org.cirr.graph.Node;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.ConvWeightGradient;
import org.cirr.op.GroupNormGradient;
import org.cirr.op.Slice;
import org.cirr.tensor.Shape;

/**
 * The gradients of convolutions. Convolution and transposed convolution are the ways back of each
 * other, with the same weight tensor.
 */
final class ConvRules {
  private ConvRules() {}

  private static List<Integer> kernel(Shape weight) {
    List<Integer> kernel = new ArrayList<>();
    for (int axis = 2; axis < weight.rank(); axis++) {
      kernel.add(weight.dim(axis));
    }
    return kernel;
  }

  static List<Node> conv(Applied applied, Node gradient) {
    Conv op = (Conv) applied.op();
    Node x = applied.input(0);
    Node weight = applied.input(1);
    List<Integer> kernel = kernel(weight.shape());
    List<Integer> more = new ArrayList<>(); // what the last windows did not reach
    for (int axis = 0; axis < kernel.size(); axis++) {
      int reached =
          (gradient.shape().dim(axis + 1) - 1) * op.stride().get(axis)
              - 2 * op.padding().get(axis)
              + op.dilation().get(axis) * (kernel.get(axis) - 1)
              + 1;
      more.add(x.shape().dim(axis + 1) - reached);
    }
    ConvTranspose back =
        new ConvTranspose(op.stride(), op.padding(), more, op.dilation(), op.groups());
    ConvWeightGradient forWeight =
        new ConvWeightGradient(kernel, op.stride(), op.padding(), op.dilation(), op.groups());
    List<Node> gradients = new ArrayList<>();
    gradients.add(Node.of(back, gradient, weight));
    gradients.add(Node.of(forWeight, x, gradient));
    if (applied.inputs().size() == 3) {
      gradients.add(bias(gradient));
    }
    return gradients;
  }

  /**
   * The gradient of a bias. A norm of single channels takes their means away, so that a bias in
   * front of it changes nothing: what comes back through it has the sum zero, and need not be read
   * once more to find that out.
   */
  private static Node bias(Node gradient) {
    int channels = gradient.shape().dim(-1);
    boolean withoutEffect =
        gradient.op() instanceof GroupNormGradient norm && norm.groups() == channels;
    return withoutEffect ? filled(Shape.of(channels), 0) : sumToChannels(gradient);
  }

  static List<Node> transposed(Applied applied, Node gradient) {
    ConvTranspose op = (ConvTranspose) applied.op();
    Node x = applied.input(0);
    Node weight = applied.input(1);
    List<Integer> kernel = kernel(weight.shape());
    Node reached = reached(op, gradient);
    Conv back = new Conv(op.stride(), op.padding(), op.dilation(), op.groups());
    ConvWeightGradient forWeight =
        new ConvWeightGradient(kernel, op.stride(), op.padding(), op.dilation(), op.groups());
    List<Node> gradients = new ArrayList<>();
    gradients.add(Node.of(back, reached, weight));
    gradients.add(Node.of(forWeight, reached, x));
    if (applied.inputs().size() == 3) {
      gradients.add(bias(gradient));
    }
    return gradients;
  }

  /** Without what output padding of a whole stride or more has added behind. */
  private static Node reached(ConvTranspose op, Node gradient) {
    int rank = gradient.shape().rank();
    Node node = gradient;
    for (int axis = 0; axis < rank - 2; axis++) {
      int more = op.outputPadding().get(axis);
      int stride = op.stride().get(axis);
      if (more >= stride) {
        int extent = node.shape().dim(axis + 1) - more + stride - 1;
        node = Node.of(Slice.along(axis + 1, 0, extent, rank), node);
      }
    }
    return node;
  }
}
