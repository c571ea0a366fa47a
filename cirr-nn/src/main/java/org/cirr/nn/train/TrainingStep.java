package org.cirr.nn.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cirr.backend.Backend;
import org.cirr.backend.Backends;
import org.cirr.backend.DeviceException;
import org.cirr.backend.Program;
import org.cirr.backend.Workspace;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/**
 * A graph that is run again and again while its weights change in between. Where the choice of the
 * backend is left to cirr and a device fails, the step is computed again on the processor, and so
 * are all that follow.
 */
final class TrainingStep {
  private final Graph graph;
  private final Map<String, Tensor> weights;
  private final List<Tensor> outputs = new ArrayList<>();
  private final boolean automatic;
  private Backend backend;
  private Program program;
  private Workspace workspace;
  private boolean stale; // whether the weights have changed since they were packed

  /**
   * Compiles the graph; working memory is taken by the first run.
   *
   * @param automatic whether the processor may take the place of the backend's device
   * @param weights read again after each {@link #weightsChanged()}
   */
  TrainingStep(Backend backend, boolean automatic, Graph graph, Map<String, Tensor> weights) {
    this.graph = graph;
    this.weights = weights;
    this.automatic = automatic;
    this.backend = backend;
    try {
      this.program = backend.compile(graph, weights::get);
    } catch (DeviceException | UnsupportedOperationException e) {
      goOnWithout(e);
    }
  }

  /** Compiles for the processor what a device could not do. */
  private void goOnWithout(RuntimeException failure) {
    if (!automatic || !backend.onDevice()) {
      throw failure;
    }
    workspace = null;
    backend = Backends.insteadOf(backend, failure);
    program = backend.compile(graph, weights::get);
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
    try {
      compute(inputs, workers);
    } catch (DeviceException e) {
      goOnWithout(e);
      compute(inputs, workers);
    }
    return outputs;
  }

  private void compute(List<Tensor> inputs, Workers workers) {
    if (stale) {
      program.rebind(weights::get, workers);
      stale = false;
    }
    if (workspace == null) {
      workspace = program.newWorkspace();
    }
    if (outputs.isEmpty()) {
      for (Node output : graph.outputs()) {
        outputs.add(Tensor.zeros(output.shape()));
      }
    }
    program.run(workspace, inputs, outputs, workers);
  }

  /** The memory of a device that it holds once it has run; 0 on the processor. */
  long deviceBytes() {
    return backend.onDevice() ? program.arenaBytes() + program.weightBytes() : 0;
  }

  /** What {@link #heapBytes} would be if another graph computed the same. */
  long heapBytes(Graph other, int threads) {
    long heap = heapBytes(threads);
    return backend.onDevice() ? heap : heap - program.arenaBytes() + backend.arenaBytes(other);
  }

  /** The heap that it holds once it has run, the threads' scratch included, but not the weights. */
  long heapBytes(int threads) {
    long results =
        graph.outputs().stream().mapToLong(node -> Float.BYTES * node.shape().elements()).sum();
    long inside = program.arenaBytes() + program.weightBytes();
    return (backend.onDevice() ? 0 : inside) + threads * program.scratchBytesPerThread() + results;
  }
}
