package org.cirr.backend.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.tensor.Tensor;

/** Who uses a program: any number of runs, or one that binds other parameters to it. */
/*
 * Design. A counter says how many runs are at work, or that weights are being bound. Nobody waits for
 * it: a run that meets a rebinding, or the other way round, is an error of the caller that would
 * otherwise show up as numbers of two networks. It also makes new weights visible to later runs.
 */
public final class ProgramUse {
  private static final int BINDING = -1;

  private final AtomicInteger runs = new AtomicInteger();

  /**
   * A run begins; {@link #endRun} has to follow.
   *
   * <p><b>Errors</b>: {@link IllegalStateException} while parameters are being bound.
   */
  public void beginRun() {
    if (runs.getAndUpdate(count -> count == BINDING ? count : count + 1) == BINDING) {
      throw new IllegalStateException(
          "the program's parameters are being rebound: run it when that is done");
    }
  }

  /** A run ends, well or not. */
  public void endRun() {
    runs.decrementAndGet();
  }

  /**
   * Binds other parameters to a graph, once all of them have been found good.
   *
   * <p><b>Errors</b>: {@link IllegalStateException} while the program runs or another thread binds;
   * whatever {@link Bindings#parameter} finds wrong, before anything has changed.
   *
   * @param bind takes the parameters
   */
  public void rebind(Graph graph, Function<String, Tensor> parameters, Runnable bind) {
    for (Node parameter : graph.parameters()) {
      Bindings.parameter(parameter, parameters);
    }
    if (!runs.compareAndSet(0, BINDING)) {
      throw new IllegalStateException(
          "the program is in use: rebind its parameters between runs, from one thread");
    }
    try {
      bind.run();
    } finally {
      runs.set(0);
    }
  }
}
