package org.cirr.cuda;

import java.util.List;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.cpu.Rearrangement;
import org.cirr.op.AdaptiveAvgPool;
import org.cirr.op.AdaptiveMaxPool;
import org.cirr.op.Adjoint;
import org.cirr.op.ArgMax;
import org.cirr.op.Attention;
import org.cirr.op.AvgPool;
import org.cirr.op.BatchNorm;
import org.cirr.op.Concat;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.ConvWeightGradient;
import org.cirr.op.Gather;
import org.cirr.op.GroupNorm;
import org.cirr.op.GroupNormGradient;
import org.cirr.op.GroupNormSums;
import org.cirr.op.InstanceNorm;
import org.cirr.op.Interpolate;
import org.cirr.op.LayerNorm;
import org.cirr.op.LayerNormGradient;
import org.cirr.op.Linear;
import org.cirr.op.LogSoftmax;
import org.cirr.op.MatMul;
import org.cirr.op.MaxPool;
import org.cirr.op.MaxPoolGradient;
import org.cirr.op.Op;
import org.cirr.op.PointwiseGradient;
import org.cirr.op.Reduce;
import org.cirr.op.RmsNorm;
import org.cirr.op.ScatterAdd;
import org.cirr.op.SelectiveScan;
import org.cirr.op.SelectiveScanGradient;
import org.cirr.op.Softmax;
import org.cirr.op.SoftmaxGradient;

/** Which kernels compute which op. */
final class CudaKernels {
  private CudaKernels() {}

  /**
   * The launches of a step, in the order in which they run.
   *
   * <p><b>Errors</b>: {@link UnsupportedOperationException} naming what no kernel computes.
   */
  static List<Launch> launches(StepPlaces places) {
    Op op = places.step().node().op();
    if (places.arithmetic() != Arithmetic.FLOAT32 && TensorKernels.take(places.step().node())) {
      return TensorKernels.launches(places.arithmetic(), places);
    }
    TensorGradient gradient = TensorGradient.of(places.step().node(), places.arithmetic());
    if (gradient != null) {
      return gradient.launches(places);
    } else if (PointwiseFunction.of(op) != null) {
      return PointwiseKernels.function(PointwiseFunction.of(op), places);
    } else if (op instanceof PointwiseGradient pointwise) {
      return PointwiseKernels.gradient(PointwiseFunction.of(pointwise.function()), places);
    } else if (PointwiseKernels.joins(op)) {
      return PointwiseKernels.pair(op, places);
    } else if (Rearrangement.knows(op)) {
      return MoveKernels.rearrange(op, places);
    } else if (op instanceof Concat concat) {
      return MoveKernels.concat(concat, places);
    } else if (op instanceof Gather) {
      return MoveKernels.gather(places);
    } else if (op instanceof ScatterAdd add) {
      return MoveKernels.scatterAdd(add, places);
    } else if (op instanceof Adjoint adjoint) {
      return ResampleKernels.adjoint(adjoint.op(), places);
    } else if (op instanceof AvgPool
        || op instanceof AdaptiveAvgPool
        || op instanceof Interpolate) {
      return ResampleKernels.forward(op, places);
    }
    return networkLaunches(op, places);
  }

  private static List<Launch> networkLaunches(Op op, StepPlaces places) {
    if (op instanceof Conv conv) {
      return ConvKernels.conv(conv, places);
    } else if (op instanceof ConvTranspose conv) {
      return ConvKernels.transposed(conv, places);
    } else if (op instanceof ConvWeightGradient gradient) {
      return ConvKernels.weightGradient(gradient, places);
    } else if (op instanceof MaxPool || op instanceof AdaptiveMaxPool) {
      return PoolKernels.max(op, places);
    } else if (op instanceof MaxPoolGradient gradient) {
      return PoolKernels.gradient(gradient.pool(), places);
    } else if (op instanceof InstanceNorm norm) {
      return NormKernels.norm(0, norm.epsilon(), places);
    } else if (op instanceof GroupNorm norm) {
      return NormKernels.norm(norm.groups(), norm.epsilon(), places);
    } else if (op instanceof GroupNormSums sums) {
      return NormKernels.sums(sums, places);
    } else if (op instanceof GroupNormGradient gradient) {
      return NormKernels.gradient(gradient, places);
    } else if (op instanceof BatchNorm norm) {
      return NormKernels.batch(norm, places);
    } else if (op instanceof Linear linear) {
      return ProductKernels.linear(linear, places);
    } else if (op instanceof MatMul product) {
      return ProductKernels.product(product, places);
    } else if (op instanceof Attention attention) {
      return AttentionKernels.attention(attention, places);
    } else if (op instanceof SelectiveScan scan) {
      return ScanKernels.scan(scan, places);
    } else if (op instanceof SelectiveScanGradient gradient) {
      return ScanKernels.gradient(gradient.scan(), places);
    } else if (op instanceof Reduce reduce) {
      return ReduceKernels.reduce(reduce, places);
    }
    return rowLaunches(op, places);
  }

  private static List<Launch> rowLaunches(Op op, StepPlaces places) {
    if (op instanceof LayerNorm norm) {
      return RowKernels.norm(norm.epsilon(), true, places);
    } else if (op instanceof RmsNorm norm) {
      return RowKernels.norm(norm.epsilon(), false, places);
    } else if (op instanceof LayerNormGradient gradient) {
      return RowKernels.normGradient(gradient, places);
    } else if (op instanceof Softmax || op instanceof LogSoftmax) {
      return RowKernels.softmax(op instanceof LogSoftmax, places);
    } else if (op instanceof SoftmaxGradient gradient) {
      return RowKernels.softmaxGradient(gradient.logarithmic(), places);
    } else if (op instanceof ArgMax) {
      return RowKernels.argMax(places);
    }
    throw new UnsupportedOperationException("backend 'cuda' cannot run " + op.name());
  }

  /** The most axes that a kernel counts; {@code AXES} in cirr.cuh. */
  static final int AXES = 10;

  /** An array with room for all axes that a kernel can count. */
  static int[] axes(Op op, int[] values) {
    if (values.length > AXES) {
      throw new UnsupportedOperationException(
          "backend 'cuda' runs " + op.name() + " along at most " + AXES + " axes");
    }
    return java.util.Arrays.copyOf(values, AXES);
  }

  /** Arrays one behind the other. */
  static int[] joined(int[]... parts) {
    return java.util.Arrays.stream(parts).flatMapToInt(java.util.Arrays::stream).toArray();
  }

  /** A single value as an array. */
  static int[] one(int value) {
    return new int[] {value};
  }
}
