package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/** One operation of a graph; a closed set. */
public sealed interface Op
    permits AdaptiveAvgPool,
        AdaptiveMaxPool,
        Add,
        Adjoint,
        ArgMax,
        Attention,
        AvgPool,
        BatchNorm,
        Clamp,
        Concat,
        Constant,
        Conv,
        ConvTranspose,
        ConvWeightGradient,
        Cos,
        Detach,
        Divide,
        Elu,
        Exp,
        Flip,
        Gather,
        Gelu,
        GroupNorm,
        GroupNormGradient,
        GroupNormSums,
        HardSigmoid,
        HardSwish,
        Input,
        InstanceNorm,
        Interpolate,
        LayerNorm,
        LayerNormGradient,
        LeakyRelu,
        Linear,
        Log,
        LogSoftmax,
        MatMul,
        MaxPool,
        MaxPoolGradient,
        Multiply,
        PRelu,
        Pad,
        Parameter,
        Permute,
        PointwiseGradient,
        Reduce,
        Relu,
        Repeat,
        Reshape,
        RmsNorm,
        Roll,
        ScatterAdd,
        SelectiveScan,
        SelectiveScanGradient,
        Sigmoid,
        Silu,
        Sin,
        Slice,
        Softmax,
        SoftmaxGradient,
        Softplus,
        Sqrt,
        Subtract,
        Tanh,
        WindowPartition,
        WindowReverse {

  /** The op's name, as used in messages and reports. */
  default String name() {
    return getClass().getSimpleName();
  }

  /**
   * The shape of the output.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the inputs do not fit, naming both
   * sides.
   */
  Shape infer(List<Shape> inputs);

  /**
   * Multiplications and additions for one evaluation, each counted as one; 0 where they are few.
   */
  default long flops(List<Shape> inputs) {
    return 0;
  }
}
