package org.cirr.cuda;

import java.util.List;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Add;
import org.cirr.op.Attention;
import org.cirr.op.Constant;
import org.cirr.op.Conv;
import org.cirr.op.Gelu;
import org.cirr.op.LayerNorm;
import org.cirr.op.Linear;
import org.cirr.op.Reshape;
import org.cirr.op.Softmax;
import org.cirr.op.WindowPartition;
import org.cirr.op.WindowReverse;
import org.cirr.tensor.Shape;

/**
 * A network with attention in shifted windows, with bias and regions as Swin Transformer has them,
 * and then between all tokens, as a vision transformer has it.
 */
final class SmallTransformer {
  private static final int CHANNELS = 24;
  private static final List<Integer> SIZE = List.of(3, 9, 11);
  private static final int TOKENS = 3 * 9 * 11;

  private int parameters;

  private SmallTransformer() {}

  static Graph graph() {
    return new SmallTransformer().build();
  }

  private Graph build() {
    Node image = Node.input("image", Shape.of(1, 3, 9, 11, 1));
    List<Integer> ones = List.of(1, 1, 1);
    Conv embed = new Conv(ones, ones, ones, 1);
    Node x = Node.of(embed, image, parameter(CHANNELS, 1, 3, 3, 3), parameter(CHANNELS));
    x = mixed(Node.of(new Add(), x, windows(norm(x))));
    Node tokens = Node.of(Reshape.to(1, TOKENS, CHANNELS), x);
    Node all = Node.of(Attention.of(3, CHANNELS / 3), linear(norm(tokens), 3 * CHANNELS));
    tokens = mixed(Node.of(new Add(), tokens, linear(all, CHANNELS)));
    return Graph.of(Node.of(new Softmax(), linear(norm(tokens), 3)));
  }

  private Node windows(Node x) {
    WindowPartition partition = new WindowPartition(List.of(2, 5, 4), List.of(1, 2, 2));
    int tokens = 2 * 5 * 4;
    Node cut = linear(Node.of(partition, x), 3 * CHANNELS);
    Node regions = Node.of(new Constant(partition.regions(SIZE)));
    Attention op = Attention.of(2, CHANNELS / 2).withBias().withRegions();
    Node mean = Node.of(op, cut, parameter(2, tokens, tokens), regions);
    return Node.of(WindowReverse.of(partition, SIZE), linear(mean, CHANNELS));
  }

  private Node mixed(Node x) {
    Node wide = Node.of(new Gelu(Gelu.Form.EXACT), linear(norm(x), 2 * CHANNELS));
    return Node.of(new Add(), x, linear(wide, CHANNELS));
  }

  private Node norm(Node x) {
    return Node.of(new LayerNorm(1e-5), x, parameter(CHANNELS), parameter(CHANNELS));
  }

  private Node linear(Node x, int channels) {
    return Node.of(new Linear(), x, parameter(channels, x.shape().dim(-1)), parameter(channels));
  }

  private Node parameter(int... extents) {
    return Node.parameter("parameter " + parameters++, Shape.of(extents));
  }
}
