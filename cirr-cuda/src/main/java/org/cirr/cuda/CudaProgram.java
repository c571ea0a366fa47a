package org.cirr.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import jcuda.driver.CUgraphExec;
import org.cirr.backend.Program;
import org.cirr.backend.Workspace;
import org.cirr.backend.cpu.Bindings;
import org.cirr.backend.cpu.FixedOutputs;
import org.cirr.backend.cpu.ProgramUse;
import org.cirr.backend.cpu.Step;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Input;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/** A graph compiled for one GPU: launches over a slab of memory, replayed as one graph. */
/*
 * Design. Runs and rebindings are counted as on the CPU: who mixes them up gets an error and not the
 * numbers of two networks. Parameters keep their places when they are rebound, so graphs that were
 * captured stay valid.
 */
final class CudaProgram implements Program {
  private final Device device;
  private final Graph graph;
  private final SlabPlan slab;
  private final Held held = new Held();
  private final DeviceMemory heldMemory;
  private final List<List<Launch>> launches = new ArrayList<>(); // by step
  private final FixedOutputs fixedOutputs = new FixedOutputs();
  private final ProgramUse use = new ProgramUse();

  CudaProgram(
      Device device,
      Graph graph,
      SlabPlan slab,
      Function<String, Tensor> parameters,
      Workers workers) {
    this.device = device;
    this.graph = graph;
    this.slab = slab;
    device.use();
    for (int time = 0; time < slab.steps().size(); time++) {
      StepPlaces places = new StepPlaces(slab.steps().get(time), time, slab, held);
      List<Launch> made = new ArrayList<>();
      for (Launch launch : CudaKernels.launches(places)) {
        if (!launch.isEmpty()) {
          launch.check(device.text(launch.file));
          device.kernel(launch.file, launch.kernel);
          made.add(launch);
        }
      }
      launches.add(made);
    }
    for (Node parameter : graph.parameters()) {
      Bindings.parameter(parameter, parameters); // all errors before memory is taken
    }
    heldMemory = device.allocate(held.bytes(), "holding the network's weights");
    boolean bound = false;
    try {
      withTransfer(transfer -> held.uploadTables(transfer, heldMemory.address()));
      bind(parameters, workers);
      bound = true;
    } finally {
      if (!bound) {
        heldMemory.close();
      }
    }
  }

  private interface Work {
    void run(Transfer transfer);
  }

  /** A transfer that failed is not used again: nobody knows what is in its stream. */
  private void withTransfer(Work work) {
    device.use();
    Transfer transfer = device.borrowTransfer();
    boolean done = false;
    try {
      work.run(transfer);
      done = true;
    } catch (CudaException e) {
      device.note(e);
      throw e;
    } finally {
      if (done) {
        device.giveBack(transfer);
      } else {
        transfer.abandon();
      }
    }
  }

  private void bind(Function<String, Tensor> parameters, Workers workers) {
    workers.throwIfCancelled();
    withTransfer(transfer -> held.bind(parameters, transfer, heldMemory.address()));
    fixedOutputs.bind(graph, parameters);
  }

  @Override
  public void rebind(Function<String, Tensor> parameters, Workers workers) {
    use.rebind(graph, parameters, () -> bind(parameters, workers));
  }

  @Override
  public Graph graph() {
    return graph;
  }

  @Override
  public long arenaBytes() {
    return slab.bytes();
  }

  @Override
  public long scratchBytesPerThread() {
    return 0;
  }

  @Override
  public long weightBytes() {
    return heldMemory.bytes();
  }

  @Override
  public CudaWorkspace newWorkspace() {
    return new CudaWorkspace(graph, device, slab.bytes());
  }

  @Override
  public void run(Workspace workspace, List<Tensor> inputs, List<Tensor> outputs, Workers workers) {
    if (!(workspace instanceof CudaWorkspace memory) || !memory.fits(graph, device)) {
      throw new IllegalArgumentException(
          "the workspace was made for another graph or backend; use this program's newWorkspace()");
    }
    Bindings.check(graph, inputs, outputs);
    use.beginRun();
    try {
      withTransfer(transfer -> run(memory, inputs, outputs, workers, transfer));
    } finally {
      use.endRun();
    }
  }

  private void run(
      CudaWorkspace memory,
      List<Tensor> inputs,
      List<Tensor> outputs,
      Workers workers,
      Transfer transfer) {
    for (int i = 0; i < inputs.size(); i++) {
      workers.throwIfCancelled();
      transfer.upload(address(memory, graph.inputs().get(i)), inputs.get(i).array());
    }
    workers.throwIfCancelled();
    device.driver().replay(memory.replay(this, transfer), transfer.stream());
    transfer.finish();
    for (int i = 0; i < outputs.size(); i++) {
      workers.throwIfCancelled();
      Node node = graph.outputs().get(i);
      float[] target = outputs.get(i).array();
      float[] fixed = fixedOutputs.array(node);
      if (fixed != null) {
        System.arraycopy(fixed, 0, target, 0, target.length);
      } else if (node.op() instanceof Input) {
        float[] source = inputs.get(graph.inputs().indexOf(node)).array();
        System.arraycopy(source, 0, target, 0, target.length);
      } else {
        transfer.download(address(memory, node), target);
      }
    }
  }

  Device device() {
    return device;
  }

  /** Who uses it. */
  ProgramUse use() {
    return use;
  }

  /** Where the only input lies in a workspace's memory. */
  long input(CudaWorkspace memory) {
    return address(memory, graph.inputs().get(0));
  }

  /** Where the only output lies. */
  long output(CudaWorkspace memory) {
    return address(memory, graph.outputs().get(0));
  }

  private long address(CudaWorkspace memory, Node node) {
    return memory.address() + Float.BYTES * slab.value(node).offset();
  }

  /** All launches over a workspace's memory as one graph. */
  CUgraphExec capture(Transfer transfer, long address) {
    Driver driver = device.driver();
    driver.beginCapture(transfer.stream());
    boolean noted = false;
    try {
      for (List<Launch> step : launches) {
        for (Launch launch : step) {
          launch.run(device, transfer, address, heldMemory.address());
        }
      }
      noted = true;
      return driver.endCapture(transfer.stream());
    } finally {
      if (!noted) {
        transfer.abandonCapture();
      }
    }
  }

  @Override
  public String report() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "cuda on %s: %d steps, %.3f GFLOP, device memory %.1f MiB, weights %.1f MiB%n",
            device,
            launches.size(),
            graph.flops() / 1e9,
            arenaBytes() / 1048576.0,
            weightBytes() / 1048576.0));
    for (int time = 0; time < launches.size(); time++) {
      Step step = slab.steps().get(time);
      text.append(
          String.format(
              Locale.ROOT,
              "%4d  %-34s %-26s %9.3f GFLOP  @%-12d %s%n",
              time,
              step.title(),
              step.result().shape(),
              step.node().op().flops(step.node().inputShapes()) / 1e9,
              slab.value(step.result()).offset(),
              String.join(" + ", launches.get(time).stream().map(l -> l.kernel).toList())));
    }
    return text.toString();
  }
}
