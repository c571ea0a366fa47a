package org.cirr.benchmarks.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.cirr.benchmarks.workload.Workload;
import org.cirr.graph.Graph;
import org.cirr.tensor.Tensor;

/** An engine that takes part in a comparison. */
public interface Engine {
  /** All engines, cirr first: {@code cirr}, {@code ort}, {@code torch}. */
  static List<Engine> all() {
    return List.of(new CirrEngine("simd"), new OnnxRuntimeEngine(), new TorchEngine());
  }

  /** A short name for columns. */
  String name();

  /** The full name with its version. */
  String description();

  /** Why it cannot run here; empty when it can. */
  Optional<String> unavailable();

  /** The runs after which it has done all that it does only once, such as compiling. */
  int warmUpRuns();

  /**
   * Writes the workload as the file that {@link #load} reads; not timed.
   *
   * @param folder an empty folder of its own
   * @return the file
   */
  Path export(Workload workload, Path folder) throws IOException;

  /**
   * Loads an exported workload.
   *
   * @param graph the workload's graph, for shapes
   * @param threads how many threads may compute
   */
  Contestant load(Path file, Graph graph, List<Tensor> inputs, int threads) throws IOException;
}
