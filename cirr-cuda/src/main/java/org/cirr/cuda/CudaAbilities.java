package org.cirr.cuda;

import org.cirr.backend.Arithmetic;
import org.cirr.backend.cpu.KernelAbilities;
import org.cirr.backend.cpu.Step;
import org.cirr.graph.Node;
import org.cirr.op.ConvWeightGradient;
import org.cirr.op.GroupNorm;
import org.cirr.op.GroupNormGradient;
import org.cirr.op.GroupNormSums;
import org.cirr.op.InstanceNorm;
import org.cirr.op.Op;
import org.cirr.op.SelectiveScan;
import org.cirr.op.SelectiveScanGradient;

/**
 * What the kernels can do. In float32 these are the reference kernels, which fuse nothing; those
 * for tensor cores normalise and rectify what they read, and leave statistics.
 */
final class CudaAbilities implements KernelAbilities {
  private final Arithmetic arithmetic;
  private final boolean tensor;

  CudaAbilities(Arithmetic arithmetic) {
    this.arithmetic = arithmetic;
    tensor = arithmetic != Arithmetic.FLOAT32;
  }

  @Override
  public String backend() {
    return CudaProvider.NAME;
  }

  @Override
  public boolean fuses(Node node, Op activation) {
    return tensor
        && Rectifier.knows(activation)
        && (node.op() instanceof InstanceNorm || TensorKernels.take(node));
  }

  /** A function of one number reads each value just before it writes it. */
  @Override
  public boolean inPlace(Step step) {
    return PointwiseFunction.of(step.node().op()) != null;
  }

  @Override
  public boolean readsRaw(Node node) {
    return tensor && TensorKernels.take(node);
  }

  @Override
  public boolean readsParts(Node node) {
    return readsRaw(node) && TensorConv.readsTwo(node);
  }

  @Override
  public long statisticsLength(Step step) {
    return tensor ? TensorKernels.statisticsLength(step) : 0;
  }

  @Override
  public long tableLength(Node norm) {
    return NormKernels.tableLength(norm);
  }

  @Override
  public long sharedLength(Step step) {
    Op op = step.node().op();
    if (op instanceof InstanceNorm
        || op instanceof GroupNorm
        || op instanceof GroupNormSums
        || op instanceof GroupNormGradient) {
      return NormKernels.sharedLength(step);
    } else if (op instanceof ConvWeightGradient gradient) {
      TensorGradient plan = TensorGradient.of(step.node(), arithmetic);
      return plan == null
          ? ConvKernels.sharedLength(gradient, step)
          : TensorGradient.sharedLength(plan, step);
    } else if (op instanceof SelectiveScan || op instanceof SelectiveScanGradient) {
      return ScanKernels.sharedLength(step);
    }
    return 0;
  }
}
