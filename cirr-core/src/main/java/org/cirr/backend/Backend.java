package org.cirr.backend;

import java.util.function.Function;
import org.cirr.graph.Graph;
import org.cirr.tensor.Tensor;

/** A way to compute graphs. Immutable and safe to use from many threads. */
public interface Backend {
  /** The name by which users choose it, such as {@code simd}. */
  String name();

  /**
   * Fuses, plans memory, and packs the weights.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when a parameter is missing or has another
   * shape, or when the arena cannot be held; {@link UnsupportedOperationException} naming an op
   * that this backend cannot run.
   *
   * @param parameters gives the tensor of each parameter's name; asked once for each use of it. The
   *     tensors may be kept and must not be written to afterwards
   */
  Program compile(Graph graph, Function<String, Tensor> parameters);

  /** The bytes of the arena that a run of the graph needs; known without any weights. */
  long arenaBytes(Graph graph);
}
