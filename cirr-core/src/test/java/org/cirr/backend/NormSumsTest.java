package org.cirr.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.List;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Conv;
import org.cirr.op.GroupNormSums;
import org.cirr.op.InstanceNorm;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomTensors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The sums of a norm's gradient take the statistics that the convolution left for the norm, long
 * after it.
 */
class NormSumsTest {
  private static final long SEED = 20261123;

  /** A large mean: statistics that were not of this tensor, or badly combined, would show. */
  private static final float BIAS = 50;

  private static final String MEASURED = "statistics from the step before";

  private record Run(List<Tensor> outputs, String report) {}

  private static Run run(String backend, Graph graph) {
    Program program =
        Backends.of(backend)
            .compile(
                graph,
                name -> {
                  if (name.equals("b")) {
                    Tensor bias = Tensor.zeros(graph.parameters().get(1).shape());
                    Arrays.fill(bias.array(), BIAS);
                    return bias;
                  }
                  return RandomTensors.normal(graph.parameters().get(0).shape(), SEED);
                });
    List<Tensor> inputs =
        graph.inputs().stream()
            .map(input -> RandomTensors.normal(input.shape(), SEED + 1))
            .toList();
    return new Run(program.run(inputs, Workers.of(3)), program.report());
  }

  @ParameterizedTest
  @CsvSource({"32, 32", "3, 20", "16, 6"})
  void sumsAreThoseOfTheConvolutionsOutput(int in, int out) {
    boolean simd =
        Backends.report().stream().anyMatch(r -> r.name().equals("simd") && r.available());
    assumeTrue(simd, "skipped: the simd backend cannot run here");
    Node x = Node.input("x", Shape.of(2, 5, 9, 14, in));
    Node weight = Node.parameter("w", Shape.of(out, in, 3, 3, 3));
    Node bias = Node.parameter("b", Shape.of(out));
    Node conv = Node.of(Conv.same(new int[] {3, 3, 3}, new int[] {1, 1, 1}), x, weight, bias);
    Node normal = Node.of(new InstanceNorm(1e-5), conv);
    Node gradient = Node.input("g", conv.shape());
    Node sums = Node.of(new GroupNormSums(out, 1e-5, 0.01), conv, gradient);
    Node halves = Node.of(new GroupNormSums(2, 1e-5, 1), conv, gradient);
    Run expected = run("scalar", Graph.of(normal, sums, halves));
    Run actual = run("simd", Graph.of(normal, sums, halves));
    Run alone = run("simd", Graph.of(sums));
    assertEquals(3, actual.report.split(MEASURED, -1).length - 1, actual.report);
    assertEquals(0, alone.report.split(MEASURED, -1).length - 1, alone.report);
    for (int k = 0; k < 3; k++) {
      float[] all = expected.outputs.get(k).array();
      assertArrayEquals(all, actual.outputs.get(k).array(), 2e-3f, "output " + k);
    }
    assertArrayEquals(actual.outputs.get(1).array(), alone.outputs.get(0).array(), 2e-3f);
  }
}
