package org.cirr.nn.gradient;

import java.util.List;
import org.cirr.graph.Node;
import org.cirr.op.Adjoint;
import org.cirr.op.MaxPoolGradient;

/** The gradients of poolings and of resizing. */
final class PoolRules {
  private PoolRules() {}

  /** Of weighted means: back with the same weights. */
  static List<Node> mean(Applied applied, Node gradient) {
    return List.of(Node.of(Adjoint.of(applied.op(), applied.shape(0)), gradient));
  }

  static List<Node> max(Applied applied, Node gradient) {
    return List.of(Node.of(new MaxPoolGradient(applied.op()), applied.input(0), gradient));
  }
}
