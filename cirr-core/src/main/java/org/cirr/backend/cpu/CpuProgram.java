package org.cirr.backend.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
  private final FixedOutputs fixedOutputs = new FixedOutputs();
  private final int scratchLength;
  private final long weightBytes;
  private final ProgramUse use = new ProgramUse();

  CpuProgram(
      Graph graph,
      CpuPlan plan,
      KernelFactory factory,
      Function<String, Tensor> parameters,
      Workers workers) {
    this.graph = graph;
    this.backend = factory.backend();
    this.plan = plan;
    if (plan.memory().length() > Shape.MAX_ELEMENTS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the graph's intermediate values need %.1f GiB at once, but one arena holds at most"
                  + " 8.0 GiB: use a smaller patch",
              arenaBytes() / (double) (1L << 30)));
    }
    long scratch = 0;
    long bytes = 0;
    for (Step step : plan.steps()) {
      Kernel kernel = factory.create(step);
      bind(kernel, step.node(), parameters, workers);
      kernels.add(kernel);
      if (kernel.scratchLength() > Shape.MAX_ELEMENTS) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s on input %s needs %.1f GiB of scratch memory per thread, at most 8.0 GiB are"
                    + " possible: use a smaller patch",
                step.title(),
                step.inputShape(),
                4.0 * kernel.scratchLength() / (1L << 30)));
      }
      scratch = Math.max(scratch, kernel.scratchLength());
      bytes += kernel.weightBytes();
    }
    fixedOutputs.bind(graph, parameters);
    kernels.forEach(Kernel::warmUp);
    this.scratchLength = (int) scratch;
    this.weightBytes = bytes;
  }

  private static void bind(
      Kernel kernel, Node node, Function<String, Tensor> parameters, Workers workers) {
    List<Node> inputs = node.inputs();
    kernel.bind(
        index ->
            index < inputs.size()
                ? Bindings.parameter(inputs.get(index), parameters).array()
                : null,
        workers);
  }

  @Override
  public void rebind(Function<String, Tensor> parameters, Workers workers) {
    use.rebind(
        graph,
        parameters,
        () -> {
          for (int time = 0; time < kernels.size(); time++) {
            bind(kernels.get(time), plan.steps().get(time).node(), parameters, workers);
          }
          fixedOutputs.bind(graph, parameters);
        });
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
  public long scratchBytesPerThread() {
    return 4L * scratchLength;
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
    Bindings.check(graph, inputs, outputs);
    use.beginRun();
    try {
      memory.bind(graph.outputs(), outputs);
      memory.bind(graph.inputs(), inputs); // last: an output that is an input is copied below
      memory.scratch(workers.threads(), scratchLength);
      for (int time = 0; time < kernels.size(); time++) {
        workers.throwIfCancelled();
        kernels.get(time).run(memory.operands(time), workers);
      }
      copyAliases(memory, outputs);
    } finally {
      memory.release();
      use.endRun();
    }
  }

  /** Outputs that no step writes: inputs, parameters, and a node that is listed twice. */
  private void copyAliases(CpuWorkspace memory, List<Tensor> outputs) {
    for (int i = 0; i < outputs.size(); i++) {
      Node node = graph.outputs().get(i);
      float[] target = outputs.get(i).array();
      float[] fixed = fixedOutputs.array(node);
      float[] source = fixed != null ? fixed : memory.array(node);
      if (source != target) {
        System.arraycopy(source, 0, target, 0, target.length);
      }
    }
  }

  @Override
  public String report() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
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
              Locale.ROOT,
              "%4d  %-34s %-26s %9.3f GFLOP  %-12s %s%n",
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
