package org.cirr.backend;

import java.util.Optional;
import java.util.function.Function;
import org.cirr.graph.Graph;
import org.cirr.parallel.Workers;
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
   * that this backend cannot run; {@link DeviceException} when a device fails or is too small.
   *
   * @param parameters gives the tensor of each parameter's name; asked for each use of it. The
   *     tensors may be kept: do not write to them afterwards, or {@link Program#rebind} them
   * @param workers pack the weights
   */
  Program compile(Graph graph, Function<String, Tensor> parameters, Workers workers);

  /** As above, on the calling thread alone. */
  default Program compile(Graph graph, Function<String, Tensor> parameters) {
    return compile(graph, parameters, Workers.single());
  }

  /** The bytes of the arena that a run of the graph needs; known without any weights. */
  long arenaBytes(Graph graph);

  /** Whether arenas and weights lie in the memory of a device, and not in Java's heap. */
  default boolean onDevice() {
    return false;
  }

  /** What runs a whole sliding window on the device; empty where the processor cuts and adds. */
  default Optional<TileDevice> tileDevice() {
    return Optional.empty();
  }
}
