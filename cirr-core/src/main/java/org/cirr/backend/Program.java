package org.cirr.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/**
 * A compiled graph with its weights.
 *
 * <p>Many threads may run it at once, each with a {@link Workspace} of its own. Nothing but {@link
 * #rebind} changes it. The result does not depend on the number of threads.
 */
public interface Program {
  /** What it computes. */
  Graph graph();

  /**
   * The bytes of one workspace: everything a run writes except its outputs and the threads'
   * scratch.
   */
  long arenaBytes();

  /** The bytes that each thread of a run needs beside the arena. */
  long scratchBytesPerThread();

  /** The bytes of the packed weights. */
  long weightBytes();

  /** What is computed in which order, by which kernel, in which memory; a table for people. */
  String report();

  /** Memory for one run at a time; reusable for any number of runs. */
  Workspace newWorkspace();

  /**
   * Computes the outputs into tensors of the caller. Allocates nothing big, except that a workspace
   * makes scratch memory for its threads in its first run.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when a tensor's shape is not the graph's, an
   * output shares its array with an input or another output, or the workspace is another graph's;
   * {@link java.util.concurrent.CancellationException} when the workers are cancelled; {@link
   * DeviceException} when a device fails. The workspace can be used again after any error but that
   * of a device that is lost; the outputs hold nothing of use.
   *
   * @param inputs one tensor for each of {@link Graph#inputs()}, not modified
   * @param outputs one tensor for each of {@link Graph#outputs()}, overwritten
   */
  void run(Workspace workspace, List<Tensor> inputs, List<Tensor> outputs, Workers workers);

  /**
   * Gives the program other weights, as a step of training does. What it computes then is the same,
   * bit for bit, as if the graph had been compiled with them; plan, kernels and memory stay, and so
   * workspaces do. Allocates nothing big.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when a parameter is missing or has another
   * shape, {@link IllegalStateException} while the program runs; nothing has changed then. {@link
   * java.util.concurrent.CancellationException} when the workers are cancelled: some weights are
   * new and some old then, and it is to be called again before the next run.
   *
   * @param parameters gives the tensor of each parameter's name, also of those that have not
   *     changed. The tensors may be kept: after writing to them, rebind them
   * @param workers pack the weights
   */
  void rebind(Function<String, Tensor> parameters, Workers workers);

  /** Computes the outputs into new tensors, with a new workspace. */
  default List<Tensor> run(List<Tensor> inputs, Workers workers) {
    List<Tensor> outputs = new ArrayList<>();
    for (Node output : graph().outputs()) {
      outputs.add(Tensor.zeros(output.shape()));
    }
    run(newWorkspace(), inputs, outputs, workers);
    return outputs;
  }
}
