package org.cirr.backend.scalar;

import org.cirr.backend.cpu.AdjointKernel;
import org.cirr.backend.cpu.ArgMaxKernel;
import org.cirr.backend.cpu.GatherKernel;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.KernelFactory;
import org.cirr.backend.cpu.LayerNormGradientKernel;
import org.cirr.backend.cpu.MatrixProduct;
import org.cirr.backend.cpu.MaxPoolGradientKernel;
import org.cirr.backend.cpu.PoolWindow;
import org.cirr.backend.cpu.Rearrangement;
import org.cirr.backend.cpu.ScatterAddKernel;
import org.cirr.backend.cpu.SelectiveScanGradientKernel;
import org.cirr.backend.cpu.SoftmaxKernel;
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
import org.cirr.op.MatMul;
import org.cirr.op.MaxPool;
import org.cirr.op.MaxPoolGradient;
import org.cirr.op.Op;
import org.cirr.op.PointwiseGradient;
import org.cirr.op.Reduce;
import org.cirr.op.Relu;
import org.cirr.op.RmsNorm;
import org.cirr.op.ScatterAdd;
import org.cirr.op.SelectiveScan;
import org.cirr.op.SelectiveScanGradient;
import org.cirr.op.Sigmoid;
import org.cirr.op.Softmax;

/** Which scalar kernel computes which op. Nothing is fused. */
final class ScalarKernels implements KernelFactory {
  @Override
  public String backend() {
    return ScalarProvider.NAME;
  }

  @Override
  public boolean fuses(Node node, Op activation) {
    return false;
  }

  @Override
  public boolean inPlace(Step step) {
    return false;
  }

  @Override
  public Kernel create(Step step) {
    Op op = step.node().op();
    if (ScalarPointwise.knows(op)) {
      return new ScalarPointwise(step);
    } else if (SoftmaxKernel.knows(op)) {
      return new SoftmaxKernel(step);
    } else if (ScalarBroadcast.knows(op)) {
      return new ScalarBroadcast(step);
    } else if (Rearrangement.knows(op)) {
      return new ScalarRearrange(step);
    } else if (op instanceof Adjoint adjoint) {
      return new AdjointKernel(adjoint, step);
    } else if (op instanceof ArgMax) {
      return new ArgMaxKernel(step);
    } else if (op instanceof Attention attention) {
      return new ScalarAttention(attention, step);
    } else if (op instanceof AvgPool || op instanceof AdaptiveAvgPool) {
      return new ScalarAvgPool(PoolWindow.of(op, step));
    } else if (op instanceof BatchNorm norm) {
      return new ScalarBatchNorm(norm, step);
    } else if (op instanceof Concat concat) {
      return new ScalarConcat(concat, step);
    } else if (op instanceof Conv conv) {
      return new ScalarConv(conv, step);
    } else if (op instanceof ConvTranspose conv) {
      return new ScalarConvTranspose(conv, step);
    } else if (op instanceof ConvWeightGradient gradient) {
      return new ScalarConvWeightGradient(gradient, step);
    } else if (op instanceof Gather) {
      return new GatherKernel(step);
    } else if (op instanceof GroupNorm norm) {
      return new ScalarGroupNorm(norm, step);
    } else if (op instanceof GroupNormGradient gradient) {
      return new ScalarGroupNormGradient(gradient, step);
    } else if (op instanceof GroupNormSums sums) {
      return new ScalarGroupNormSums(sums, step);
    } else if (op instanceof InstanceNorm norm) {
      return new ScalarInstanceNorm(norm, step);
    } else if (op instanceof Interpolate interpolate) {
      return new ScalarInterpolate(interpolate, step);
    } else if (op instanceof LayerNorm norm) {
      return new ScalarLayerNorm(norm, step);
    } else if (op instanceof LayerNormGradient gradient) {
      return new LayerNormGradientKernel(gradient, step);
    } else if (op instanceof LeakyRelu relu) {
      return new ScalarLeakyRelu(relu, step);
    } else if (op instanceof Linear linear) {
      return new ScalarMatMul(MatrixProduct.of(linear, step), step);
    } else if (op instanceof MatMul product) {
      return new ScalarMatMul(MatrixProduct.of(product, step), step);
    } else if (op instanceof MaxPool || op instanceof AdaptiveMaxPool) {
      return new ScalarMaxPool(PoolWindow.of(op, step));
    } else if (op instanceof MaxPoolGradient gradient) {
      return new MaxPoolGradientKernel(gradient, step);
    } else if (op instanceof PointwiseGradient gradient) {
      return new ScalarPointwiseGradient(gradient, step);
    } else if (op instanceof Relu) {
      return new ScalarRelu(step);
    } else if (op instanceof Reduce reduce) {
      return new ScalarReduce(reduce, step);
    } else if (op instanceof RmsNorm norm) {
      return new ScalarLayerNorm(norm, step);
    } else if (op instanceof ScatterAdd add) {
      return new ScatterAddKernel(add, step);
    } else if (op instanceof SelectiveScanGradient gradient) {
      return new SelectiveScanGradientKernel(gradient, step);
    } else if (op instanceof Sigmoid) {
      return new ScalarSigmoid(step);
    } else if (op instanceof SelectiveScan scan) {
      return new ScalarSelectiveScan(scan, step);
    } else if (op instanceof Softmax) {
      return new ScalarSoftmax(step);
    }
    throw new UnsupportedOperationException("backend 'scalar' cannot run " + op.name());
  }
}
