package org.cirr.cuda;

import org.cirr.op.LeakyRelu;
import org.cirr.op.Op;
import org.cirr.op.Relu;

/** A rectifier as kernels take it: what values below 0 are multiplied by. */
final class Rectifier {
  private Rectifier() {}

  /** 1 where there is no activation, 0 for ReLU. */
  static double slope(Op activation) {
    return activation == null ? 1 : activation instanceof LeakyRelu relu ? relu.slope() : 0;
  }

  static boolean knows(Op activation) {
    return activation instanceof LeakyRelu || activation instanceof Relu;
  }
}
