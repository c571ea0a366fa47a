package org.cirr.backend;

import java.util.ArrayList;
import java.util.List;
import org.cirr.op.ArgMax;
import org.cirr.op.Gather;
import org.cirr.op.Op;
import org.cirr.op.Reduce;
import org.cirr.op.SelectiveScan;
import org.cirr.tensor.Shape;

/** Selective scans, reductions and look-ups. */
final class ScanCases {
  private ScanCases() {}

  private static Shape s(int... extents) {
    return Shape.of(extents);
  }

  static void add(List<OpCases.Case> cases) {
    scan(cases, 1, 1, 1, 1, 1);
    scan(cases, 2, 17, 6, 16, 1);
    scan(cases, 1, 33, 20, 5, 4);
    scan(cases, 1, 70, 33, 8, 1);
    scan(cases, 2, 5, 96, 16, 2);
    for (Reduce.Kind kind : Reduce.Kind.values()) {
      reduce(cases, new Reduce(kind, List.of()), s(3, 5));
      reduce(cases, new Reduce(kind, List.of(1)), s(3, 5));
      reduce(cases, new Reduce(kind, List.of(0)), s(300, 33));
      reduce(cases, new Reduce(kind, List.of(1, 2)), s(2, 17, 19, 300));
      reduce(cases, new Reduce(kind, List.of(2, 0)), s(3, 5, 7, 9));
      reduce(cases, new Reduce(kind, List.of(0, 1, 2)), s(3, 5, 7));
    }
    for (Shape shape : List.of(s(1), s(7), s(2, 300, 5))) {
      cases.add(new OpCases.Case(new ArgMax(), List.of(shape), List.of(), null, 1));
    }
    List<Shape> inputs = List.of(s(2, 3), s(5, 7));
    cases.add(new OpCases.Case(new Gather(), inputs, List.of(), null, 1));
    cases.add(new OpCases.Case(new Gather(), List.of(), List.of(s(3, 1), s(2, 2)), null, 1));
  }

  private static void reduce(List<OpCases.Case> cases, Op op, Shape input) {
    cases.add(new OpCases.Case(op, List.of(input), List.of(), null, input.elements()));
  }

  private static void scan(
      List<OpCases.Case> cases, int n, int length, int channels, int states, int groups) {
    Shape u = s(n, length, channels);
    Shape b = s(n, length, groups * states);
    for (int flags = 0; flags < 8; flags++) {
      boolean gated = (flags & 1) != 0;
      boolean skip = (flags & 2) != 0;
      boolean bias = (flags & 4) != 0;
      List<Shape> inputs = new ArrayList<>(List.of(u, u, b, b));
      List<Shape> trained = new ArrayList<>(List.of(s(channels, states)));
      if (gated) {
        inputs.add(u);
      }
      if (skip) {
        trained.add(s(channels));
      }
      if (bias) {
        trained.add(s(channels));
      }
      Op op = new SelectiveScan(groups, gated, skip, bias);
      cases.add(new OpCases.Case(op, inputs, trained, null, 16));
    }
  }
}
