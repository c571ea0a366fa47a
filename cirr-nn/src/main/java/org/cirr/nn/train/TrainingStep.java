package org.cirr.nn.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cirr.backend.Backend;
import org.cirr.backend.Program;
import org.cirr.backend.Workspace;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/** A graph that is run again and again while its weights change in between. */
final class TrainingStep {
  /*
   * Programs pack the weights when they are compiled, so other weights mean another program. This
   * is the only place that knows; workspace and outputs are the same for all of them.
   */
  private final Backend backend;
  private final Graph graph;
  private final Map<String, Tensor> weights;
  private final List<Tensor> outputs = new ArrayList<>();
  private Program program;
  private Workspace workspace;

  /**
   * Compiles the graph; working memory is taken by the first run.
   *
   * @param weights read again after each {@link #weightsChanged()}
   */
  TrainingStep(Backend backend, Graph graph, Map<String, Tensor> weights) {
    this.backend = backend;
    this.graph = graph;
    this.weights = weights;
    this.program = backend.compile(graph, weights::get);
  }

  Graph graph() {
    return graph;
  }

  /** Says that the weights are others than in the run before. */
  void weightsChanged() {
    program = null;
  }

  /** Computes the outputs, whose tensors are the same in every run. */
  List<Tensor> run(List<Tensor> inputs, Workers workers) {
    Program current = program();
    if (workspace == null) {
      workspace = current.newWorkspace();
      for (Node output : graph.outputs()) {
        outputs.add(Tensor.zeros(output.shape()));
      }
    }
    current.run(workspace, inputs, outputs, workers);
    return outputs;
  }

  /** All that it holds once it has run, the threads' scratch included, but not the weights. */
  long bytes(int threads) {
    Program current = program();
    long results =
        graph.outputs().stream().mapToLong(node -> Float.BYTES * node.shape().elements()).sum();
    return current.arenaBytes()
        + threads * current.scratchBytesPerThread()
        + current.weightBytes()
        + results;
  }

  private Program program() {
    if (program == null) {
      program = backend.compile(graph, weights::get);
    }
    return program;
  }
}
