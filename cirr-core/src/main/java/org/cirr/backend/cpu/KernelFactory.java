package org.cirr.backend.cpu;

import java.util.function.Function;
import org.cirr.graph.Node;
import org.cirr.op.Op;
import org.cirr.tensor.Tensor;

/** Makes a backend's kernels. */
public interface KernelFactory {
  /** The backend's name. */
  String backend();

  /** Whether an activation behind this node can be computed by the node's own kernel. */
  boolean fuses(Node node, Op activation);

  /** Whether the step's kernel can write over its first input; known without weights. */
  boolean inPlace(Step step);

  /**
   * The kernel of a step.
   *
   * @param parameters the tensor of a parameter node
   */
  Kernel create(Step step, Function<Node, Tensor> parameters);
}
