package org.cirr.nn.gradient;

import java.util.List;
import org.cirr.graph.Node;
import org.cirr.op.Op;
import org.cirr.tensor.Shape;

/**
 * An op whose gradient is taken, and the values that its rule may read.
 *
 * @param node the op in the graph of the loss
 * @param inputs the values of its inputs: those of the graph, or nodes that compute them again
 * @param output the value of its output, likewise
 */
record Applied(Node node, List<Node> inputs, Node output) {
  Applied {
    inputs = List.copyOf(inputs);
  }

  Op op() {
    return node.op();
  }

  Node input(int index) {
    return inputs.get(index);
  }

  /** The shape of an input. */
  Shape shape(int index) {
    return inputs.get(index).shape();
  }
}
