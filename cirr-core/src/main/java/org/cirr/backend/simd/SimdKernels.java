package org.cirr.backend.simd;

import org.cirr.backend.cpu.AdjointKernel;
import org.cirr.backend.cpu.ArgMaxKernel;
import org.cirr.backend.cpu.GatherKernel;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.KernelFactory;
import org.cirr.backend.cpu.LayerNormGradientKernel;
import org.cirr.backend.cpu.MaxPoolGradientKernel;
import org.cirr.backend.cpu.PoolWindow;
import org.cirr.backend.cpu.Rearrangement;
import org.cirr.backend.cpu.ScatterAddKernel;
import org.cirr.backend.cpu.SelectiveScanGradientKernel;
import org.cirr.backend.cpu.Step;
import org.cirr.graph.Node;
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
import org.cirr.op.Detach;
import org.cirr.op.Gather;
import org.cirr.op.GroupNorm;
import org.cirr.op.GroupNormGradient;
import org.cirr.op.GroupNormSums;
import org.cirr.op.InstanceNorm;
import org.cirr.op.Interpolate;
import org.cirr.op.LayerNorm;
import org.cirr.op.LayerNormGradient;
import org.cirr.op.LeakyRelu;
import org.cirr.op.Linear;
import org.cirr.op.LogSoftmax;
import org.cirr.op.MatMul;
import org.cirr.op.MaxPool;
import org.cirr.op.MaxPoolGradient;
import org.cirr.op.Op;
import org.cirr.op.PointwiseGradient;
import org.cirr.op.Reduce;
import org.cirr.op.Relu;
import org.cirr.op.Reshape;
import org.cirr.op.RmsNorm;
import org.cirr.op.ScatterAdd;
import org.cirr.op.SelectiveScan;
import org.cirr.op.SelectiveScanGradient;
import org.cirr.op.Softmax;
import org.cirr.op.SoftmaxGradient;

/** Which SIMD kernel computes which op, and what is fused. */
final class SimdKernels implements KernelFactory {
  @Override
  public String backend() {
    return SimdProvider.NAME;
  }

  @Override
  public boolean fuses(Node node, Op activation) {
    Op op = node.op();
    return Activation.knows(activation)
        && (SimdBroadcast.knows(op)
            || op instanceof BatchNorm
            || op instanceof GroupNorm
            || op instanceof InstanceNorm);
  }

  @Override
  public boolean inPlace(Step step) {
    Op op = step.node().op();
    // Kernels that read a value for the last time before they write its place. A new op is not one
    // of them until somebody has made sure.
    // A broadcast output has more values than the input, so it does not take the input's place.
    return SimdBroadcast.knows(op)
        || SimdPointwise.knows(op)
        || op instanceof BatchNorm
        || op instanceof Detach
        || op instanceof GroupNorm
        || op instanceof GroupNormGradient
        || op instanceof InstanceNorm
        || op instanceof LayerNorm
        || op instanceof LeakyRelu
        || op instanceof Relu
        || op instanceof Reshape
        || op instanceof RmsNorm
        || op instanceof Softmax;
  }

  @Override
  public boolean readsRaw(Node node) {
    return readsParts(node) || SimdAdd.fits(node);
  }

  @Override
  public boolean readsParts(Node node) {
    return isCopyingConv(node)
        || node.op() instanceof ConvTranspose
        || node.op() instanceof ConvWeightGradient;
  }

  /** Whether it is a convolution whose kernel copies its input with {@link InputRows}. */
  private static boolean isCopyingConv(Node node) {
    return node.op() instanceof Conv conv && !SimdDepthwiseConv.fits(conv, node);
  }

  @Override
  public boolean writesSlices(Node node, int channels) {
    boolean blocks = channels % ChannelBlocks.WIDTH == 0; // then none of them lies in two slices
    return blocks
        && (node.op() instanceof ConvTranspose conv && conv.groups() == 1
            || isCopyingConv(node) && ((Conv) node.op()).groups() == 1);
  }

  @Override
  public long tableLength(Node norm) {
    return (long) norm.shape().dim(0) * NormTable.length(norm.shape().dim(-1));
  }

  @Override
  public long statisticsLength(Step step) {
    return isCopyingConv(step.node())
        ? SimdConv.statisticsLength((Conv) step.node().op(), step)
        : 0;
  }

  @Override
  public boolean takesStatistics(Node node) {
    return node.op() instanceof InstanceNorm || node.op() instanceof GroupNormSums;
  }

  @Override
  public long sharedLength(Step step) {
    if (step.node().op() instanceof InstanceNorm && SimdColumnNorm.fits(step)) {
      return 0;
    }
    if (step.node().op() instanceof InstanceNorm || step.node().op() instanceof GroupNorm) {
      return SimdInstanceNorm.sharedLength(step);
    }
    if (step.node().op() instanceof Linear || step.node().op() instanceof MatMul) {
      return SimdMatMul.sharedLength(step);
    } else if (step.node().op() instanceof Attention attention) {
      return SimdAttention.sharedLength(attention, step);
    } else if (step.node().op() instanceof GroupNormSums) {
      return SimdGroupNormSums.sharedLength(step);
    } else if (step.node().op() instanceof GroupNormGradient) {
      return SimdGroupNormGradient.sharedLength(step);
    } else if (step.node().op() instanceof ConvWeightGradient gradient) {
      if (SimdFewOutputsGradient.computes(gradient, step)) {
        return SimdFewOutputsGradient.sharedLength(step);
      }
      return SimdWinogradWeightGradient.fits(gradient, step)
          ? SimdWinogradWeightGradient.sharedLength(gradient, step)
          : SimdConvWeightGradient.sharedLength(gradient, step);
    } else if (step.node().op() instanceof Reduce reduce) {
      return SimdReduce.sharedLength(reduce, step);
    } else if (SimdTurnedConv.fits(step.node())) {
      return SimdTurnedConv.sharedLength(step);
    }
    if (!(step.node().op() instanceof Conv conv)) {
      return 0;
    }
    return SimdDepthwiseConv.fits(conv, step.node())
        ? SimdDepthwiseConv.sharedLength(conv, step)
        : SimdConv.sharedLength(conv, step);
  }

