package org.cirr.benchmarks.workload;

import java.util.List;
import java.util.function.Function;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/**
 * What all contestants compute: one graph with one output, the same weights and inputs.
 *
 * @param name what it is called in tables
 * @param graph the network
 * @param weights the tensor of each parameter's name
 * @param inputs one tensor for each input of the graph, channels last
 */
public record Workload(
    String name, Graph graph, Function<String, Tensor> weights, List<Tensor> inputs) {
  /** The shape of the output. */
  public Shape output() {
    return graph.outputs().get(0).shape();
  }

  /** Multiplications and additions of one run, in 10⁹. */
  public double gigaFlop() {
    return graph.flops() / 1e9;
  }

  /** The bytes of inputs, parameters and outputs in 10⁹: what has to be moved at least. */
  public double gigaByte() {
    return gigaByte(graph);
  }

  /** The same of any graph. */
  public static double gigaByte(Graph graph) {
    long elements = graph.parameterCount();
    for (Node node : graph.inputs()) {
      elements += node.shape().elements();
    }
    for (Node node : graph.outputs()) {
      elements += node.shape().elements();
    }
    return elements * 4 / 1e9;
  }

  @Override
  public String toString() {
    return name;
  }
}
