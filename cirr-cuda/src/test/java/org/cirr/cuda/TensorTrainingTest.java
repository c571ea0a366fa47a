package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.Backends;
import org.cirr.backend.Program;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.nn.gradient.Gradients;
import org.cirr.op.Conv;
import org.cirr.op.Multiply;
import org.cirr.op.Reduce;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomGraphs;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All gradients of a U-Net on the tensor cores of the stand-in. */
class TensorTrainingTest {
  @BeforeAll
  static void onTheStandIn() {
    StandIn.use();
  }

  private static Graph gradients() {
    Graph network = SmallUNet.graph();
    Node output = network.outputs().get(0);
    Node weighted = Node.of(new Multiply(), output, Node.input("weights", output.shape()));
    Node loss = Node.of(Reduce.mean(0, 1, 2, 3, 4), weighted);
    return Gradients.of(loss, network.parameters()).graph();
  }

  /**
   * The length of the difference of all gradients, relative to that of the gradients. Most of it is
   * of values so near 0 that rounding takes them to the other side of a rectifier, where the
   * gradient is a hundred times another; so it grows with the root of the rounding error.
   */
  @ParameterizedTest
  @CsvSource({"TF32, 0.03", "BF16, 0.08"})
  void gradientsHardlyChange(Arithmetic arithmetic, double tolerance) {
    Graph graph = gradients();
    List<Tensor> inputs = RandomGraphs.inputs(graph, 3);
    List<Tensor> expected =
        Backends.of("scalar")
            .compile(graph, RandomGraphs.parameters(graph, 3))
            .run(inputs, Workers.single());
    Program program =
        Backends.of("cuda", arithmetic).compile(graph, RandomGraphs.parameters(graph, 3));
    List<Tensor> actual = program.run(inputs, Workers.single());
    List<Tensor> again = program.run(inputs, Workers.single());
    double length = 0;
    double difference = 0;
    for (int i = 1; i < expected.size(); i++) {
      float[] exact = expected.get(i).array();
      float[] rounded = actual.get(i).array();
      assertArrayEquals(rounded, again.get(i).array(), "two runs differ");
      for (int k = 0; k < exact.length; k++) {
        length += (double) exact[k] * exact[k];
        difference += Math.pow(exact[k] - (double) rounded[k], 2);
      }
    }
    double relative = Math.sqrt(difference / length);
    assertTrue(relative > 0 && relative <= tolerance, arithmetic + ": " + relative);
    String report = program.report();
    assertFalse(report.contains("conv_weight_gradient"), report);
    assertFalse(report.contains("conv_transpose"), report);
    long layers = graph.nodes().stream().filter(node -> node.op() instanceof Conv).count();
    int found = report.split("tensor_gradient_" + arithmetic, -1).length - 1;
    assertTrue(found >= layers, found + " of " + layers + ": " + report);
    assertEquals(program.arenaBytes(), Backends.of("cuda", arithmetic).arenaBytes(graph));
  }
}
