package org.cirr.nn.gradient;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.cirr.op.AdaptiveAvgPool;
import org.cirr.op.AdaptiveMaxPool;
import org.cirr.op.Add;
import org.cirr.op.Adjoint;
import org.cirr.op.ArgMax;
import org.cirr.op.Attention;
import org.cirr.op.AvgPool;
import org.cirr.op.BatchNorm;
import org.cirr.op.Clamp;
import org.cirr.op.Concat;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.ConvWeightGradient;
import org.cirr.op.Cos;
import org.cirr.op.Divide;
import org.cirr.op.Elu;
import org.cirr.op.Exp;
import org.cirr.op.Flip;
import org.cirr.op.Gather;
import org.cirr.op.Gelu;
import org.cirr.op.GroupNorm;
import org.cirr.op.GroupNormGradient;
import org.cirr.op.GroupNormSums;
import org.cirr.op.HardSigmoid;
import org.cirr.op.HardSwish;
import org.cirr.op.InstanceNorm;
import org.cirr.op.Interpolate;
import org.cirr.op.LayerNorm;
import org.cirr.op.LayerNormGradient;
import org.cirr.op.LeakyRelu;
import org.cirr.op.Linear;
import org.cirr.op.Log;
import org.cirr.op.LogSoftmax;
import org.cirr.op.MatMul;
import org.cirr.op.MaxPool;
import org.cirr.op.MaxPoolGradient;
import org.cirr.op.Multiply;
import org.cirr.op.Op;
import org.cirr.op.PRelu;
import org.cirr.op.Pad;
import org.cirr.op.Permute;
import org.cirr.op.PointwiseGradient;
import org.cirr.op.Reduce;
import org.cirr.op.Relu;
import org.cirr.op.Repeat;
import org.cirr.op.Reshape;
import org.cirr.op.RmsNorm;
import org.cirr.op.Roll;
import org.cirr.op.ScatterAdd;
import org.cirr.op.SelectiveScan;
import org.cirr.op.SelectiveScanGradient;
import org.cirr.op.Sigmoid;
import org.cirr.op.Silu;
import org.cirr.op.Sin;
import org.cirr.op.Slice;
import org.cirr.op.Softmax;
import org.cirr.op.SoftmaxGradient;
import org.cirr.op.Softplus;
import org.cirr.op.Sqrt;
import org.cirr.op.Subtract;
import org.cirr.op.Tanh;
import org.cirr.op.WindowPartition;
import org.cirr.op.WindowReverse;

/** The table op → gradient rule: every op of the sealed set has a rule or a reason to have none. */
final class GradientRules {
  private static final Map<Class<? extends Op>, GradientRule> RULES = new HashMap<>();
  private static final Map<Class<? extends Op>, String> REFUSED = new HashMap<>();

  static {
    RULES.put(AdaptiveAvgPool.class, PoolRules::mean);
    RULES.put(AdaptiveMaxPool.class, PoolRules::max);
    RULES.put(Add.class, BroadcastRules::add);
    RULES.put(Attention.class, AttentionRule::inputs);
    RULES.put(AvgPool.class, PoolRules::mean);
    RULES.put(BatchNorm.class, NormRules::batch);
    RULES.put(Clamp.class, PointwiseRules::ofArgument);
    RULES.put(Concat.class, MovingRules::concat);
    RULES.put(Conv.class, ConvRules::conv);
    RULES.put(ConvTranspose.class, ConvRules::transposed);
    RULES.put(Cos.class, PointwiseRules::ofArgument);
    RULES.put(Divide.class, BroadcastRules::divide);
    RULES.put(Elu.class, PointwiseRules::ofArgument);
    RULES.put(Exp.class, PointwiseRules::ofArgument);
    RULES.put(Flip.class, MovingRules::flip);
    RULES.put(Gather.class, MovingRules::gather);
    RULES.put(Gelu.class, PointwiseRules::ofArgument);
    RULES.put(GroupNorm.class, NormRules::group);
    RULES.put(HardSigmoid.class, PointwiseRules::ofArgument);
    RULES.put(HardSwish.class, PointwiseRules::ofArgument);
    RULES.put(InstanceNorm.class, NormRules::instance);
    RULES.put(Interpolate.class, PoolRules::mean);
    RULES.put(LayerNorm.class, NormRules::layer);
    RULES.put(LeakyRelu.class, PointwiseRules::rectifier);
    RULES.put(Linear.class, MatrixRules::linear);
    RULES.put(Log.class, PointwiseRules::ofArgument);
    RULES.put(LogSoftmax.class, PointwiseRules::softmax);
    RULES.put(MatMul.class, MatrixRules::product);
    RULES.put(MaxPool.class, PoolRules::max);
    RULES.put(Multiply.class, BroadcastRules::multiply);
    RULES.put(PRelu.class, BroadcastRules::prelu);
    RULES.put(Pad.class, MovingRules::pad);
    RULES.put(Permute.class, MovingRules::permute);
    RULES.put(Reduce.class, ReduceRule::inputs);
    RULES.put(Relu.class, PointwiseRules::rectifier);
    RULES.put(Repeat.class, MovingRules::repeat);
    RULES.put(Reshape.class, MovingRules::reshape);
    RULES.put(RmsNorm.class, NormRules::rms);
    RULES.put(Roll.class, MovingRules::roll);
    RULES.put(SelectiveScan.class, SelectiveScanRule::inputs);
    RULES.put(Sigmoid.class, PointwiseRules::ofArgument);
    RULES.put(Silu.class, PointwiseRules::ofArgument);
    RULES.put(Sin.class, PointwiseRules::ofArgument);
    RULES.put(Slice.class, MovingRules::slice);
    RULES.put(Softmax.class, PointwiseRules::softmax);
    RULES.put(Softplus.class, PointwiseRules::ofArgument);
    RULES.put(Sqrt.class, PointwiseRules::ofArgument);
    RULES.put(Subtract.class, BroadcastRules::subtract);
    RULES.put(Tanh.class, PointwiseRules::ofArgument);
    RULES.put(WindowPartition.class, MovingRules::partition);
    RULES.put(WindowReverse.class, MovingRules::reverse);

    REFUSED.put(
        ArgMax.class, "its whole numbers change in steps: put Detach behind it to stop there");
    for (Class<? extends Op> op :
        java.util.List.of(
            Adjoint.class,
            ConvWeightGradient.class,
            GroupNormGradient.class,
            GroupNormSums.class,
            LayerNormGradient.class,
            MaxPoolGradient.class,
            PointwiseGradient.class,
            ScatterAdd.class,
            SelectiveScanGradient.class,
            SoftmaxGradient.class)) {
      REFUSED.put(op, "it belongs to a gradient, and gradients of gradients are not there yet");
    }
  }

  private GradientRules() {}

  /**
   * The rule of an op.
   *
   * <p><b>Errors</b>: {@link UnsupportedOperationException} naming an op without one, and why.
   */
  static GradientRule of(Op op) {
    GradientRule rule = RULES.get(op.getClass());
    if (rule == null) {
      throw new UnsupportedOperationException(
          op.name()
              + " has no gradient: "
              + refusal(op.getClass()).orElse("there is no rule for it in GradientRules"));
    }
    return rule;
  }

  /** Whether there is a rule for a kind of op. */
  static boolean knows(Class<?> op) {
    return RULES.containsKey(op);
  }

  /** Why a kind of op has no rule. */
  static Optional<String> refusal(Class<?> op) {
    return Optional.ofNullable(REFUSED.get(op));
  }
}
