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
  private static final View[] NONE = {};

  private final Graph graph;
  private final String backend;
  private final float[] arena;
  private final Map<Node, View> views = new IdentityHashMap<>();
  private final View[][] stepInputs;
  private final View[] stepOutputs;
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
    this.stepInputs = new View[steps.size()][];
    this.stepOutputs = new View[steps.size()];
    for (int time = 0; time < steps.size(); time++) {
      stepInputs[time] =
          steps.get(time).dataInputs().stream().map(views::get).toList().toArray(NONE);
      stepOutputs[time] = views.get(steps.get(time).result());
    }
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

  /** One array per thread; grows once and is then reused. */
  float[][] scratch(int threads, int length) {
    if (scratch.length < threads || (threads > 0 && scratch[0].length < length)) {
      scratch = new float[Math.max(threads, scratch.length)][length];
    }
    return scratch;
  }

  View[] inputs(int time) {
    return stepInputs[time];
  }

  View output(int time) {
    return stepOutputs[time];
  }

  float[] array(Node node) {
    return views.get(node).array;
  }

  @Override
  public long bytes() {
    return 4L * arena.length;
  }
}
