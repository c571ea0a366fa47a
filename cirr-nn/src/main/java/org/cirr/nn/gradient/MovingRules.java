package org.cirr.nn.gradient;

import static org.cirr.nn.gradient.Terms.sum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cirr.graph.Node;
import org.cirr.op.Adjoint;
import org.cirr.op.Concat;
import org.cirr.op.Pad;
import org.cirr.op.Permute;
import org.cirr.op.Repeat;
import org.cirr.op.Roll;
import org.cirr.op.ScatterAdd;
import org.cirr.op.Slice;
import org.cirr.op.WindowPartition;
import org.cirr.op.WindowReverse;
import org.cirr.tensor.Shape;

/** The gradients of ops that move values: the way back, with the op that does it fastest. */
final class MovingRules {
  private MovingRules() {}

  static List<Node> reshape(Applied applied, Node gradient) {
    return List.of(Terms.reshape(gradient, applied.shape(0)));
  }

  static List<Node> permute(Applied applied, Node gradient) {
    List<Integer> axes = ((Permute) applied.op()).axes();
    int[] back = new int[axes.size()];
    for (int i = 0; i < back.length; i++) {
      back[axes.get(i)] = i;
    }
    return List.of(Node.of(Permute.of(back), gradient));
  }

  static List<Node> flip(Applied applied, Node gradient) {
    return List.of(Node.of(applied.op(), gradient));
  }

  static List<Node> roll(Applied applied, Node gradient) {
    Roll op = (Roll) applied.op();
    List<Integer> back = op.shifts().stream().map(shift -> -shift).toList();
    return List.of(Node.of(new Roll(op.axes(), back), gradient));
  }

  static List<Node> pad(Applied applied, Node gradient) {
    Pad op = (Pad) applied.op();
    if (op.mode() != Pad.Mode.CONSTANT) {
      return adjoint(applied, gradient);
    }
    List<Integer> before = op.before().stream().map(count -> -count).toList();
    List<Integer> after = op.after().stream().map(count -> -count).toList();
    return List.of(Node.of(Pad.zeros(before, after), gradient));
  }

  static List<Node> slice(Applied applied, Node gradient) {
    Slice op = (Slice) applied.op();
    if (op.step().stream().anyMatch(step -> step != 1)) {
      return adjoint(applied, gradient);
    }
    List<Integer> after = new ArrayList<>();
    for (int axis = 0; axis < op.from().size(); axis++) {
      int extent = applied.shape(0).dim(axis);
      after.add(extent - Math.min(op.to().get(axis), extent));
    }
    return List.of(Node.of(Pad.zeros(op.from(), after), gradient));
  }

  private static List<Node> adjoint(Applied applied, Node gradient) {
    return List.of(Node.of(Adjoint.of(applied.op(), applied.shape(0)), gradient));
  }

  /** Every axis becomes two, repeats × extent, and the repeats are summed. */
  static List<Node> repeat(Applied applied, Node gradient) {
    Repeat op = (Repeat) applied.op();
    Shape shape = applied.shape(0);
    int[] extents = new int[2 * shape.rank()];
    List<Integer> repeats = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      extents[2 * axis] = op.times().get(axis);
      extents[2 * axis + 1] = shape.dim(axis);
      repeats.add(2 * axis);
    }
    Node apart = Terms.reshape(gradient, Shape.of(extents));
    return List.of(Terms.reshape(sum(apart, repeats), shape));
  }

  static List<Node> concat(Applied applied, Node gradient) {
    Shape shape = gradient.shape();
    int axis = ((Concat) applied.op()).axis(shape);
    List<Node> gradients = new ArrayList<>();
    int from = 0;
    for (Node input : applied.inputs()) {
      int to = from + input.shape().dim(axis);
      gradients.add(Node.of(Slice.along(axis, from, to, shape.rank()), gradient));
      from = to;
    }
    return gradients;
  }

  static List<Node> partition(Applied applied, Node gradient) {
    WindowPartition op = (WindowPartition) applied.op();
    int[] extents = applied.shape(0).toArray();
    List<Integer> size = Arrays.stream(extents, 1, extents.length - 1).boxed().toList();
    return List.of(Node.of(WindowReverse.of(op, size), gradient));
  }

  static List<Node> reverse(Applied applied, Node gradient) {
    WindowReverse op = (WindowReverse) applied.op();
    return List.of(Node.of(new WindowPartition(op.window(), op.shift()), gradient));
  }

  /** The numbers have no gradient. */
  static List<Node> gather(Applied applied, Node gradient) {
    ScatterAdd add = new ScatterAdd(applied.shape(0).dim(0));
    return Arrays.asList(Node.of(add, applied.input(1), gradient), null);
  }
}
