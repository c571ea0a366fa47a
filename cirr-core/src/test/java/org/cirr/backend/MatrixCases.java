package org.cirr.backend;

import java.util.List;
import org.cirr.op.GroupNorm;
import org.cirr.op.LayerNorm;
import org.cirr.op.LeakyRelu;
import org.cirr.op.Linear;
import org.cirr.op.MatMul;
import org.cirr.op.Op;
import org.cirr.op.Relu;
import org.cirr.op.RmsNorm;
import org.cirr.tensor.Shape;

/** Matrix products and the norms of transformers. */
final class MatrixCases {
  private MatrixCases() {}

  static void add(List<OpCases.Case> cases) {
    linear(cases);
    products(cases);
    norms(cases);
  }

  private static Shape s(int... extents) {
    return Shape.of(extents);
  }

  private static void linear(List<OpCases.Case> cases) {
    for (int[] size : new int[][] {{1, 1}, {3, 7}, {17, 33}, {200, 5}, {193, 70}, {96, 96}}) {
      Shape weight = s(size[1], size[0]);
      for (Shape input : List.of(s(size[0]), s(2, 13, size[0]), s(1, 2, 3, 50, size[0]))) {
        Linear op = new Linear();
        List<Shape> biased = List.of(weight, s(size[1]));
        cases.add(new OpCases.Case(op, List.of(input), biased, null, size[0]));
        cases.add(new OpCases.Case(op, List.of(input), List.of(weight), null, size[0]));
      }
    }
    // Several tiles, of rows and of columns, whatever the vectors' width.
    cases.add(
        new OpCases.Case(new Linear(), List.of(s(700, 64)), List.of(s(600, 64), s(600)), null, 64));
    // Several slabs of the depth, and blocks of four, two and one vectors of 16 lanes.
    cases.add(
        new OpCases.Case(
            new Linear(), List.of(s(130, 2400)), List.of(s(112, 2400), s(112)), null, 2400));
    cases.add(
        new OpCases.Case(
            new Linear(), List.of(s(500, 20)), List.of(s(40, 20), s(40)), new Relu(), 20));
  }

  private static void products(List<OpCases.Case> cases) {
    int[][] sizes = {
      {1, 1, 1}, {5, 7, 3}, {17, 33, 16}, {12, 200, 33}, {250, 3, 65}, {3, 400, 1}, {25, 192, 40}
    };
    for (int[] size : sizes) {
      int m = size[0];
      int k = size[1];
      int n = size[2];
      for (boolean left : new boolean[] {false, true}) {
        for (boolean right : new boolean[] {false, true}) {
          int[] a = left ? new int[] {k, m} : new int[] {m, k};
          int[] b = right ? new int[] {n, k} : new int[] {k, n};
          MatMul op = new MatMul(left, right);
          product(cases, op, k, s(a[0], a[1]), s(b[0], b[1]));
          product(cases, op, k, s(2, 3, a[0], a[1]), s(2, 3, b[0], b[1]));
          product(cases, op, k, s(1, 3, a[0], a[1]), s(2, 1, b[0], b[1]));
          product(cases, op, k, s(3, a[0], a[1]), s(b[0], b[1]));
          product(cases, op, k, s(a[0], a[1]), s(3, b[0], b[1]));
        }
      }
    }
  }

  /** Once with two computed sides, once with a trained right one. */
  private static void product(List<OpCases.Case> cases, Op op, int terms, Shape a, Shape b) {
    cases.add(new OpCases.Case(op, List.of(a, b), List.of(), null, terms));
    cases.add(new OpCases.Case(op, List.of(a), List.of(b), null, terms));
  }

  private static void norms(List<OpCases.Case> cases) {
    for (int channels : new int[] {1, 3, 8, 16, 33, 48, 96, 200}) {
      Shape vector = s(channels);
      List<Shape> affine = List.of(vector, vector);
      for (Shape input : List.of(s(channels), s(7, channels), s(2, 3, 5, 29, channels))) {
        LayerNorm norm = new LayerNorm(1e-5);
        cases.add(new OpCases.Case(norm, List.of(input), List.of(), null, 100));
        cases.add(new OpCases.Case(norm, List.of(input), affine, null, 100));
        List<Shape> scale = List.of(vector);
        cases.add(new OpCases.Case(new RmsNorm(1e-5), List.of(input), scale, null, 100));
      }
    }
    for (int[] size : new int[][] {{1, 1}, {6, 3}, {16, 8}, {33, 1}, {64, 32}, {30, 30}}) {
      for (Shape input : List.of(s(2, 3, 5, 7, size[0]), s(1, 40, 31, size[0]))) {
        GroupNorm norm = new GroupNorm(size[1], 1e-5);
        List<Shape> affine = List.of(s(size[0]), s(size[0]));
        cases.add(new OpCases.Case(norm, List.of(input), List.of(), null, 100));
        cases.add(new OpCases.Case(norm, List.of(input), affine, new LeakyRelu(0.01), 100));
      }
    }
  }
}