  @Override
  public Kernel create(Step step) {
    Op op = step.node().op();
    if (SimdAdd.fits(step.node())) {
      return new SimdAdd(step);
    } else if (SimdBroadcast.knows(op)) {
      return new SimdBroadcast(step);
    } else if (SimdPointwise.knows(op)) {
      return new SimdPointwise(step);
    } else if (isGradient(op)) {
      return gradient(op, step);
    } else if (Rearrangement.knows(op)) {
      return new SimdRearrange(step);
    } else if (op instanceof ArgMax) {
      return new ArgMaxKernel(step);
    } else if (op instanceof Attention attention) {
      return new SimdAttention(attention, step);
    } else if (op instanceof AvgPool || op instanceof AdaptiveAvgPool) {
      return new SimdPool(PoolWindow.of(op, step), true);
    } else if (op instanceof BatchNorm norm) {
      return new SimdBatchNorm(norm, step);
    } else if (op instanceof Concat concat) {
      return new SimdConcat(concat, step);
    } else if (op instanceof Conv conv && SimdDepthwiseConv.fits(conv, step.node())) {
      return new SimdDepthwiseConv(conv, step);
    } else if (op instanceof Conv conv) {
      return SimdConv.of(conv, step);
    } else if (SimdTurnedConv.fits(step.node())) {
      return SimdTurnedConv.of(step);
    } else if (op instanceof ConvTranspose conv) {
      return new SimdConvTranspose(conv, step);
    } else if (op instanceof Gather) {
      return new GatherKernel(step);
    } else if (op instanceof GroupNorm norm) {
      return SimdInstanceNorm.of(norm, step);
    } else if (op instanceof InstanceNorm norm && SimdColumnNorm.fits(step)) {
      return new SimdColumnNorm(norm, step);
    } else if (op instanceof InstanceNorm norm) {
      return SimdInstanceNorm.of(norm, step);
    } else if (op instanceof Interpolate interpolate) {
      return new SimdInterpolate(interpolate, step);
    } else if (op instanceof LayerNorm norm) {
      return new SimdLayerNorm(norm, step);
    } else if (op instanceof Linear || op instanceof MatMul) {
      return new SimdMatMul(step);
    } else if (op instanceof LogSoftmax) {
      return new SimdLogSoftmax(step);
    } else if (op instanceof MaxPool || op instanceof AdaptiveMaxPool) {
      return new SimdPool(PoolWindow.of(op, step), false);
    } else if (op instanceof LeakyRelu || op instanceof Relu) {
      return new SimdRectifier(step);
    } else if (op instanceof Reduce reduce) {
      return new SimdReduce(reduce, step);
    } else if (op instanceof RmsNorm norm) {
      return new SimdLayerNorm(norm, step);
    } else if (op instanceof SelectiveScan scan) {
      return new SimdSelectiveScan(scan, step);
    } else if (op instanceof Softmax) {
      return new SimdSoftmax(step);
    }
    throw new UnsupportedOperationException("backend 'simd' cannot run " + op.name());
  }

  private static boolean isGradient(Op op) {
    return op instanceof Adjoint
        || op instanceof ConvWeightGradient
        || op instanceof GroupNormGradient
        || op instanceof GroupNormSums
        || op instanceof LayerNormGradient
        || op instanceof MaxPoolGradient
        || op instanceof PointwiseGradient
        || op instanceof ScatterAdd
        || op instanceof SelectiveScanGradient
        || op instanceof SoftmaxGradient;
  }

  /** The kernels of the ops that only gradients have. */
  private static Kernel gradient(Op op, Step step) {
    if (op instanceof Adjoint adjoint) {
      return new AdjointKernel(adjoint, step);
    } else if (op instanceof ConvWeightGradient gradient) {
      if (SimdFewOutputsGradient.computes(gradient, step)) {
        return new SimdFewOutputsGradient(gradient, step);
      }
      return SimdWinogradWeightGradient.fits(gradient, step)
          ? new SimdWinogradWeightGradient(gradient, step)
          : new SimdConvWeightGradient(gradient, step);
    } else if (op instanceof GroupNormGradient gradient) {
      return new SimdGroupNormGradient(gradient, step);
    } else if (op instanceof GroupNormSums sums) {
      return new SimdGroupNormSums(sums, step);
    } else if (op instanceof LayerNormGradient gradient) {
      return new LayerNormGradientKernel(gradient, step);
    } else if (op instanceof MaxPoolGradient gradient) {
      return new MaxPoolGradientKernel(gradient, step);
    } else if (op instanceof PointwiseGradient gradient) {
      return new SimdPointwiseGradient(gradient, step);
    } else if (op instanceof ScatterAdd add) {
      return new ScatterAddKernel(add, step);
    } else if (op instanceof SelectiveScanGradient gradient) {
      return new SelectiveScanGradientKernel(gradient, step);
    }
    return new SimdSoftmaxGradient((SoftmaxGradient) op, step);
  }
}
