package org.cirr.nn.gradient;

import java.util.List;
import org.cirr.graph.Node;

/** How the gradients of an op's inputs follow from that of its output. */
@FunctionalInterface
interface GradientRule {
  /**
   * One gradient for each input, of its shape; null for an input that has none, such as a row
   * number.
   */
  List<Node> inputs(Applied applied, Node gradient);
}
