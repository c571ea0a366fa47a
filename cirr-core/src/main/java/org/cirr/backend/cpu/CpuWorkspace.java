package org.cirr.backend.cpu;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.cirr.backend.Workspace;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.tensor.Tensor;

/** The arena of one run, and the views that say where each step reads and writes. */
final class CpuWorkspace implements Workspace {
  private final Graph graph;
  private final String backend;
  private final float[] arena;
  private final Map<Node, View> views = new IdentityHashMap<>();
  private final Operands[] operands;
  private float[][] scratch = {};

  CpuWorkspace(Graph graph, String backend, CpuPlan plan) {
    this.graph = graph;
    this.backend = backend;
    this.arena = new float[(int) plan.memory().length()];
    for (Node node : graph.nodes()) {
      View view = new View();
      long offset = plan.memory().offset(node);
      view.set(offset < 0 ? null : arena, (int) Math.max(0, offset));
      views.put(node, view);
    }
    List<Step> steps = plan.steps();
    this.operands = new Operands[steps.size()];
    for (int time = 0; time < steps.size(); time++) {
      operands[time] = operands(steps.get(time), time, plan.memory());
    }
  }

  private Operands operands(Step step, int time, MemoryPlan memory) {
    View[] inputs =
        step.parts().stream().map(part -> views.get(part.source())).toArray(View[]::new);
    View[] tables = step.parts().stream().map(part -> views.get(part.norm())).toArray(View[]::new);
    View statistics = null;
    if (step.leavesStatistics()) {
      statistics = inArena(memory.statisticsOffset(step.node()));
    } else if (step.statisticsLength() > 0) {
      statistics = inArena(memory.statisticsOffset(step.node().inputs().get(0)));
    }
    return new Operands(
        inputs, tables, views.get(step.result()), statistics, inArena(memory.sharedOffset(time)));
  }

  private View inArena(long offset) {
    if (offset < 0) {
      return null;
    }
    View view = new View();
    view.set(arena, (int) offset);
    return view;
  }

  boolean fits(Graph otherGraph, String otherBackend) {
    return graph == otherGraph && backend.equals(otherBackend);
  }

  void bind(List<Node> nodes, List<Tensor> tensors) {
    for (int i = 0; i < nodes.size(); i++) {
      views.get(nodes.get(i)).set(tensors.get(i).array(), 0);
    }
  }

  /** Forgets the caller's tensors, so that a kept workspace does not keep them. */
  void release() {
    for (Node node : graph.inputs()) {
      views.get(node).set(null, 0);
    }
    for (Node node : graph.outputs()) {
      views.get(node).set(null, 0);
    }
  }

  /** Sees to one array per thread; it grows once and is then reused. */
  void scratch(int threads, int length) {
    if (scratch.length < threads || (threads > 0 && scratch[0].length < length)) {
      scratch = new float[Math.max(threads, scratch.length)][length];
      for (Operands each : operands) {
        each.scratch = scratch;
      }
    }
  }

  /** The memory of a step. */
  Operands operands(int time) {
    return operands[time];
  }

  float[] array(Node node) {
    return views.get(node).array;
  }

  @Override
  public long bytes() {
    return 4L * arena.length;
  }
}
