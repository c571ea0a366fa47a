package org.cirr.backend.cpu;

import java.util.List;
import org.cirr.graph.Node;
import org.cirr.op.Op;
import org.cirr.tensor.Shape;

/**
 * What one kernel computes: a node, and the activation fused behind it if there is one.
 *
 * @param node the op and its inputs
 * @param activation the op applied to its result, or null
 * @param result the node whose value the step makes: {@code node}, or the activation's
 */
public record Step(Node node, Op activation, Node result) {
  /** The inputs that are computed or handed in, as opposed to {@link Operands#fixed fixed}. */
  public List<Node> dataInputs() {
    return node.inputs().stream().filter(input -> !Operands.fixed(input)).toList();
  }

  /** The shape of the first input. */
  public Shape inputShape() {
    return node.inputs().get(0).shape();
  }

  /** {@code InstanceNorm + LeakyRelu}. */
  String title() {
    return activation == null ? node.op().name() : node.op().name() + " + " + activation.name();
  }
}
