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
  private final Graph graph;
  private final Map<String, Tensor> weights;
  private final List<Tensor> outputs = new ArrayList<>();
  private final Program program;
  private Workspace workspace;
  private boolean stale; // whether the weights have changed since they were packed

  /**
   * Compiles the graph; working memory is taken by the first run.
   *
   * @param weights read again after each {@link #weightsChanged()}
   */
  TrainingStep(Backend backend, Graph graph, Map<String, Tensor> weights) {
    this.graph = graph;
    this.weights = weights;
    this.program = backend.compile(graph, weights::get);
  }

  Graph graph() {
    return graph;
  }

  /** Says that the weights are others than in the run before. */
  void weightsChanged() {
    stale = true;
  }

  /** Computes the outputs, whose tensors are the same in every run. */
  List<Tensor> run(List<Tensor> inputs, Workers workers) {
    if (stale) {
      program.rebind(weights::get, workers);
      stale = false;
    }
    if (workspace == null) {
      workspace = program.newWorkspace();
      for (Node output : graph.outputs()) {
        outputs.add(Tensor.zeros(output.shape()));
      }
    }
    program.run(workspace, inputs, outputs, workers);
    return outputs;
  }

  /** All that it holds once it has run, the threads' scratch included, but not the weights. */
  long bytes(int threads) {
    long results =
        graph.outputs().stream().mapToLong(node -> Float.BYTES * node.shape().elements()).sum();
    return program.arenaBytes()
        + threads * program.scratchBytesPerThread()
        + program.weightBytes()
        + results;
  }
}
