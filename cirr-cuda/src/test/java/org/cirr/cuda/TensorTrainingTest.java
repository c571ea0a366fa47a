package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.Backends;
import org.cirr.backend.Program;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.nn.gradient.Gradients;
import org.cirr.op.Conv;
import org.cirr.op.MatMul;
import org.cirr.op.Multiply;
import org.cirr.op.Reduce;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomGraphs;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All gradients of a U-Net, and of a transformer, on the tensor cores of the stand-in. */
class TensorTrainingTest {
  @BeforeAll
  static void onTheStandIn() {
    StandIn.use();
  }

  private static Graph gradients(Graph network) {
    Node output = network.outputs().get(0);
    Node weighted = Node.of(new Multiply(), output, Node.input("weights", output.shape()));
    int[] axes = IntStream.range(0, output.shape().rank()).toArray();
    Node loss = Node.of(Reduce.mean(axes), weighted);
    return Gradients.of(loss, network.parameters()).graph();
  }

  /**
   * The length of the difference of all gradients, relative to that of the gradients.
   *
   * @param program of the graph, with the parameters of seed 3
   */
  private static double difference(Graph graph, Program program) {
    List<Tensor> inputs = RandomGraphs.inputs(graph, 3);
    List<Tensor> expected =
        Backends.of("scalar")
            .compile(graph, RandomGraphs.parameters(graph, 3))
            .run(inputs, Workers.single());
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
    return Math.sqrt(difference / length);
  }

  private static Program program(Graph graph, Arithmetic arithmetic) {
    Program program =
        Backends.of("cuda", arithmetic).compile(graph, RandomGraphs.parameters(graph, 3));
    assertEquals(program.arenaBytes(), Backends.of("cuda", arithmetic).arenaBytes(graph));
    return program;
  }

  /**
   * Most of the difference is of values so near 0 that rounding takes them to the other side of a
   * rectifier, where the gradient is a hundred times another; so it grows with the root of the
   * rounding error.
   */
  @ParameterizedTest
  @CsvSource({"TF32, 0.03", "BF16, 0.08"})
  void gradientsHardlyChange(Arithmetic arithmetic, double tolerance) {
    Graph graph = gradients(SmallUNet.graph());
    Program program = program(graph, arithmetic);
    double relative = difference(graph, program);
    assertTrue(relative > 0 && relative <= tolerance, arithmetic + ": " + relative);
    String report = program.report();
    assertFalse(report.contains("conv_weight_gradient"), report);
    assertFalse(report.contains("conv_transpose"), report);
    long layers = graph.nodes().stream().filter(node -> node.op() instanceof Conv).count();
    int found = report.split("tensor_gradient_" + arithmetic, -1).length - 1;
    assertTrue(found >= layers, found + " of " + layers + ": " + report);
  }

  /**
   * Attention's gradient is made of products. Nothing here has a kink, so the difference grows as
   * the rounding error itself. Found: 0.0011 and 0.0085.
   */
  @ParameterizedTest
  @CsvSource({"TF32, 0.003", "BF16, 0.02"})
  void gradientsOfATransformerHardlyChange(Arithmetic arithmetic, double tolerance) {
    Graph graph = gradients(SmallTransformer.graph());
    Program program = program(graph, arithmetic);
    double relative = difference(graph, program);
    assertTrue(relative > 0 && relative <= tolerance, arithmetic + ": " + relative);
    String report = program.report();
    long products = graph.nodes().stream().filter(node -> node.op() instanceof MatMul).count();
    assertEquals(products, report.split("tensor_product_" + arithmetic, -1).length - 1, report);
    assertEquals(2, report.split("tensor_attention_" + arithmetic, -1).length - 1, report);
  }
}
