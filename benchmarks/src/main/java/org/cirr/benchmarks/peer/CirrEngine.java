package org.cirr.benchmarks.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.cirr.backend.BackendReport;
import org.cirr.backend.Backends;
import org.cirr.backend.Program;
import org.cirr.backend.Workspace;
import org.cirr.benchmarks.export.WeightsFile;
import org.cirr.benchmarks.workload.Workload;
import org.cirr.graph.Graph;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/** One of cirr's own backends. */
public record CirrEngine(String backend) implements Engine {
  @Override
  public String name() {
    return "cirr";
  }

  @Override
  public String description() {
    return "cirr " + backend + " (" + report().map(BackendReport::detail).orElse("unknown") + ")";
  }

  @Override
  public Optional<String> unavailable() {
    return report().filter(report -> !report.available()).map(BackendReport::detail);
  }

  private Optional<BackendReport> report() {
    return Backends.report().stream().filter(report -> report.name().equals(backend)).findFirst();
  }

  @Override
  public int warmUpRuns() {
    return 3; // the JIT's first compilations and the scratch memory
  }

  @Override
  public Path export(Workload workload, Path folder) throws IOException {
    Path file = folder.resolve("net.weights");
    WeightsFile.write(file, workload.graph(), workload.weights());
    return file;
  }

  @Override
  public Contestant load(Path file, Graph graph, List<Tensor> inputs, int threads)
      throws IOException {
    try (WeightsFile weights = WeightsFile.open(file, graph)) {
      return load(graph, weights::get, inputs, threads);
    }
  }

  /** The same without a file. */
  public Contestant load(
      Graph graph, Function<String, Tensor> weights, List<Tensor> inputs, int threads) {
    Program program = Backends.of(backend).compile(graph, weights);
    return new Compiled(
        program,
        program.newWorkspace(),
        inputs,
        List.of(Tensor.zeros(graph.outputs().get(0).shape())),
        Workers.of(threads));
  }

  private record Compiled(
      Program program,
      Workspace workspace,
      List<Tensor> inputs,
      List<Tensor> outputs,
      Workers workers)
      implements Contestant {
    @Override
    public void run() {
      program.run(workspace, inputs, outputs, workers);
    }

    @Override
    public float[] output() {
      return outputs.get(0).array();
    }

    @Override
    public void close() {} // the garbage collector's work
  }
}
