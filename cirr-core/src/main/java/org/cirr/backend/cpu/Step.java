package org.cirr.backend.cpu;

import java.util.ArrayList;
import java.util.List;
import org.cirr.graph.Node;
import org.cirr.op.Op;
import org.cirr.tensor.Shape;

/**
 * What one kernel computes: a node, what is done to its inputs on the way, and the activation fused
 * behind it if there is one.
 *
 * @param node the op and its inputs
 * @param activation the op applied to its result, or null
 * @param result the node whose value the step makes: {@code node}, or the activation's
 * @param parts what it reads: the parts of its first input that is no parameter, then the others;
 *     none for a deferred norm whose statistics the step before has left
 * @param leavesStatistics whether the step leaves the statistics of its result for the norm behind
 * @param makesTable for a norm, whether the readers of its result apply it, so that only their
 *     table is to be made
 * @param statisticsLength the floats of statistics that the step that made its input has left for
 *     it, where its kernel takes them: a norm, or the sums of a norm's gradient
 * @param sliceChannels the channels of a slice, where the result is written slice after slice, each
 *     as a tensor of its own; otherwise all channels
 */
public record Step(
    Node node,
    Op activation,
    Node result,
    List<Part> parts,
    boolean leavesStatistics,
    boolean makesTable,
    long statisticsLength,
    int sliceChannels) {
  public Step {
    parts = List.copyOf(parts);
  }

  /** A node by itself, with nothing fused: for what follows from its shapes. */
  public static Step of(Node node) {
    return new Step(node, null, node, List.of(), false, false, 0, channels(node));
  }

  /** The extent of the last axis. */
  static int channels(Node node) {
    return node.shape().rank() == 0 ? 1 : node.shape().dim(-1);
  }

  /** The nodes whose values or tables it reads. */
  public List<Node> reads() {
    List<Node> nodes = new ArrayList<>();
    for (Part part : parts) {
      nodes.add(part.source());
      if (part.norm() != null) {
        nodes.add(part.norm());
      }
    }
    return nodes;
  }

  /** The shape of the first input. */
  public Shape inputShape() {
    return node.inputs().get(0).shape();
  }

  /** {@code InstanceNorm + LeakyRelu}. */
  public String title() {
    StringBuilder title = new StringBuilder();
    Op before = parts.isEmpty() ? null : parts.get(0).activation();
    if (!parts.isEmpty() && parts.get(0).norm() != null) {
      title.append("norm ");
    }
    if (before != null) {
      title.append(before.name()).append(' ');
    }
    title.append(title.isEmpty() ? "" : "→ ").append(node.op().name());
    return activation == null
        ? title.toString()
        : title.append(" + ").append(activation.name()).toString();
  }
}
