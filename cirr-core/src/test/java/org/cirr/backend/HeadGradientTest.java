package org.cirr.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.ConvWeightGradient;
import org.cirr.op.InstanceNorm;
import org.cirr.op.LeakyRelu;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomTensors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The last layer's weight gradient normalises its input itself, sample by sample. */
class HeadGradientTest {
  private static final long SEED = 20261124;

  @ParameterizedTest
  @CsvSource({"32, 2", "16, 1", "48, 2"})
  void aDeferredNormIsApplied(int channels, int outputs) {
    boolean simd =
        Backends.report().stream().anyMatch(r -> r.name().equals("simd") && r.available());
    assumeTrue(simd, "skipped: the simd backend cannot run here");
    List<Integer> ones = List.of(1, 1, 1);
    List<Integer> none = List.of(0, 0, 0);
    Node x = Node.input("x", Shape.of(2, 5, 9, 11, channels));
    Node normal = Node.of(new LeakyRelu(0.01), Node.of(new InstanceNorm(1e-5), x));
    Node gradient = Node.input("g", Shape.of(2, 5, 9, 11, outputs));
    Graph graph =
        Graph.of(Node.of(new ConvWeightGradient(ones, ones, none, ones, 1), normal, gradient));
    List<Tensor> inputs =
        graph.inputs().stream().map(n -> RandomTensors.normal(n.shape(), SEED)).toList();
    Program program = Backends.of("simd").compile(graph, name -> null);
    String report = program.report();
    assertTrue(report.contains("norm LeakyRelu") && report.contains("few outputs"), report);
    float[] expected =
        Backends.of("scalar")
            .compile(graph, name -> null)
            .run(inputs, Workers.single())
            .get(0)
            .array();
    for (Workers workers : List.of(Workers.single(), Workers.of(3))) {
      float[] actual = program.run(inputs, workers).get(0).array();
      assertArrayEquals(expected, actual, 1e-3f, "seed " + SEED);
    }
  }
}
