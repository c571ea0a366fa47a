package org.cirr.nn.gradient;

import static org.cirr.nn.gradient.Terms.minus;
import static org.cirr.nn.gradient.Terms.over;
import static org.cirr.nn.gradient.Terms.plus;
import static org.cirr.nn.gradient.Terms.sumTo;
import static org.cirr.nn.gradient.Terms.times;

import java.util.List;
import org.cirr.graph.Node;
import org.cirr.op.PointwiseGradient;
import org.cirr.op.Relu;

/** The gradients of the ops that take two numbers to one; what was repeated is summed. */
final class BroadcastRules {
  private BroadcastRules() {}

  private static List<Node> both(Applied applied, Node first, Node second) {
    return List.of(sumTo(first, applied.shape(0)), sumTo(second, applied.shape(1)));
  }

  static List<Node> add(Applied applied, Node gradient) {
    return both(applied, gradient, gradient);
  }

  static List<Node> subtract(Applied applied, Node gradient) {
    return List.of(sumTo(gradient, applied.shape(0)), times(sumTo(gradient, applied.shape(1)), -1));
  }

  static List<Node> multiply(Applied applied, Node gradient) {
    return both(applied, times(gradient, applied.input(1)), times(gradient, applied.input(0)));
  }

  static List<Node> divide(Applied applied, Node gradient) {
    Node first = over(gradient, applied.input(1));
    return both(applied, first, times(times(first, applied.output()), -1));
  }

  static List<Node> prelu(Applied applied, Node gradient) {
    Node x = applied.input(0);
    Node above = Node.of(new PointwiseGradient(new Relu()), x, gradient);
    Node below = minus(gradient, above);
    return both(applied, plus(above, times(below, applied.input(1))), times(below, x));
  }
}
