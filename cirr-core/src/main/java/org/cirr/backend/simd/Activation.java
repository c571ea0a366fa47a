package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.cirr.op.LeakyRelu;
import org.cirr.op.Op;
import org.cirr.op.Relu;

/** A rectifier fused behind another op: slope 1 for none, 0 for ReLU. */
record Activation(float slope) {
  static Activation of(Op op) {
    if (op == null) {
      return new Activation(1);
    } else if (op instanceof LeakyRelu relu) {
      return new Activation((float) relu.slope());
    } else if (op instanceof Relu) {
      return new Activation(0);
    }
    throw new UnsupportedOperationException("backend 'simd' cannot fuse " + op.name());
  }

  static boolean knows(Op op) {
    return op instanceof LeakyRelu || op instanceof Relu;
  }

  float apply(float x) {
    if (slope == 0) {
      return Math.max(x, 0); // 0 times infinity would be NaN
    }
    return x >= 0 || x != x ? x : slope * x;
  }

  FloatVector apply(FloatVector x) {
    if (slope == 0) {
      return x.max(0);
    }
    // For slopes up to 1 the larger of both is the right one, and max is one instruction.
    return slope > 0 && slope <= 1
        ? x.max(x.mul(slope))
        : x.blend(x.mul(slope), x.compare(VectorOperators.LT, 0));
  }
}
