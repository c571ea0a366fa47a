package org.cirr.nn.gradient;

import static org.cirr.nn.gradient.Terms.filled;
import static org.cirr.nn.gradient.Terms.reshape;
import static org.cirr.nn.gradient.Terms.sum;
import static org.cirr.nn.gradient.Terms.sumToChannels;
import static org.cirr.nn.gradient.Terms.times;

import java.util.ArrayList;
import java.util.List;
import org.cirr.graph.Node;
import org.cirr.op.BatchNorm;
import org.cirr.op.GroupNorm;
import org.cirr.op.GroupNormGradient;
import org.cirr.op.GroupNormSums;
import org.cirr.op.InstanceNorm;
import org.cirr.op.LayerNorm;
import org.cirr.op.LayerNormGradient;
import org.cirr.op.LeakyRelu;
import org.cirr.op.PointwiseGradient;
import org.cirr.op.Relu;
import org.cirr.op.RmsNorm;
import org.cirr.op.Slice;
import org.cirr.tensor.Shape;

/** The gradients of normalisations. */
final class NormRules {
  private NormRules() {}

  static List<Node> instance(Applied applied, Node gradient) {
    InstanceNorm op = (InstanceNorm) applied.op();
    return groups(applied, gradient, applied.shape(0).dim(-1), op.epsilon());
  }

  static List<Node> group(Applied applied, Node gradient) {
    GroupNorm op = (GroupNorm) applied.op();
    return groups(applied, gradient, op.groups(), op.epsilon());
  }

  /**
   * Where the gradient comes through a rectifier that alone reads the norm, the rectifier's part is
   * done here too: its mask follows from the norm's input, and one pass over the data is saved.
   */
  private static List<Node> groups(Applied applied, Node gradient, int groups, double epsilon) {
    double slope = slope(applied, gradient);
    Node given = slope == 1 ? gradient : gradient.inputs().get(1);
    Node x = applied.input(0);
    List<Node> affine = applied.inputs().subList(1, applied.inputs().size());
    List<Node> read = new ArrayList<>(List.of(x, given));
    read.addAll(affine);
    Node sums = Node.of(new GroupNormSums(groups, epsilon, slope), read);
    read.add(2, sums);
    List<Node> gradients = new ArrayList<>();
    gradients.add(Node.of(new GroupNormGradient(groups, slope), read));
    if (!affine.isEmpty()) {
      gradients.add(row(sums, 3));
      gradients.add(row(sums, 2));
    }
    return gradients;
  }

  /** One of the four sums, over all samples. */
  private static Node row(Node sums, int row) {
    Node one = Node.of(Slice.along(1, row, row + 1, 3), sums);
    return sum(one, List.of(0, 1));
  }

  private static double slope(Applied applied, Node gradient) {
    if (!(gradient.op() instanceof PointwiseGradient through)) {
      return 1;
    }
    Node value = gradient.inputs().get(0);
    boolean behind =
        value.op().equals(through.function())
            && (value.inputs().get(0) == applied.node()
                || value.inputs().get(0) == applied.output());
    if (behind && through.function() instanceof LeakyRelu relu && relu.slope() >= 0) {
      return relu.slope();
    }
    return behind && through.function() instanceof Relu ? 0 : 1;
  }

  static List<Node> layer(Applied applied, Node gradient) {
    LayerNorm op = (LayerNorm) applied.op();
    List<Node> read = new ArrayList<>(List.of(applied.input(0), gradient));
    boolean affine = applied.inputs().size() == 3;
    if (affine) {
      read.add(applied.input(1));
    }
    List<Node> gradients = new ArrayList<>();
    gradients.add(Node.of(new LayerNormGradient(op.epsilon(), true), read));
    if (affine) {
      Node normal = Node.of(op, applied.input(0));
      gradients.add(sumToChannels(times(gradient, normal)));
      gradients.add(sumToChannels(gradient));
    }
    return gradients;
  }

  static List<Node> rms(Applied applied, Node gradient) {
    RmsNorm op = (RmsNorm) applied.op();
    Node x = applied.input(0);
    Node normal = Node.of(op, x, filled(applied.shape(1), 1));
    LayerNormGradient back = new LayerNormGradient(op.epsilon(), false);
    return List.of(
        Node.of(back, x, gradient, applied.input(1)), sumToChannels(times(gradient, normal)));
  }

  /** Mean and variance are stored numbers here and have no gradient. */
  static List<Node> batch(Applied applied, Node gradient) {
    BatchNorm op = (BatchNorm) applied.op();
    Shape vector = applied.shape(1);
    Node ones = filled(vector, 1);
    Node zeros = filled(vector, 0);
    Node mean = applied.input(3);
    Node variance = applied.input(4);
    Node normal = Node.of(op, applied.input(0), ones, zeros, mean, variance);
    List<Node> gradients = new ArrayList<>();
    gradients.add(Node.of(op, gradient, applied.input(1), zeros, zeros, variance));
    gradients.add(reshape(sumToChannels(times(gradient, normal)), vector));
    gradients.add(reshape(sumToChannels(gradient), vector));
    gradients.add(null);
    gradients.add(null);
    return gradients;
  }
}
