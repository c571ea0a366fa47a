package org.cirr.nn.gradient;

import static org.cirr.nn.gradient.Terms.reshape;

import java.util.ArrayList;
import java.util.List;
import org.cirr.graph.Node;
import org.cirr.op.SelectiveScan;
import org.cirr.op.SelectiveScanGradient;
import org.cirr.op.Slice;

/** The gradients of a selective scan: one op makes all of them, cut apart here. */
final class SelectiveScanRule {
  private SelectiveScanRule() {}

  static List<Node> inputs(Applied applied, Node gradient) {
    List<Node> read = new ArrayList<>(applied.inputs());
    read.add(gradient);
    Node all = Node.of(new SelectiveScanGradient((SelectiveScan) applied.op()), read);
    List<Node> gradients = new ArrayList<>();
    int from = 0;
    for (Node input : applied.inputs()) {
      int to = from + input.shape().arrayLength();
      gradients.add(reshape(Node.of(Slice.along(0, from, to, 1), all), input.shape()));
      from = to;
    }
    return gradients;
  }
}
