package org.cirr.benchmarks.memory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.cirr.benchmarks.peer.Contestant;
import org.cirr.benchmarks.peer.Engine;
import org.cirr.benchmarks.workload.Networks;
import org.cirr.benchmarks.workload.RandomValues;
import org.cirr.graph.Graph;
import org.cirr.tensor.Tensor;

/**
 * The process that is measured: loads the reference net from a file and computes one patch, twice.
 *
 * <p>It prints a line and waits for one at two points: when the engine's library is loaded and the
 * model is not, and when it is done.
 */
final class OnePatch {
  private static final int RUNS = 2;

  private OnePatch() {}

  /** Arguments: the engine's name, the exported model, the threads. */
  public static void main(String[] arguments) throws IOException {
    Engine engine =
        Engine.all().stream().filter(e -> e.name().equals(arguments[0])).findFirst().orElseThrow();
    if (engine.unavailable().isPresent()) {
      throw new IllegalStateException(engine.unavailable().get());
    }
    Graph graph = Networks.reference(Networks.PATCH).graph();
    System.gc();
    System.out.println("ready");
    System.in.read();
    List<Tensor> inputs = List.of(RandomValues.input(graph.inputs().get(0).shape()));
    int threads = Integer.parseInt(arguments[2]);
    try (Contestant contestant = engine.load(Path.of(arguments[1]), graph, inputs, threads)) {
      for (int run = 0; run < RUNS; run++) {
        contestant.run();
      }
      System.out.println("done");
      System.in.read();
    }
  }
}
