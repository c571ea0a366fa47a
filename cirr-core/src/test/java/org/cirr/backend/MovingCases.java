package org.cirr.backend;

import java.util.List;
import org.cirr.op.Concat;
import org.cirr.op.Flip;
import org.cirr.op.Op;
import org.cirr.op.Pad;
import org.cirr.op.Permute;
import org.cirr.op.Repeat;
import org.cirr.op.Reshape;
import org.cirr.op.Roll;
import org.cirr.op.Slice;
import org.cirr.op.WindowPartition;
import org.cirr.op.WindowReverse;
import org.cirr.tensor.Shape;

/** Ops that only move values; simd must give scalar's bits. */
final class MovingCases {
  private static final int END = Integer.MAX_VALUE;

  private MovingCases() {}

  private static Shape s(int... extents) {
    return Shape.of(extents);
  }

  static void add(List<OpCases.Case> cases) {
    one(cases, Reshape.to(3, 4), s(2, 6));
    one(cases, Reshape.to(), s(1, 1));
    one(cases, Reshape.to(7, 50000), s(50, 7000));
    one(cases, Permute.of(0, 1), s(3, 5));
    one(cases, Permute.of(1, 0), s(33, 17));
    one(cases, Permute.of(0, 4, 2, 3, 1), s(1, 2, 3, 4, 5));
    one(cases, Permute.of(0, 2, 1, 3), s(2, 7, 3, 16));
    one(cases, Permute.of(0, 1, 3, 5, 2, 4, 6, 7), s(1, 2, 2, 2, 3, 2, 2, 3));
    one(cases, Slice.along(1, 2, 5, 3), s(2, 7, 3));
    one(cases, Slice.along(2, 0, END, 3), s(2, 7, 3));
    one(cases, new Slice(List.of(1, 0, 2), List.of(END, 5, 9), List.of(2, 3, 2)), s(5, 9, 17));
    one(cases, Slice.along(0, 3, 3, 2), s(3, 2));
    one(cases, Flip.of(1), s(2, 5, 3));
    one(cases, Flip.of(0, 2), s(2, 5, 33));
    one(cases, new Roll(List.of(1, 2), List.of(-1, 9)), s(2, 3, 4, 5));
    one(cases, new Roll(List.of(0), List.of(-7)), s(5));
    one(cases, Repeat.of(1, 3, 2), s(2, 1, 3));
    one(cases, Repeat.of(4, 1), s(1, 17));
    for (Pad.Mode mode : Pad.Mode.values()) {
      one(cases, new Pad(List.of(0, 1, 0), List.of(0, 2, 0), mode, 1.5), s(2, 4, 16));
      one(cases, new Pad(List.of(0, -1, 2), List.of(0, 1, -2), mode, 0), s(2, 3, 5));
    }
    windows(cases, s(2, 4, 3, 2, 5), List.of(2, 3, 1), List.of(0, 0, 0));
    windows(cases, s(1, 5, 7, 6, 17), List.of(2, 3, 4), List.of(1, 0, 3));
    windows(cases, s(1, 3, 3, 1), List.of(5, 2), List.of(4, 1));
    windows(cases, s(3, 29, 2), List.of(7), List.of(3));
    for (int axis : new int[] {0, 1, 2, -1, -2}) {
      Op concat = new Concat(axis);
      int[] other = {3, 5, 7};
      other[Math.floorMod(axis, 3)] = 2;
      List<Shape> three = List.of(s(3, 5, 7), s(other), s(3, 5, 7));
      cases.add(new OpCases.Case(concat, three, List.of(), null, 1));
      cases.add(new OpCases.Case(concat, three.subList(0, 2), three.subList(2, 3), null, 1));
    }
  }

  private static void windows(
      List<OpCases.Case> cases, Shape shape, List<Integer> window, List<Integer> shift) {
    WindowPartition partition = new WindowPartition(window, shift);
    one(cases, partition, shape);
    List<Integer> size =
        java.util.stream.IntStream.range(1, shape.rank() - 1).mapToObj(shape::dim).toList();
    one(cases, WindowReverse.of(partition, size), partition.infer(List.of(shape)));
  }

  /** Once with a computed input, once with a trained one. */
  private static void one(List<OpCases.Case> cases, Op op, Shape input) {
    cases.add(new OpCases.Case(op, List.of(input), List.of(), null, 1));
    cases.add(new OpCases.Case(op, List.of(), List.of(input), null, 1));
  }
}
