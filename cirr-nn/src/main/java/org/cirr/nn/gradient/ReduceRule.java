package org.cirr.nn.gradient;

import static org.cirr.nn.gradient.Terms.filled;
import static org.cirr.nn.gradient.Terms.kept;
import static org.cirr.nn.gradient.Terms.minus;
import static org.cirr.nn.gradient.Terms.number;
import static org.cirr.nn.gradient.Terms.over;
import static org.cirr.nn.gradient.Terms.repeatTo;
import static org.cirr.nn.gradient.Terms.reshape;
import static org.cirr.nn.gradient.Terms.sum;
import static org.cirr.nn.gradient.Terms.times;

import java.util.List;
import org.cirr.graph.Node;
import org.cirr.op.PointwiseGradient;
import org.cirr.op.Reduce;
import org.cirr.op.Relu;
import org.cirr.tensor.Shape;

/** The gradient of reductions; several largest values share it equally, as in PyTorch's amax. */
final class ReduceRule {
  private ReduceRule() {}

  static List<Node> inputs(Applied applied, Node gradient) {
    Reduce op = (Reduce) applied.op();
    Shape shape = applied.shape(0);
    Shape kept = kept(shape, op.axes());
    Node given = reshape(gradient, kept);
    long count = kept.elements() == 0 ? 1 : shape.elements() / kept.elements();
    return switch (op.kind()) {
      case SUM -> List.of(repeatTo(given, shape));
      case MEAN -> List.of(repeatTo(times(given, 1.0 / count), shape));
      case MAX, MIN -> List.of(extreme(applied, op, given, kept));
    };
  }

  private static Node extreme(Applied applied, Reduce op, Node given, Shape kept) {
    Node x = applied.input(0);
    Node best = reshape(applied.output(), kept);
    Node distance = op.kind() == Reduce.Kind.MAX ? minus(best, x) : minus(x, best);
    Node elsewhere =
        Node.of(new PointwiseGradient(new Relu()), distance, filled(x.shape(), 1)); // 0 or 1
    Node here = minus(number(1), elsewhere);
    Node share = over(given, reshape(sum(here, op.axes()), kept));
    return times(here, share);
  }
}
