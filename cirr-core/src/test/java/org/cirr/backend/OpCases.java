package org.cirr.backend;

import java.util.ArrayList;
import java.util.List;
import org.cirr.op.AdaptiveAvgPool;
import org.cirr.op.AdaptiveMaxPool;
import org.cirr.op.Add;
import org.cirr.op.AvgPool;
import org.cirr.op.BatchNorm;
import org.cirr.op.Concat;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.InstanceNorm;
import org.cirr.op.Interpolate;
import org.cirr.op.LeakyRelu;
import org.cirr.op.MaxPool;
import org.cirr.op.Op;
import org.cirr.op.Relu;
import org.cirr.op.Sigmoid;
import org.cirr.op.Softmax;
import org.cirr.tensor.Shape;

/** Every op on awkward shapes: extents of 1, primes, channels that are no multiple of a vector. */
public final class OpCases {
  private OpCases() {}

  /**
   * One op and its inputs.
   *
   * @param activation put behind the op, or null
   * @param terms how many products a sum has
   */
  public record Case(Op op, List<Shape> inputs, List<Shape> parameters, Op activation, long terms) {
    @Override
    public String toString() {
      return op + " " + inputs + " " + parameters + (activation == null ? "" : " " + activation);
    }
  }

  /** All of them. */
  public static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    convolutions(cases);
    transposed(cases);
    norms(cases);
    pools(cases);
    others(cases);
    ElementwiseCases.add(cases);
    MatrixCases.add(cases);
    AttentionCases.add(cases);
    MovingCases.add(cases);
    ScanCases.add(cases);
    GradientCases.add(cases);
    return cases;
  }

  private static void conv(
      List<Case> cases,
      int[] input,
      int out,
      int[] kernel,
      int[] stride,
      int[] padding,
      int[] dilation,
      int groups) {
    Conv conv = new Conv(boxed(stride), boxed(padding), boxed(dilation), groups);
    int cin = input[input.length - 1] / groups;
    int[] weight = new int[kernel.length + 2];
    weight[0] = out;
    weight[1] = cin;
    System.arraycopy(kernel, 0, weight, 2, kernel.length);
    long terms = Shape.of(weight).elements() / out;
    List<Shape> withBias = List.of(Shape.of(weight), Shape.of(out));
    cases.add(new Case(conv, List.of(Shape.of(input)), withBias, null, terms));
    cases.add(
        new Case(
            conv, List.of(Shape.of(input)), withBias.subList(0, 1), new LeakyRelu(0.01), terms));
  }

  private static void convolutions(List<Case> cases) {
    int[] ones = {1, 1, 1};
    conv(cases, a(1, 5, 7, 9, 1), 8, a(3, 3, 3), ones, ones, ones, 1);
    conv(cases, a(2, 3, 17, 13, 2), 5, a(1, 3, 3), ones, a(0, 1, 1), ones, 1);
    conv(cases, a(1, 1, 1, 1, 3), 33, a(3, 3, 3), ones, ones, ones, 1);
    conv(cases, a(1, 4, 5, 33, 17), 32, a(3, 3, 3), ones, ones, ones, 1);
    conv(cases, a(1, 3, 7, 25, 32), 48, a(3, 3, 3), ones, ones, ones, 1);
    conv(cases, a(1, 7, 9, 11, 30), 31, a(3, 3, 3), a(2, 2, 2), ones, ones, 1);
    conv(cases, a(1, 7, 8, 12, 16), 64, a(3, 3, 3), a(1, 2, 2), ones, ones, 1);
    conv(cases, a(1, 4, 6, 8, 70), 5, a(1, 1, 1), ones, a(0, 0, 0), ones, 1);
    conv(cases, a(1, 6, 7, 5, 7), 9, a(5, 5, 5), ones, a(2, 2, 2), ones, 1);
    conv(cases, a(1, 6, 7, 9, 6), 9, a(3, 1, 3), a(2, 1, 3), a(1, 0, 2), a(1, 1, 2), 1);
    conv(cases, a(1, 5, 6, 7, 12), 12, a(3, 3, 3), ones, ones, ones, 12);
    conv(cases, a(1, 5, 6, 7, 12), 18, a(3, 3, 3), a(1, 2, 1), ones, ones, 3);
    conv(cases, a(1, 3, 3, 80, 2), 3, a(3, 3, 3), a(2, 2, 2), a(2, 1, 0), a(1, 1, 1), 1);
    conv(cases, a(1, 9, 9, 9, 4), 6, a(3, 3, 3), ones, a(2, 2, 2), a(2, 2, 2), 1);
    conv(cases, a(1, 33, 17, 16), 20, a(3, 3), a(1, 1), a(1, 1), a(1, 1), 1);
    conv(cases, a(3, 9, 21, 1), 16, a(7, 7), a(2, 2), a(3, 3), a(1, 1), 1);
    conv(cases, a(2, 65, 3), 7, a(3), a(1), a(1), a(1), 1);
    conv(cases, a(1, 6, 9, 10, 320), 40, a(3, 3, 3), ones, ones, ones, 1);
    pointwise(cases);
    depthwise(cases);
  }

  /** 1×1×1: few outputs, rows that are read in place, and such that are not. */
  private static void pointwise(List<Case> cases) {
    int[] ones = {1, 1, 1};
    int[] none = {0, 0, 0};
    for (int outputs = 1; outputs <= 5; outputs++) {
      conv(cases, a(2, 3, 5, 33, 32), outputs, a(1, 1, 1), ones, none, ones, 1);
      conv(cases, a(2, 7, 9, 20), outputs, a(1, 1), a(1, 1), a(0, 0), a(1, 1), 1);
    }
    conv(cases, a(1, 2, 3, 5, 32), 3, a(1, 1, 1), ones, ones, ones, 1);
    conv(cases, a(1, 3, 4, 5, 8), 2, a(1, 1, 1), a(1, 2, 2), none, ones, 1);
    conv(cases, a(2, 5, 7, 40, 32), 41, a(1, 1, 1), ones, none, ones, 1);
    conv(cases, a(2, 7, 21, 64), 17, a(1, 1), a(1, 1), a(0, 0), a(1, 1), 1);
    conv(cases, a(1, 9, 7, 11, 192), 40, a(1, 1, 1), ones, none, ones, 1);
    conv(cases, a(1, 9, 7, 11, 96), 40, a(1, 1, 1), ones, none, ones, 1);
  }

  private static void depthwise(List<Case> cases) {
    for (int width : new int[] {3, 5, 7}) { // rows of taps together; fewer and more than 8 wide
      for (int extent : new int[] {1, 7, 8, 9, 33}) {
        int[] kernel = {3, 1, width};
        int[] padding = {1, 0, width / 2};
        conv(cases, a(2, 3, 2, extent, 18), 18, kernel, a(2, 1, 1), padding, a(1, 1, 1), 18);
      }
      conv(cases, a(1, 4, 21, 16), 16, a(3, width), a(1, 1), a(1, 0), a(1, 1), 16);
      conv(cases, a(1, 4, 21, 16), 16, a(1, width), a(1, 1), a(0, width), a(1, 1), 16);
    }
    int[] ones = {1, 1, 1};
    for (int channels : new int[] {4, 16, 17, 33, 48}) {
      conv(cases, a(1, 5, 6, 19, channels), channels, a(3, 3, 3), ones, ones, ones, channels);
    }
    conv(cases, a(1, 3, 4, 5, 40), 40, a(7, 7, 7), ones, a(3, 3, 3), ones, 40);
    conv(cases, a(2, 13, 11, 24), 24, a(5, 5), a(2, 2), a(2, 2), a(1, 1), 24);
    conv(cases, a(1, 9, 8, 20), 20, a(3, 3), a(1, 3), a(2, 4), a(2, 1), 20);
    conv(cases, a(2, 33, 19), 19, a(4), a(1), a(3), a(1), 19);
    conv(cases, a(1, 1, 1, 16), 16, a(3, 3), a(1, 1), a(1, 1), a(1, 1), 16);
    conv(cases, a(1, 3, 2, 5, 12), 48, a(1, 1, 1), ones, a(0, 0, 0), ones, 12);
    conv(cases, a(1, 3, 2, 5, 72), 18, a(1, 1, 1), ones, a(0, 0, 0), ones, 18);
    conv(cases, a(1, 6, 7, 32), 48, a(3, 3), a(2, 1), a(1, 1), a(1, 1), 16);
  }

  private static void transposed(
      List<Case> cases,
      int[] input,
      int out,
      int[] kernel,
      int[] stride,
      int[] padding,
      int[] extra) {
    transposed(cases, input, out, kernel, stride, padding, extra, new int[] {1, 1, 1}, 1);
  }

  private static void transposed(
      List<Case> cases,
      int[] input,
      int out,
      int[] kernel,
      int[] stride,
      int[] padding,
      int[] extra,
      int[] dilation,
      int groups) {
    int cin = input[input.length - 1];
    int[] weight = new int[kernel.length + 2];
    weight[0] = cin;
    weight[1] = out / groups;
    System.arraycopy(kernel, 0, weight, 2, kernel.length);
    List<Integer> apart = boxed(dilation).subList(0, kernel.length);
    ConvTranspose op =
        new ConvTranspose(boxed(stride), boxed(padding), boxed(extra), apart, groups);
    long terms = Shape.of(weight).elements() / out;
    List<Shape> withBias = List.of(Shape.of(weight), Shape.of(out));
    cases.add(new Case(op, List.of(Shape.of(input)), withBias, null, terms));
    cases.add(new Case(op, List.of(Shape.of(input)), withBias.subList(0, 1), new Relu(), terms));
  }

  private static void transposed(List<Case> cases) {
    int[] none = {0, 0, 0};
    transposed(cases, a(1, 3, 5, 7, 33), 32, a(2, 2, 2), a(2, 2, 2), none, none);
    transposed(cases, a(1, 3, 5, 13, 16), 6, a(1, 2, 2), a(1, 2, 2), none, none);
    transposed(cases, a(2, 1, 1, 1, 5), 17, a(2, 1, 3), a(2, 1, 3), none, none);
    transposed(cases, a(1, 4, 5, 6, 8), 9, a(3, 3, 3), a(2, 2, 2), a(1, 1, 1), a(1, 1, 1));
    transposed(cases, a(1, 4, 3, 6, 3), 4, a(4, 3, 5), a(2, 1, 3), a(1, 1, 2), a(0, 0, 1));
    transposed(cases, a(1, 3, 3, 3, 3), 4, a(2, 2, 2), a(3, 3, 3), none, a(1, 0, 1));
    transposed(cases, a(1, 9, 7, 20), 16, a(2, 2), a(2, 2), a(0, 0), a(0, 0));
    transposed(cases, a(2, 9, 5), 3, a(4), a(2), a(1), a(0));
    int[] ones = {1, 1, 1};
    transposed(cases, a(1, 3, 9, 13, 33), 20, a(3, 3, 3), ones, ones, none);
    transposed(cases, a(2, 3, 9, 6), 5, a(1, 3), a(1, 1), a(0, 0), a(0, 0));
    transposed(cases, a(1, 3, 5, 7, 6), 9, a(3, 3, 3), ones, ones, none, a(2, 1, 2), 3);
    transposed(cases, a(1, 3, 5, 70), 35, a(3, 3), a(2, 2), a(1, 0), a(1, 0), a(1, 3), 35);
    transposed(cases, a(1, 17, 4), 8, a(3), a(3), a(2), a(2), a(4), 2);
    // Bands of several rows, the last one not full; then all taps of a kernel in one phase.
    int[] twos = {2, 2, 2};
    transposed(cases, a(2, 9, 13, 5, 33), 20, a(3, 3, 3), twos, ones, ones);
    transposed(cases, a(2, 9, 13, 5, 16), 9, a(3, 3, 3), twos, twos, none, twos, 1);
    transposed(cases, a(2, 40, 11, 64), 16, a(4, 4), a(2, 2), a(1, 1), a(0, 0));
  }

  private static void norms(List<Case> cases) {
    for (int channels : new int[] {1, 3, 8, 16, 30, 33, 64}) {
      Shape vector = Shape.of(channels);
      for (Shape input :
          List.of(
              Shape.of(2, 3, 5, 7, channels),
              Shape.of(1, 3, 29, 17, channels),
              Shape.of(1, 1, 1, 2, channels),
              Shape.of(1, 25, 31, channels))) {
        InstanceNorm norm = new InstanceNorm(1e-5);
        cases.add(new Case(norm, List.of(input), List.of(), null, 100));
        cases.add(
            new Case(norm, List.of(input), List.of(vector, vector), new LeakyRelu(0.01), 100));
        List<Shape> four = List.of(vector, vector, vector, vector);
        cases.add(new Case(new BatchNorm(1e-5), List.of(input), four, null, 4));
        cases.add(new Case(new BatchNorm(1e-3), List.of(input), four, new Relu(), 4));
      }
    }
  }

  private static void pools(List<Case> cases) {
    for (int channels : new int[] {1, 5, 16, 33}) {
      List<Shape> input = List.of(Shape.of(2, 5, 6, 7, channels));
      for (Op op :
          List.of(
              AvgPool.of(2, 2, 2),
              AvgPool.of(1, 2, 2),
              new AvgPool(List.of(3, 3, 3), List.of(2, 2, 1), List.of(1, 1, 1)),
              new AvgPool(List.of(3, 2, 3), List.of(2, 2, 2), List.of(1, 0, 1), true, true),
              new AvgPool(List.of(3, 2, 3), List.of(2, 2, 2), List.of(1, 0, 1), true, false),
              new MaxPool(l3(3, 2, 3), l3(2, 2, 2), l3(1, 0, 1), l3(1, 2, 2), true),
              new AdaptiveAvgPool(List.of(3, 1, 9)),
              AdaptiveAvgPool.global(3),
              new AdaptiveMaxPool(List.of(3, 1, 9)),
              MaxPool.of(2, 2, 2),
              new MaxPool(List.of(3, 2, 3), List.of(2, 1, 2), List.of(1, 1, 0)))) {
        cases.add(new Case(op, input, List.of(), null, 27));
      }
    }
    cases.add(new Case(MaxPool.of(2, 2), List.of(Shape.of(1, 9, 8, 3)), List.of(), new Relu(), 4));
  }

  private static void others(List<Case> cases) {
    for (int channels : new int[] {1, 7, 41}) {
      Shape shape = Shape.of(1, 3, 5, 9, channels);
      for (Op op :
          List.of(
              new LeakyRelu(0.2), new LeakyRelu(-0.5), new Relu(), new Sigmoid(), new Softmax())) {
        cases.add(new Case(op, List.of(shape), List.of(), null, 1));
      }
      cases.add(new Case(new Add(), List.of(shape, shape), List.of(), null, 1));
      cases.add(new Case(new Add(), List.of(shape, shape), List.of(), new LeakyRelu(0.01), 1));
      Shape other = Shape.of(1, 3, 5, 9, 2);
      cases.add(new Case(new Concat(), List.of(shape, other, shape), List.of(), null, 1));
      for (Interpolate.Mode mode : Interpolate.Mode.values()) {
        cases.add(
            new Case(
                new Interpolate(List.of(7, 3, 9), mode, false),
                List.of(shape),
                List.of(),
                null,
                8));
      }
      cases.add(
          new Case(
              new Interpolate(List.of(5, 1, 20), Interpolate.Mode.LINEAR, true),
              List.of(shape),
              List.of(),
              null,
              8));
    }
  }

  private static List<Integer> l3(int z, int y, int x) {
    return List.of(z, y, x);
  }

  private static int[] a(int... values) {
    return values;
  }

  private static List<Integer> boxed(int[] values) {
    return java.util.Arrays.stream(values).boxed().toList();
  }
}
