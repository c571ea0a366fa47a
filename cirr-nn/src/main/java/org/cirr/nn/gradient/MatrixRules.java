package org.cirr.nn.gradient;

import static org.cirr.nn.gradient.Terms.reshape;
import static org.cirr.nn.gradient.Terms.sumTo;
import static org.cirr.nn.gradient.Terms.sumToChannels;

import java.util.ArrayList;
import java.util.List;
import org.cirr.graph.Node;
import org.cirr.op.MatMul;
import org.cirr.tensor.Shape;

/** The gradients of matrix products. */
final class MatrixRules {
  private MatrixRules() {}

  static List<Node> linear(Applied applied, Node gradient) {
    Node weight = applied.input(1);
    List<Node> gradients = new ArrayList<>();
    Node rows = rows(gradient);
    gradients.add(reshape(Node.of(MatMul.plain(), rows, weight), applied.shape(0)));
    gradients.add(Node.of(new MatMul(true, false), rows, rows(applied.input(0))));
    if (applied.inputs().size() == 3) {
      gradients.add(sumToChannels(gradient));
    }
    return gradients;
  }

  /** All positions of a tensor as the rows of one matrix. */
  private static Node rows(Node node) {
    int channels = node.shape().dim(-1);
    long rows = channels == 0 ? 0 : node.shape().elements() / channels;
    return reshape(node, Shape.of((int) rows, channels));
  }

  static List<Node> product(Applied applied, Node gradient) {
    MatMul op = (MatMul) applied.op();
    Node left = applied.input(0);
    Node right = applied.input(1);
    boolean shared = right.shape().rank() == 2 && left.shape().rank() > 2 && !op.transposeLeft();
    if (shared) { // one product of all rows instead of a sum of many products
      Node rows = rows(left);
      Node flat = rows(gradient);
      Applied one = new Applied(applied.node(), List.of(rows, right), applied.output());
      return List.of(reshape(left(op, one, flat), left.shape()), right(op, one, flat));
    }
    return List.of(
        sumTo(left(op, applied, gradient), left.shape()),
        sumTo(right(op, applied, gradient), right.shape()));
  }

  private static Node left(MatMul op, Applied applied, Node gradient) {
    Node right = applied.input(1);
    return op.transposeLeft()
        ? Node.of(new MatMul(op.transposeRight(), true), right, gradient)
        : Node.of(new MatMul(false, !op.transposeRight()), gradient, right);
  }

  private static Node right(MatMul op, Applied applied, Node gradient) {
    Node left = applied.input(0);
    return op.transposeRight()
        ? Node.of(new MatMul(true, op.transposeLeft()), gradient, left)
        : Node.of(new MatMul(!op.transposeLeft(), false), left, gradient);
  }
}
