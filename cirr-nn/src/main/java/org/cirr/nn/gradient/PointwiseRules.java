package org.cirr.nn.gradient;

import java.util.List;
import org.cirr.graph.Node;
import org.cirr.op.LeakyRelu;
import org.cirr.op.LogSoftmax;
import org.cirr.op.PointwiseGradient;
import org.cirr.op.SoftmaxGradient;

/** The gradients of functions of one number, and of softmax. */
final class PointwiseRules {
  private PointwiseRules() {}

  /** From the function's argument. */
  static List<Node> ofArgument(Applied applied, Node gradient) {
    return List.of(Node.of(new PointwiseGradient(applied.op()), applied.input(0), gradient));
  }

  /** From the result where its sign is the argument's, so that the argument is not kept. */
  static List<Node> rectifier(Applied applied, Node gradient) {
    boolean turns = applied.op() instanceof LeakyRelu relu && !(relu.slope() >= 0);
    Node value = turns ? applied.input(0) : applied.output();
    return List.of(Node.of(new PointwiseGradient(applied.op()), value, gradient));
  }

  static List<Node> softmax(Applied applied, Node gradient) {
    boolean logarithmic = applied.op() instanceof LogSoftmax;
    return List.of(Node.of(new SoftmaxGradient(logarithmic), applied.output(), gradient));
  }
}
