package org.cirr.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.cirr.backend.Backends;
import org.cirr.backend.Program;
import org.cirr.backend.Workspace;
import org.cirr.benchmarks.machine.MachinePeak;
import org.cirr.benchmarks.workload.RandomValues;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Op;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/** One op, compiled, with everything that its runs need. */
final class OpRun {
  private final Program program;
  private final Workspace workspace;
  private final List<Tensor> inputs;
  private final List<Tensor> output;
  private final Workers workers;
  private final int threads;
  private MachinePeak peak;
  private final double gigaFlop;
  private final double gigaByte;

  /**
   * Compiles the op.
   *
   * @param data the shapes of the inputs of every run
   * @param trained the shapes of the parameters behind them
   */
  OpRun(String backend, int threads, Op op, List<Shape> data, List<Shape> trained) {
    List<Node> nodes = new ArrayList<>();
    for (Shape shape : data) {
      nodes.add(Node.input("input " + nodes.size(), shape));
    }
    for (Shape shape : trained) {
      nodes.add(Node.parameter("parameter " + nodes.size(), shape));
    }
    Graph graph = Graph.of(Node.of(op, nodes));
    program = Backends.of(backend).compile(graph, RandomValues.weights(graph));
    workspace = program.newWorkspace();
    inputs = data.stream().map(RandomValues::input).toList();
    output = List.of(Tensor.zeros(graph.outputs().get(0).shape()));
    workers = Workers.of(threads);
    this.threads = threads;
    gigaFlop = graph.flops() / 1e9;
    long values = data.stream().mapToLong(Shape::elements).sum();
    gigaByte = 4 * (values + graph.outputs().get(0).shape().elements()) / 1e9;
  }

  /** One run, counted. */
  float[] run(WorkCounter counter) {
    if (peak == null && counter.isMeasuring()) { // in the first warm-up call
      peak = MachinePeak.measure(threads);
    }
    program.run(workspace, inputs, output, workers);
    counter.add(gigaFlop, gigaByte, peak);
    return output.get(0).array();
  }
}
