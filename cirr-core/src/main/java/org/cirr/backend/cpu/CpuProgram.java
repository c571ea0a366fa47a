package org.cirr.backend.cpu;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.cirr.backend.Program;
import org.cirr.backend.Workspace;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/** A graph compiled for the CPU: one kernel after another over one arena. */
final class CpuProgram implements Program {
  private final Graph graph;
  private final String backend;
  private final CpuPlan plan;
  private final List<Kernel> kernels = new ArrayList<>();
  private final Map<Node, Tensor> constants = new IdentityHashMap<>();
  private final int scratchLength;
  private final long weightBytes;

  CpuProgram(
      Graph graph, CpuPlan plan, KernelFactory factory, Function<String, Tensor> parameters) {
    this.graph = graph;
    this.backend = factory.backend();
    this.plan = plan;
    Shape.of((int) Math.min(plan.memory().length(), Integer.MAX_VALUE)).arrayLength();
    int scratch = 0;
    long bytes = 0;
    for (Step step : plan.steps()) {
      Kernel kernel = factory.create(step, node -> parameter(node, parameters));
      kernels.add(kernel);
      scratch = Math.max(scratch, kernel.scratchLength());
      bytes += kernel.weightBytes();
    }
    for (Node output : graph.outputs()) {
      if (output.op() instanceof org.cirr.op.Parameter) {
        constants.put(output, parameter(output, parameters));
      }
    }
    this.scratchLength = scratch;
    this.weightBytes = bytes;
  }

  private static Tensor parameter(Node node, Function<String, Tensor> parameters) {
    if (!(node.op() instanceof org.cirr.op.Parameter parameter)) {
      throw new UnsupportedOperationException(
          "weights, scales and shifts must be parameters of the graph, but one is computed by "
              + node);
    }
    Tensor tensor = parameters.apply(parameter.label());
    if (tensor == null) {
      throw new IllegalArgumentException(
          "parameter '" + parameter.label() + "' of shape " + parameter.shape() + " is missing");
    }
    if (!tensor.shape().equals(parameter.shape())) {
      throw new IllegalArgumentException(
          "parameter '"
              + parameter.label()
              + "' must have shape "
              + parameter.shape()
              + ", got "
              + tensor.shape());
    }
    return tensor;
  }

  @Override
  public Graph graph() {
    return graph;
  }

  @Override
  public long arenaBytes() {
    return 4 * plan.memory().length();
  }

  @Override
  public long weightBytes() {
    return weightBytes;
  }

  @Override
  public Workspace newWorkspace() {
    return new CpuWorkspace(graph, backend, plan);
  }

  @Override
  public void run(Workspace workspace, List<Tensor> inputs, List<Tensor> outputs, Workers workers) {
    if (!(workspace instanceof CpuWorkspace memory) || !memory.fits(graph, backend)) {
      throw new IllegalArgumentException(
          "the workspace was made for another graph or backend; use this program's newWorkspace()");
    }
    check("input", graph.inputs(), inputs);
    check("output", graph.outputs(), outputs);
    memory.bind(graph.inputs(), inputs);
    memory.bind(graph.outputs(), outputs);
    memory.bind(graph.inputs(), inputs); // an output that is an input is copied below
    float[][] scratch = memory.scratch(workers.threads(), scratchLength);
    for (int time = 0; time < kernels.size(); time++) {
      workers.throwIfCancelled();
      kernels.get(time).run(memory.inputs(time), memory.output(time), scratch, workers);
    }
    copyAliases(memory, inputs, outputs);
    memory.release();
  }

  /** Outputs that no step writes: inputs, parameters, and a node that is listed twice. */
  private void copyAliases(CpuWorkspace memory, List<Tensor> inputs, List<Tensor> outputs) {
    for (int i = 0; i < outputs.size(); i++) {
      Node node = graph.outputs().get(i);
      float[] target = outputs.get(i).array();
      float[] source =
          constants.containsKey(node) ? constants.get(node).array() : memory.array(node);
      if (source != target) {
        System.arraycopy(source, 0, target, 0, target.length);
      }
    }
  }

  private static void check(String what, List<Node> nodes, List<Tensor> tensors) {
    if (nodes.size() != tensors.size()) {
      throw new IllegalArgumentException(
          "the graph has " + nodes.size() + " " + what + "s, got " + tensors.size());
    }
    for (int i = 0; i < nodes.size(); i++) {
      if (!nodes.get(i).shape().equals(tensors.get(i).shape())) {
        throw new IllegalArgumentException(
            what
                + " "
                + i
                + " must have shape "
                + nodes.get(i).shape()
                + ", got "
                + tensors.get(i).shape());
      }
    }
  }

  @Override
  public String report() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "%s: %d steps, %.3f GFLOP, arena %.1f MiB, weights %.1f MiB%n",
            backend,
            kernels.size(),
            graph.flops() / 1e9,
            arenaBytes() / 1048576.0,
            weightBytes / 1048576.0));
    for (int time = 0; time < kernels.size(); time++) {
      Step step = plan.steps().get(time);
      long offset = plan.memory().offset(step.result());
      text.append(
          String.format(
              "%4d  %-26s %-26s %9.3f GFLOP  %-12s %s%n",
              time,
              step.title(),
              step.result().shape(),
              step.node().op().flops(step.node().inputShapes()) / 1e9,
              offset < 0 ? "output" : "@" + offset,
              kernels.get(time).describe()));
    }
    return text.toString();
  }
}
