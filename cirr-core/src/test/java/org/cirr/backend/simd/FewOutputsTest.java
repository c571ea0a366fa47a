package org.cirr.backend.simd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.cirr.backend.Backends;
import org.cirr.backend.Program;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Conv;
import org.cirr.op.InstanceNorm;
import org.cirr.op.LeakyRelu;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomTensors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A network's last layers, where the norm before is left to the one that reads it. */
class FewOutputsTest {
  private static final double TOLERANCE = 2e-6;

  /** norm → leaky relu → 1×1×1 → norm. */
  private static Graph graph(int channels, int outputs) {
    Node x = Node.input("x", Shape.of(2, 3, 7, 29, channels));
    Node first = Node.of(conv(3), x, Node.parameter("a", Shape.of(channels, channels, 3, 3, 3)));
    Node normed = Node.of(new LeakyRelu(0.01), Node.of(new InstanceNorm(1e-5), first));
    Node weight = Node.parameter("w", Shape.of(outputs, channels, 1, 1, 1));
    Node head = Node.of(conv(1), normed, weight, Node.parameter("b", Shape.of(outputs)));
    return Graph.of(head, Node.of(new InstanceNorm(1e-5), head));
  }

  private static Conv conv(int size) {
    return Conv.same(new int[] {size, size, size}, new int[] {1, 1, 1});
  }

  @ParameterizedTest
  @CsvSource({"4,1", "32,2", "20,3", "48,4", "32,5", "7,1", "33,2"})
  void aHeadReadsWhatTheNormBeforeLeftRaw(int channels, int outputs) {
    assumeTrue(
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
        "the vector module is not there");
    Graph graph = graph(channels, outputs);
    Map<String, Shape> shapes =
        Map.of(
            "a", Shape.of(channels, channels, 3, 3, 3),
            "w", Shape.of(outputs, channels, 1, 1, 1),
            "b", Shape.of(outputs));
    Function<String, Tensor> weights = RandomTensors.parameters(shapes::get, channels);
    List<Tensor> in = List.of(RandomTensors.normal(graph.inputs().get(0).shape(), channels));

    Program program = Backends.of("simd").compile(graph, weights);
    boolean few = outputs <= 2;
    assertEquals(few, program.report().contains("few outputs"), program.report());

    List<Tensor> expected = Backends.of("scalar").compile(graph, weights).run(in, Workers.single());
    List<Tensor> one = program.run(in, Workers.single());
    List<Tensor> three = program.run(in, Workers.of(3));
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(one.get(i).array(), three.get(i).array(), "threads");
      double most = 0;
      double distance = 0;
      for (int k = 0; k < expected.get(i).array().length; k++) {
        most = Math.max(most, Math.abs(expected.get(i).array()[k]));
        distance =
            Math.max(
                distance, Math.abs(expected.get(i).array()[k] - (double) one.get(i).array()[k]));
      }
      assertTrue(distance <= TOLERANCE * most, "output " + i + ": " + distance / most);
    }
  }
}
