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
import org.cirr.op.Parameter;

/** The steps of a graph and their memory: all that can be known without weights. */
final class CpuPlan {
  private final List<Step> steps = new ArrayList<>();
  private final MemoryPlan memory;

  CpuPlan(Graph graph, KernelFactory factory) {
    Fusion fusion = new Fusion(graph, factory);
    Map<Node, Long> statistics = new IdentityHashMap<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Input || node.op() instanceof Parameter) {
        continue;
      }
      checkParameters(node);
      if (!fusion.isAbsorbed(node)) {
        steps.add(step(node, fusion, factory, statistics));
      }
    }
    this.memory = new MemoryPlan(graph, steps, factory);
  }

  private static Step step(
      Node node, Fusion fusion, KernelFactory factory, Map<Node, Long> statistics) {
    List<Part> parts = new ArrayList<>();
    for (Node input : node.inputs()) {
      if (!(input.op() instanceof Parameter)) {
        parts.addAll(fusion.parts(input));
      }
    }
    if (node.op() instanceof InstanceNorm) {
      long left = statistics.getOrDefault(node.inputs().get(0), 0L);
      if (fusion.isDeferred(node)) {
        return new Step(node, null, node, left > 0 ? List.of() : parts, false, true, left);
      }
      Node next = fusion.activation(node);
      return new Step(
          node, next == null ? null : next.op(), fusion.result(node), parts, false, false, left);
    }
    Node next = fusion.activation(node);
    Step step =
        new Step(
            node, next == null ? null : next.op(), fusion.result(node), parts, false, false, 0);
    if (next == null && !fusion.norms(node).isEmpty()) {
      Step leaving = new Step(node, null, node, parts, true, false, 0);
      long length = factory.statisticsLength(leaving);
      if (length > 0) {
        statistics.put(node, length);
        return leaving;
      }
    }
    return step;
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
