package org.cirr.backend;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cirr.op.AdaptiveAvgPool;
import org.cirr.op.AdaptiveMaxPool;
import org.cirr.op.Adjoint;
import org.cirr.op.AvgPool;
import org.cirr.op.Clamp;
import org.cirr.op.Conv;
import org.cirr.op.ConvWeightGradient;
import org.cirr.op.Detach;
import org.cirr.op.Exp;
import org.cirr.op.Gelu;
import org.cirr.op.GroupNormGradient;
import org.cirr.op.GroupNormSums;
import org.cirr.op.Interpolate;
import org.cirr.op.LayerNormGradient;
import org.cirr.op.LeakyRelu;
import org.cirr.op.LogSoftmax;
import org.cirr.op.MaxPool;
import org.cirr.op.MaxPoolGradient;
import org.cirr.op.Op;
import org.cirr.op.Pad;
import org.cirr.op.Permute;
import org.cirr.op.PointwiseGradient;
import org.cirr.op.Relu;
import org.cirr.op.Repeat;
import org.cirr.op.ScatterAdd;
import org.cirr.op.SelectiveScan;
import org.cirr.op.SelectiveScanGradient;
import org.cirr.op.Slice;
import org.cirr.op.SoftmaxGradient;
import org.cirr.tensor.Shape;

/** The ops that gradients are made of. */
final class GradientCases {
  private GradientCases() {}

  private static Shape s(int... extents) {
    return Shape.of(extents);
  }

  private static List<Integer> l(Integer... values) {
    return List.of(values);
  }

  private static void add(List<OpCases.Case> cases, Op op, long terms, Shape... inputs) {
    cases.add(new OpCases.Case(op, List.of(inputs), List.of(), null, terms));
  }

  static void add(List<OpCases.Case> cases) {
    for (int channels : new int[] {1, 3, 16, 33}) {
      Shape shape = s(2, 3, 5, 7, channels);
      add(cases, new Detach(), 1, shape);
      add(cases, new LogSoftmax(), 1, shape);
      add(cases, new SoftmaxGradient(false), 33, shape, shape);
      add(cases, new SoftmaxGradient(true), 33, shape, shape);
      for (Op function :
          List.of(
              new Clamp(-1, 1),
              new Exp(),
              new Gelu(Gelu.Form.EXACT),
              new LeakyRelu(0.01),
              new LeakyRelu(-0.5),
              new Relu())) {
        add(cases, new PointwiseGradient(function), 1, shape, shape);
      }
    }
    convolutions(cases);
    norms(cases);
    ways(cases);
  }

  private static void convolutions(List<OpCases.Case> cases) {
    List<Integer> ones = l(1, 1, 1);
    weight(cases, s(2, 5, 7, 9, 1), 8, l(3, 3, 3), ones, ones, ones, 1);
    weight(cases, s(1, 4, 5, 33, 17), 32, l(3, 3, 3), ones, ones, ones, 1);
    weight(cases, s(1, 3, 7, 25, 32), 48, l(3, 3, 3), ones, ones, ones, 1);
    weight(cases, s(2, 6, 9, 13, 33), 40, l(3, 3, 3), ones, ones, ones, 1);
    weight(cases, s(1, 4, 8, 8, 96), 64, l(3, 3, 3), ones, ones, ones, 1);
    weight(cases, s(1, 7, 9, 11, 30), 31, l(3, 3, 3), l(2, 2, 2), ones, ones, 1);
    weight(cases, s(2, 3, 17, 13, 16), 5, l(1, 3, 3), ones, l(0, 1, 1), ones, 1);
    weight(cases, s(1, 5, 6, 8, 70), 33, l(1, 1, 1), ones, l(0, 0, 0), ones, 1);
    weight(cases, s(1, 4, 6, 8, 32), 32, l(2, 2, 2), l(2, 2, 2), l(0, 0, 0), ones, 1);
    weight(cases, s(1, 9, 9, 9, 4), 6, l(3, 3, 3), ones, l(2, 2, 2), l(2, 2, 2), 1);
    weight(cases, s(1, 6, 7, 9, 6), 9, l(3, 1, 3), l(2, 1, 3), l(1, 0, 2), l(1, 1, 2), 1);
    weight(cases, s(1, 5, 6, 7, 12), 18, l(3, 3, 3), l(1, 2, 1), ones, ones, 3);
    weight(cases, s(3, 9, 10, 22, 32), 33, l(3, 3, 3), ones, ones, ones, 1); // rest of every kind
    weight(cases, s(1, 2, 19, 33, 3), 8, l(3, 3, 3), ones, ones, ones, 1); // several bands
    weight(cases, s(2, 11, 18, 21, 33), 66, l(3, 3, 3), ones, ones, ones, 1); // of slices, too
    weight(cases, s(1, 3, 13, 14, 70), 130, l(3, 3, 3), ones, ones, ones, 1); // pairs of slices
    weight(cases, s(1, 5, 9, 9, 9), 8, l(5, 3, 3), ones, l(2, 1, 1), ones, 1);
    weight(cases, s(1, 1, 19, 23, 40), 20, l(3, 3, 3), ones, l(1, 0, 2), ones, 1);
    weight(cases, s(1, 3, 37, 41, 20), 17, l(3, 3, 3), l(2, 2, 2), ones, ones, 1);
    weight(cases, s(1, 2, 2, 34, 32), 32, l(2, 2, 2), l(2, 2, 2), l(0, 0, 0), ones, 1);
    weight(cases, s(1, 1, 1, 1, 3), 33, l(3, 3, 3), ones, ones, ones, 1);
    weight(cases, s(2, 33, 17, 20), 40, l(3, 3), l(1, 1), l(1, 1), l(1, 1), 1);
    weight(cases, s(1, 9, 11, 5), 5, l(3, 3), l(1, 1), l(1, 1), l(1, 1), 5);
    weight(cases, s(2, 5, 9, 23, 32), 2, l(1, 1, 1), ones, l(0, 0, 0), ones, 1); // few outputs
    weight(cases, s(2, 17, 19, 16), 1, l(1, 1), l(1, 1), l(0, 0), l(1, 1), 1);
    weight(cases, s(1, 2, 3, 4, 40), 2, l(1, 1, 1), ones, l(0, 0, 0), ones, 1);
    weight(cases, s(1, 5, 7, 9, 13), 2, l(1, 1, 1), ones, l(0, 0, 0), ones, 1);
    weight(cases, s(1, 5, 7, 9, 16), 2, l(1, 1, 1), l(2, 2, 2), l(0, 0, 0), ones, 1);
    weight(cases, s(2, 65, 3), 7, l(3), l(1), l(1), l(1), 1);
  }

