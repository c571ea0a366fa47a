package org.cirr.cuda.process;

import java.util.List;
import org.cirr.backend.Backend;
import org.cirr.backend.BackendReport;
import org.cirr.backend.Backends;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Relu;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/**
 * What a process of its own finds, and that it computes whatever it finds. Its package is not one
 * of the module, so that it runs from the class path beside the module path too.
 */
public final class ReportMain {
  private ReportMain() {}

  public static void main(String[] arguments) {
    for (BackendReport report : Backends.report()) {
      System.out.println(
          report.name() + (report.available() ? " can: " : " cannot: ") + report.detail());
    }
    Backend backend = Backends.auto();
    Graph graph = Graph.of(Node.of(new Relu(), Node.input("x", Shape.of(3))));
    Tensor x = Tensor.of(Shape.of(3), -1, 2, 3);
    Tensor y = backend.compile(graph, name -> null).run(List.of(x), Workers.single()).get(0);
    System.out.println(backend.name() + " computes " + java.util.Arrays.toString(y.array()));
  }
}
