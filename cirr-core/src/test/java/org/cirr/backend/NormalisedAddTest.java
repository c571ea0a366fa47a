package org.cirr.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.function.Function;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Add;
import org.cirr.op.Conv;
import org.cirr.op.InstanceNorm;
import org.cirr.op.LeakyRelu;
import org.cirr.op.Relu;
import org.cirr.op.Sigmoid;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomTensors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** At the end of a residual block, norms are applied by the addition that reads them. */
class NormalisedAddTest {
  private static final long SEED = 20261122;
  private static final float TOLERANCE = 2e-5f;

  private final Node x;
  private int weights;

  NormalisedAddTest() {
    x = Node.input("x", Shape.of(2, 3, 17, 5, 3));
  }

  private Node norm(int channels) {
    Node weight = Node.parameter("w" + weights++, Shape.of(channels, 3, 3, 3, 3));
    Node conv = Node.of(Conv.same(new int[] {3, 3, 3}, new int[] {1, 1, 1}), x, weight);
    Node scale = Node.parameter("s" + weights, Shape.of(channels));
    return Node.of(new InstanceNorm(1e-5), conv, scale, scale);
  }

  private static float[] run(String backend, Node output, boolean applied) {
    Graph graph = Graph.of(output);
    Function<String, Tensor> values =
        name -> {
          Node node =
              graph.parameters().stream()
                  .filter(p -> Graph.label(p).equals(name))
                  .findFirst()
                  .orElseThrow();
          return RandomTensors.normal(node.shape(), SEED + name.hashCode());
        };
    Program program = Backends.of(backend).compile(graph, values);
    if (backend.equals("simd")) {
      assertTrue(program.report().contains("norms applied") == applied, program.report());
    }
    Tensor result = Tensor.zeros(output.shape());
    Tensor input = RandomTensors.normal(graph.inputs().get(0).shape(), SEED);
    program.run(program.newWorkspace(), List.of(input), List.of(result), Workers.of(3));
    return result.array();
  }

  private static void check(String what, Node output, boolean applied) {
    float[] expected = run("scalar", output, false);
    float[] actual = run("simd", output, applied);
    assertFalse(expected.length == 0);
    assertArrayEquals(expected, actual, TOLERANCE, what + ", seed " + SEED);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16, 33, 48})
  void bothOperandsAndTheResultMayBeNormalisedAndRectified(int channels) {
    boolean simd =
        Backends.report().stream().anyMatch(r -> r.name().equals("simd") && r.available());
    assumeTrue(simd, "skipped: the simd backend cannot run here");
    Node first = norm(channels);
    Node second = norm(channels);
    Node rectified = Node.of(new Relu(), norm(channels));
    Node plain = Node.of(new Sigmoid(), norm(channels));
    check("two norms", Node.of(new Add(), first, second), true);
    check("with itself", Node.of(new Add(), first, first), true);
    check("a norm and a rectified one", Node.of(new Add(), first, rectified), true);
    check("a plain one first", Node.of(new Add(), plain, rectified), true);
    check("a plain one last", Node.of(new Add(), rectified, plain), true);
    check("no norm", Node.of(new Add(), plain, plain), false);
    Node block = Node.of(new LeakyRelu(0.01), Node.of(new Add(), second, rectified));
    check("a whole block", block, true);
  }
}
