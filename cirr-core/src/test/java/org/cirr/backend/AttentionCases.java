package org.cirr.backend;

import java.util.ArrayList;
import java.util.List;
import org.cirr.op.Attention;
import org.cirr.tensor.Shape;

/** Attention: few and many keys, odd heads, biases that broadcast in every way. */
final class AttentionCases {
  private AttentionCases() {}

  private static Shape s(int... extents) {
    return Shape.of(extents);
  }

  static void add(List<OpCases.Case> cases) {
    attention(cases, 1, 1, 1, 1, 1, 1);
    attention(cases, 2, 2, 5, 7, 3, 4);
    attention(cases, 1, 3, 17, 33, 16, 16);
    attention(cases, 3, 1, 30, 128, 5, 33);
    attention(cases, 1, 2, 200, 129, 20, 48);
    attention(cases, 1, 1, 400, 300, 8, 1);
    attention(cases, 1, 1, 9, 193, 200, 16);
    for (int[] size : new int[][] {{4, 3, 7, 6}, {2, 2, 150, 32}, {2, 1, 40, 24}}) {
      Attention op = Attention.of(size[1], size[3] / size[1] == 0 ? 1 : size[3] / size[1]);
      Shape packed = s(size[0], size[2], 3 * size[3]);
      Shape bias = s(size[1], size[2], size[2]);
      Shape regions = s(2, size[2]);
      one(cases, op, List.of(packed), List.of());
      one(cases, op.withBias(), List.of(packed, bias), List.of());
      one(cases, op.withBias(), List.of(packed), List.of(bias));
      one(cases, op.withRegions(), List.of(packed), List.of(regions));
      one(cases, op.withBias().withRegions(), List.of(packed), List.of(bias, regions));
    }
  }

  private static void attention(
      List<OpCases.Case> cases, int n, int heads, int queries, int keys, int depth, int width) {
    List<Shape> three =
        List.of(s(n, queries, heads * depth), s(n, keys, heads * depth), s(n, keys, heads * width));
    Attention op = Attention.of(heads, depth);
    one(cases, op, three, List.of());
    List<Shape> biases =
        List.of(
            s(heads, queries, keys),
            s(n, heads, queries, keys),
            s(n, 1, 1, keys),
            s(queries, 1),
            s(1, heads, 1, 1));
    for (Shape bias : biases) {
      List<Shape> four = new ArrayList<>(three);
      four.add(bias);
      one(cases, op.withBias(), four, List.of());
    }
  }

  private static void one(
      List<OpCases.Case> cases, Attention op, List<Shape> inputs, List<Shape> parameters) {
    cases.add(new OpCases.Case(op, inputs, parameters, null, 100));
  }
}
