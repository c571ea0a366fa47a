package org.cirr.backend.cpu;

import java.util.function.Function;
import org.cirr.backend.Backend;
import org.cirr.backend.Program;
import org.cirr.graph.Graph;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/** A backend on the Java heap; the kernels are what differs. */
public final class CpuBackend implements Backend {
  private final KernelFactory factory;

  /** The backend with the given kernels. */
  public CpuBackend(KernelFactory factory) {
    this.factory = factory;
  }

  @Override
  public String name() {
    return factory.backend();
  }

  @Override
  public Program compile(Graph graph, Function<String, Tensor> parameters, Workers workers) {
    return new CpuProgram(graph, new CpuPlan(graph, factory), factory, parameters, workers);
  }

  @Override
  public long arenaBytes(Graph graph) {
    return 4 * new CpuPlan(graph, factory).memory().length();
  }

  @Override
  public String toString() {
    return name();
  }
}
