package org.cirr.backend.simd;

import java.util.function.Function;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.KernelFactory;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.Window;
import org.cirr.graph.Node;
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
import org.cirr.tensor.Tensor;

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
        && (op instanceof Add || op instanceof BatchNorm || op instanceof InstanceNorm);
  }

  @Override
  public boolean inPlace(Step step) {
    Op op = step.node().op();
    // Kernels that read a value for the last time before they write its place. A new op is not one
    // of them until somebody has made sure.
    return op instanceof Add
        || op instanceof BatchNorm
        || op instanceof InstanceNorm
        || op instanceof LeakyRelu
        || op instanceof Relu
        || op instanceof Sigmoid
        || op instanceof Softmax;
  }

  @Override
  public boolean readsRaw(Node node) {
    return node.op() instanceof Conv || node.op() instanceof ConvTranspose;
  }

  @Override
  public boolean readsParts(Node node) {
    return node.op() instanceof Conv || node.op() instanceof ConvTranspose;
  }

  @Override
  public long tableLength(Node norm) {
    return (long) norm.shape().dim(0) * NormTable.length(norm.shape().dim(-1));
  }

  @Override
  public long statisticsLength(Step step) {
    return step.node().op() instanceof Conv conv ? SimdConv.statisticsLength(conv, step) : 0;
  }

  @Override
  public long sharedLength(Step step) {
    if (step.node().op() instanceof InstanceNorm) {
      return SimdInstanceNorm.sharedLength(step);
    }
    return step.node().op() instanceof Conv conv ? SimdConv.sharedLength(conv, step) : 0;
  }

  @Override
  public Kernel create(Step step, Function<Node, Tensor> parameters) {
    Op op = step.node().op();
    if (op instanceof Add) {
      return new SimdAdd(step);
    } else if (op instanceof AvgPool pool) {
      return new SimdPool(Window.of(pool, step), true);
    } else if (op instanceof BatchNorm norm) {
      return new SimdBatchNorm(norm, step, parameters);
    } else if (op instanceof Concat) {
      return new SimdConcat(step);
    } else if (op instanceof Conv conv) {
      return SimdConv.of(conv, step, parameters);
    } else if (op instanceof ConvTranspose conv) {
      return new SimdConvTranspose(conv, step, parameters);
    } else if (op instanceof InstanceNorm norm) {
      return new SimdInstanceNorm(norm, step, parameters);
    } else if (op instanceof Interpolate interpolate) {
      return new SimdInterpolate(interpolate, step);
    } else if (op instanceof MaxPool pool) {
      return new SimdPool(Window.of(pool, step), false);
    } else if (op instanceof LeakyRelu || op instanceof Relu) {
      return new SimdRectifier(step);
    } else if (op instanceof Sigmoid) {
      return new SimdSigmoid(step);
    } else if (op instanceof Softmax) {
      return new SimdSoftmax(step);
    }
    throw new UnsupportedOperationException("backend 'simd' cannot run " + op.name());
  }
}