  private static void weight(
      List<OpCases.Case> cases,
      Shape input,
      int out,
      List<Integer> kernel,
      List<Integer> stride,
      List<Integer> padding,
      List<Integer> dilation,
      int groups) {
    int[] weight = new int[kernel.size() + 2];
    Arrays.setAll(weight, i -> i < 2 ? 0 : kernel.get(i - 2));
    weight[0] = out;
    weight[1] = input.dim(-1) / groups;
    Shape output =
        new Conv(stride, padding, dilation, groups).infer(List.of(input, Shape.of(weight)));
    Op op = new ConvWeightGradient(kernel, stride, padding, dilation, groups);
    add(cases, op, output.elements() / out, input, output);
  }

  private static void norms(List<OpCases.Case> cases) {
    for (int channels : new int[] {1, 6, 32, 33}) {
      Shape vector = s(channels);
      for (Shape x : List.of(s(2, 3, 25, 17, channels), s(1, 3, 5, channels))) {
        Shape sums = s(x.dim(0), 4, channels);
        for (int groups : new int[] {1, channels % 3 == 0 ? 3 : 1, channels}) {
          List<Shape> affine = List.of(vector, vector);
          for (List<Shape> trained : List.of(List.<Shape>of(), affine)) {
            Op first = new GroupNormSums(groups, 1e-5, 0.01);
            cases.add(new OpCases.Case(first, List.of(x, x), trained, null, 10000));
            Op second = new GroupNormGradient(groups, 0.01);
            cases.add(new OpCases.Case(second, List.of(x, x, sums), trained, null, 10000));
          }
        }
        Op layer = new LayerNormGradient(1e-5, true);
        cases.add(new OpCases.Case(layer, List.of(x, x), List.of(), null, 10));
        Op rms = new LayerNormGradient(1e-5, false);
        cases.add(new OpCases.Case(rms, List.of(x, x), List.of(vector), null, 10));
      }
    }
  }

  private static void ways(List<OpCases.Case> cases) {
    for (int channels : new int[] {1, 5, 16}) {
      Shape input = s(2, 5, 6, 7, channels);
      for (Op op :
          List.of(
              new AvgPool(l(3, 2, 3), l(2, 2, 2), l(1, 0, 1), true, false),
              new AdaptiveAvgPool(l(3, 1, 9)),
              new Interpolate(l(7, 3, 9), Interpolate.Mode.LINEAR, false),
              new Interpolate(l(5, 3, 20), Interpolate.Mode.LINEAR, true),
              new Interpolate(l(7, 3, 9), Interpolate.Mode.NEAREST, false),
              new Pad(l(0, 1, 2, 0, 0), l(0, 1, 0, 3, 0), Pad.Mode.REFLECT, 0),
              new Pad(l(0, 1, 2, 0, 0), l(0, 1, 0, 3, 0), Pad.Mode.REPLICATE, 0),
              Permute.of(4, 0, 3, 2, 1),
              Repeat.of(1, 2, 1, 3, 2),
              new Slice(l(0, 1, 0, 0, 0), l(9, 9, 9, 9, 99), l(1, 2, 1, 3, 1)))) {
        add(cases, Adjoint.of(op, input), 27, op.infer(List.of(input)));
      }
      for (Op pool :
          List.of(
              MaxPool.of(2, 2, 2),
              new MaxPool(l(3, 2, 3), l(2, 1, 2), l(1, 1, 0)),
              new AdaptiveMaxPool(l(3, 1, 9)))) {
        add(cases, new MaxPoolGradient(pool), 27, input, pool.infer(List.of(input)));
      }
    }
    add(cases, new ScatterAdd(3), 35, s(5, 7), s(5, 7, 6));
    for (int groups : new int[] {1, 2}) {
      SelectiveScan scan = new SelectiveScan(groups, true, true, true);
      List<Shape> inputs = new ArrayList<>(List.of(s(2, 9, 6), s(2, 9, 6)));
      inputs.addAll(List.of(s(2, 9, groups * 5), s(2, 9, groups * 5), s(2, 9, 6)));
      inputs.addAll(List.of(s(6, 5), s(6), s(6), s(2, 9, 6)));
      add(cases, new SelectiveScanGradient(scan), 45, inputs.toArray(new Shape[0]));
    }
  }
}
