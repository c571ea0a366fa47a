package org.cirr.backend.cpu;

import org.cirr.graph.Node;
import org.cirr.op.InstanceNorm;
import org.cirr.op.Op;

/** What a backend's kernels can do: asked while a graph is planned, without any weights. */
public interface KernelAbilities {
  /** The backend's name. */
  String backend();

  /** Whether an activation behind this node can be computed by the node's own kernel. */
  boolean fuses(Node node, Op activation);

  /** Whether the step's kernel can write over its first input. */
  boolean inPlace(Step step);

  /** Whether the node's kernel can normalise and rectify its inputs while it reads them. */
  default boolean readsRaw(Node node) {
    return false;
  }

  /** Whether the node's kernel can read its first input as the parts of a concatenation. */
  default boolean readsParts(Node node) {
    return false;
  }

  /** Whether the node's kernel can write its result as slices of so many channels. */
  default boolean writesSlices(Node node, int channels) {
    return false;
  }

  /** The floats of statistics that the step can leave for a norm behind it, or 0. */
  default long statisticsLength(Step step) {
    return 0;
  }

  /** Whether the node's kernel takes the statistics that the step before has left. */
  default boolean takesStatistics(Node node) {
    return node.op() instanceof InstanceNorm;
  }

  /** The floats of the table that a deferred norm makes for the readers of its result. */
  default long tableLength(Node norm) {
    throw new UnsupportedOperationException("backend '" + backend() + "' defers no norm");
  }

  /** The floats that all threads of the step share beside input and output. */
  default long sharedLength(Step step) {
    return 0;
  }
}
