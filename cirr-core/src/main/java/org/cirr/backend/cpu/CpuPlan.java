package org.cirr.backend.cpu;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.BatchNorm;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.Input;
import org.cirr.op.InstanceNorm;
import org.cirr.op.LeakyRelu;
import org.cirr.op.Parameter;
import org.cirr.op.Relu;

/** The steps of a graph and their memory: all that can be known without weights. */
final class CpuPlan {
  private final List<Step> steps = new ArrayList<>();
  private final MemoryPlan memory;

  CpuPlan(Graph graph, KernelFactory factory) {
    Map<Node, Integer> uses = new IdentityHashMap<>();
    Map<Node, Node> consumer = new IdentityHashMap<>();
    for (Node node : graph.nodes()) {
      for (Node input : node.inputs()) {
        uses.merge(input, 1, Integer::sum);
        consumer.put(input, node);
      }
    }
    for (Node output : graph.outputs()) {
      uses.merge(output, 1, Integer::sum);
    }
    Map<Node, Boolean> done = new IdentityHashMap<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Input || node.op() instanceof Parameter || done.containsKey(node)) {
        continue;
      }
      checkParameters(node);
      Node next = uses.get(node) == 1 ? consumer.get(node) : null;
      boolean fused =
          next != null
              && (next.op() instanceof LeakyRelu || next.op() instanceof Relu)
              && factory.fuses(node, next.op());
      steps.add(new Step(node, fused ? next.op() : null, fused ? next : node));
      if (fused) {
        done.put(next, true);
      }
    }
    this.memory = new MemoryPlan(graph, steps, factory);
  }

  /** Parameters may stand behind the first input of the ops that have weights, and nowhere else. */
  private static void checkParameters(Node node) {
    boolean weighted =
        node.op() instanceof Conv
            || node.op() instanceof ConvTranspose
            || node.op() instanceof InstanceNorm
            || node.op() instanceof BatchNorm;
    for (int i = 0; i < node.inputs().size(); i++) {
      if (node.inputs().get(i).op() instanceof Parameter && !(weighted && i > 0)) {
        throw new UnsupportedOperationException(
            node.op().name()
                + " cannot take the parameter '"
                + Graph.label(node.inputs().get(i))
                + "' as input "
                + i
                + "; hand it in as an input of the graph");
      }
    }
  }

  List<Step> steps() {
    return steps;
  }

  MemoryPlan memory() {
    return memory;
  }
}
