package org.cirr.cuda;

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

/** What the kernels can do; these are the reference kernels, which fuse nothing. */
final class CudaAbilities implements KernelAbilities {
  @Override
  public String backend() {
    return CudaProvider.NAME;
  }

  @Override
  public boolean fuses(Node node, Op activation) {
    return false;
  }

  /** A function of one number reads each value just before it writes it. */
  @Override
  public boolean inPlace(Step step) {
    return PointwiseFunction.of(step.node().op()) != null;
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
      return ConvKernels.sharedLength(gradient, step);
    } else if (op instanceof SelectiveScan || op instanceof SelectiveScanGradient) {
      return ScanKernels.sharedLength(step);
    }
    return 0;
  }
}
