package org.cirr.cuda.process;

import java.util.ArrayList;
import java.util.List;
import org.cirr.backend.Backend;
import org.cirr.backend.BackendReport;
import org.cirr.backend.Backends;
import org.cirr.backend.Program;
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
    String devices = System.getProperty("cirr.test.devices");
    if (devices != null) {
      severalDevices(graph, x, devices.split(","));
    }
  }

  /** Programs of several devices, all alive at once and run in turn. */
  private static void severalDevices(Graph graph, Tensor x, String[] devices) {
    List<Program> programs = new ArrayList<>();
    for (String device : devices) {
      programs.add(Backends.of("cuda:" + device).compile(graph, name -> null));
    }
    for (int repeat = 0; repeat < 2; repeat++) {
      for (int i = 0; i < devices.length; i++) {
        Tensor y = programs.get(i).run(List.of(x), Workers.single()).get(0);
        System.out.println(
            "cuda:" + devices[i] + " computes " + java.util.Arrays.toString(y.array()));
      }
    }
    try {
      Backends.of("cuda:2");
    } catch (UnsupportedOperationException e) {
      System.out.println(e.getMessage());
    }
  }
}
