package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/** What the ops of gradients refuse. */
final class GradientRefusals {
  private GradientRefusals() {}

  private static Shape s(int... extents) {
    return Shape.of(extents);
  }

  private static List<Integer> l(Integer... values) {
    return List.of(values);
  }

  static void add(List<InferTest.Refusal> all) {
    functions(all);
    convolution(all);
    norms(all);
    ways(all);
  }

  private static void functions(List<InferTest.Refusal> all) {
    InferTest.add(all, "Detach takes one input, got 2 inputs [[2], [2]]", new Detach(), s(2), s(2));
    InferTest.add(
        all, "LogSoftmax's input needs at least 1 axes, got shape []", new LogSoftmax(), s());
    InferTest.add(
        all,
        "SoftmaxGradient needs result and gradient of one shape, got [[2, 3], [3]]",
        new SoftmaxGradient(false),
        s(2, 3),
        s(3));
    InferTest.add(
        all,
        "PointwiseGradient needs argument and gradient of one shape, got [[2, 3], [3]]",
        new PointwiseGradient(new Relu()),
        s(2, 3),
        s(3));
    InferTest.add(
        all,
        "PointwiseGradient takes argument and gradient, got 1 inputs [[3]]",
        new PointwiseGradient(new Relu()),
        s(3));
  }

  private static void convolution(List<InferTest.Refusal> all) {
    ConvWeightGradient op = new ConvWeightGradient(l(3, 3), l(1, 1), l(1, 1), l(1, 1), 1);
    InferTest.add(
        all,
        "ConvWeightGradient takes input and gradient of the output, got 1 inputs [[1, 4, 5, 3]]",
        op,
        s(1, 4, 5, 3));
    InferTest.add(
        all,
        "ConvWeightGradient's kernel [3, 3] must have one entry for each of 1 spatial axes",
        op,
        s(1, 4, 3),
        s(1, 4, 2));
    InferTest.add(
        all,
        "ConvWeightGradient's gradient must have the shape [1, 4, 5, 2] that the convolution of"
            + " [1, 4, 5, 3] with a kernel [3, 3] has, got [1, 4, 4, 2]",
        op,
        s(1, 4, 5, 3),
        s(1, 4, 4, 2));
    InferTest.add(
        all,
        "ConvWeightGradient's groups must be 1 or more and divide the input channels, got 2"
            + " groups and input [1, 4, 5, 3]",
        new ConvWeightGradient(l(3, 3), l(1, 1), l(1, 1), l(1, 1), 2),
        s(1, 4, 5, 3),
        s(1, 4, 5, 2));
  }

  private static void norms(List<InferTest.Refusal> all) {
    InferTest.add(
        all,
        "GroupNormSums's groups must be 1 or more and divide the channels, got 2 groups and input"
            + " [1, 4, 3]",
        new GroupNormSums(2, 1e-5, 1),
        s(1, 4, 3),
        s(1, 4, 3));
    InferTest.add(
        all,
        "GroupNormSums takes scale and shift together or neither",
        new GroupNormSums(3, 1e-5, 1),
        s(1, 4, 3),
        s(1, 4, 3),
        s(3));
    InferTest.add(
        all,
        "GroupNormGradient's sums must have shape [1, 4, 3], got [1, 3]",
        new GroupNormGradient(3, 1),
        s(1, 5, 3),
        s(1, 5, 3),
        s(1, 3));
    InferTest.add(
        all,
        "GroupNormGradient needs input and gradient of one shape, got [[1, 5, 3], [1, 4, 3]]",
        new GroupNormGradient(3, 1),
        s(1, 5, 3),
        s(1, 4, 3),
        s(1, 4, 3));
    InferTest.add(
        all,
        "LayerNormGradient's scale must have shape [3], got [4]",
        new LayerNormGradient(1e-5, true),
        s(2, 3),
        s(2, 3),
        s(4));
  }

  private static void ways(List<InferTest.Refusal> all) {
    InferTest.add(
        all,
        "Adjoint of Permute on [2, 3] takes the shape [3, 2] that it makes, got [2, 3]",
        Adjoint.of(Permute.of(1, 0), s(2, 3)),
        s(2, 3));
    InferTest.add(
        all,
        "MaxPoolGradient's gradient must have the shape [1, 2, 3] that the pooled input [1, 4, 3]"
            + " has, got [1, 3, 3]",
        new MaxPoolGradient(MaxPool.of(2)),
        s(1, 4, 3),
        s(1, 3, 3));
    InferTest.add(
        all,
        "ScatterAdd needs one row for each number, got numbers [4] and rows [5, 3]",
        new ScatterAdd(2),
        s(4),
        s(5, 3));
    InferTest.add(
        all,
        "SelectiveScanGradient takes the inputs of the scan and a gradient, got none",
        new SelectiveScanGradient(new SelectiveScan(1, false, false, false)));
    InferTest.add(
        all,
        "SelectiveScanGradient's gradient must have shape [1, 2, 3], got [1, 3, 3]",
        new SelectiveScanGradient(new SelectiveScan(1, false, false, false)),
        s(1, 2, 3),
        s(1, 2, 3),
        s(1, 2, 4),
        s(1, 2, 4),
        s(3, 4),
        s(1, 3, 3));
  }

  /** What cannot even be made, and what is said to that. */
  static List<java.util.Map.Entry<String, Runnable>> makings() {
    return List.of(
        java.util.Map.entry(
            "PointwiseGradient needs a function of one number, got Softmax",
            () -> new PointwiseGradient(new Softmax())),
        java.util.Map.entry(
            "MaxPoolGradient needs MaxPool or AdaptiveMaxPool, got Relu",
            () -> new MaxPoolGradient(new Relu())),
        java.util.Map.entry(
            "Adjoint needs a pooling by means, a resizing or a move of values, got Relu",
            () -> new Adjoint(new Relu(), l(2))),
        java.util.Map.entry("ScatterAdd needs at least one row, got 0", () -> new ScatterAdd(0)),
        java.util.Map.entry(
            "GroupNormSums's epsilon must be 0 or more and finite, got -1.0",
            () -> new GroupNormSums(1, -1, 1)),
        java.util.Map.entry(
            "LayerNormGradient's epsilon must be 0 or more and finite, got NaN",
            () -> new LayerNormGradient(Double.NaN, true)));
  }
}
