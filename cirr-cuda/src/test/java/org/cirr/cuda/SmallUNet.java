package org.cirr.cuda;

import java.util.List;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Concat;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.InstanceNorm;
import org.cirr.op.LeakyRelu;
import org.cirr.op.Softmax;
import org.cirr.tensor.Shape;

/** A network as nnU-Net builds it, with two resolutions and an anisotropic patch. */
final class SmallUNet {
  private int parameters;

  private SmallUNet() {}

  static Graph graph() {
    return new SmallUNet().build();
  }

  private Graph build() {
    Node x = Node.input("image", Shape.of(1, 5, 12, 14, 1));
    Node high = block(block(x, 8, 1), 8, 1);
    Node low = block(block(high, 20, 2), 20, 1);
    List<Integer> two = List.of(1, 2, 2);
    Node up =
        Node.of(
            new ConvTranspose(two, List.of(0, 0, 0), List.of(0, 0, 0), List.of(1, 1, 1), 1),
            low,
            parameter(20, 8, 1, 2, 2),
            parameter(8));
    Node joined = Node.of(new Concat(), high, up);
    Node last = block(joined, 8, 1);
    Node logits = Node.of(conv(1, 0), last, parameter(3, 8, 1, 1, 1), parameter(3));
    return Graph.of(Node.of(new Softmax(), logits));
  }

  private static Conv conv(int stride, int padding) {
    return new Conv(
        List.of(1, stride, stride), List.of(padding, padding, padding), List.of(1, 1, 1), 1);
  }

  private Node block(Node x, int channels, int stride) {
    int inputs = x.shape().dim(-1);
    Node y = Node.of(conv(stride, 1), x, parameter(channels, inputs, 3, 3, 3), parameter(channels));
    Node norm = Node.of(new InstanceNorm(1e-5), y, parameter(channels), parameter(channels));
    return Node.of(new LeakyRelu(0.01), norm);
  }

  private Node parameter(int... extents) {
    return Node.parameter("parameter " + parameters++, Shape.of(extents));
  }
}
