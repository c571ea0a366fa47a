package org.cirr.backend.scalar;

import java.util.function.Function;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.KernelFactory;
import org.cirr.backend.cpu.Step;
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
  public Kernel create(Step step, Function<Node, Tensor> parameters) {
    Op op = step.node().op();
    if (op instanceof Add) {
      return new ScalarAdd(step);
    } else if (op instanceof AvgPool pool) {
      return new ScalarAvgPool(pool, step);
    } else if (op instanceof BatchNorm norm) {
      return new ScalarBatchNorm(norm, step, parameters);
    } else if (op instanceof Concat) {
      return new ScalarConcat(step);
    } else if (op instanceof Conv conv) {
      return new ScalarConv(conv, step, parameters);
    } else if (op instanceof ConvTranspose conv) {
      return new ScalarConvTranspose(conv, step, parameters);
    } else if (op instanceof InstanceNorm norm) {
      return new ScalarInstanceNorm(norm, step, parameters);
    } else if (op instanceof Interpolate interpolate) {
      return new ScalarInterpolate(interpolate, step);
    } else if (op instanceof LeakyRelu relu) {
      return new ScalarLeakyRelu(relu, step);
    } else if (op instanceof MaxPool pool) {
      return new ScalarMaxPool(pool, step);
    } else if (op instanceof Relu) {
      return new ScalarRelu(step);
    } else if (op instanceof Sigmoid) {
      return new ScalarSigmoid(step);
    } else if (op instanceof Softmax) {
      return new ScalarSoftmax(step);
    }
    throw new UnsupportedOperationException("backend 'scalar' cannot run " + op.name());
  }
}
