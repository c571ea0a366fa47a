package org.cirr.nn.gradient;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;

/**
 * Which values of the forward pass are kept for the way back ({@link Gradients}): the fewer, the
 * less memory a training step needs and the more it computes twice.
 *
 * <p><b>Source</b>: Chen et al. 2016, "Training deep nets with sublinear memory cost", arXiv
 * 1604.06174; {@code torch.utils.checkpoint}.
 */
public final class Checkpoints {
  private Checkpoints() {}

  /** All values: nothing is computed twice. */
  public static Predicate<Node> all() {
    return node -> true;
  }

  /**
   * Of the ops that are much work, the result of every n-th; what is cheap is always computed
   * again. With n = 1 only cheap ops (norms, activations, concatenations) are computed twice;
   * larger n also compute convolutions twice.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when n is less than 1.
   *
   * @param loss whose forward pass it is
   */
  public static Predicate<Node> every(int n, Node loss) {
    if (n < 1) {
      throw new IllegalArgumentException("a checkpoint is kept every 1 or more ops, got " + n);
    }
    Set<Node> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    int count = 0;
    for (Node node : Graph.of(loss).nodes()) {
      if (node.op().flops(node.inputShapes()) > 0 && ++count % n == 0) {
        kept.add(node);
      }
    }
    return kept::contains;
  }

  /** The given values alone. */
  public static Predicate<Node> at(List<Node> nodes) {
    Set<Node> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    kept.addAll(nodes);
    return kept::contains;
  }
}
