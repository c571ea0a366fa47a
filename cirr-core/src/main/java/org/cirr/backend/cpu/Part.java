package org.cirr.backend.cpu;

import org.cirr.graph.Node;
import org.cirr.op.Op;

/**
 * One value that a step reads, and what is applied to it on the way.
 *
 * @param source the node whose values lie in memory
 * @param norm the InstanceNorm to apply, whose table lies in memory too, or null
 * @param activation the op to apply behind it, or null
 */
public record Part(Node source, Node norm, Op activation) {
  /** A value read as it is. */
  static Part plain(Node source) {
    return new Part(source, null, null);
  }

  /** Whether the value is read as it lies in memory. */
  public boolean isPlain() {
    return norm == null && activation == null;
  }
}
