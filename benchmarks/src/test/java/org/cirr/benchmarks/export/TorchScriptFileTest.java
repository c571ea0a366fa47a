package org.cirr.benchmarks.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Conv;
import org.cirr.op.LeakyRelu;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program's text; that whole archives are right, PyTorch says in ContestantsTest. */
class TorchScriptFileTest {
  @TempDir Path folder;

  private static Graph graph() {
    Node x = Node.input("image", Shape.of(1, 5, 7, 2));
    Node weight = Node.parameter("conv.weight", Shape.of(3, 2, 3, 3));
    Node conv = Node.of(Conv.same(new int[] {3, 3}, new int[] {1, 2}), x, weight);
    return Graph.of(Node.of(new LeakyRelu(0.01), conv));
  }

  @Test
  void everyOpIsALineOfTheProgram() {
    assertEquals(
        """
        class Net(Module):
          __parameters__ = ["p0", ]
          __buffers__ = []
          p0 : Tensor
          training : bool
          def forward(self: __torch__.Net,
            x0: Tensor) -> Tensor:
            v2 = torch.conv2d(x0, self.p0, None, [1, 2], [1, 1], [1, 1], 1)
            v3 = torch.leaky_relu(v2, 0.01)
            return v3
        """,
        TorchScriptSource.of(graph()));
  }

  @Test
  void theWeightsAreReadAsTheyWereWritten() throws Exception {
    Graph graph = graph();
    float[] values = new float[54];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 7f;
    }
    Path file = folder.resolve("net.weights");
    WeightsFile.write(file, graph, name -> Tensor.of(Shape.of(3, 2, 3, 3), values));
    try (WeightsFile weights = WeightsFile.open(file, graph)) {
      assertArrayEquals(values, weights.get("conv.weight").array());
    }
  }

  @Test
  void channelsGoFirstAndComeBack() {
    Shape shape = Shape.of(1, 2, 1, 3);
    float[] last = {1, 2, 3, 4, 5, 6};
    float[] first = ChannelsFirst.from(last, shape);
    assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, first);
    assertArrayEquals(new long[] {1, 3, 2, 1}, ChannelsFirst.extents(shape));
    assertArrayEquals(last, ChannelsFirst.to(first, shape));
  }

  @Test
  void anUnknownKernelIsRefused() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> org.cirr.benchmarks.workload.Kernels.named("conv 9x9@3x3"));
    assertEquals("there is no kernel 'conv 9x9@3x3'", e.getMessage());
  }
}
