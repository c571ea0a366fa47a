package org.cirr.nn.gradient;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cirr.op.AdaptiveAvgPool;
import org.cirr.op.AdaptiveMaxPool;
import org.cirr.op.Add;
import org.cirr.op.Attention;
import org.cirr.op.AvgPool;
import org.cirr.op.BatchNorm;
import org.cirr.op.Clamp;
import org.cirr.op.Concat;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.Cos;
import org.cirr.op.Divide;
import org.cirr.op.Elu;
import org.cirr.op.Exp;
import org.cirr.op.Flip;
import org.cirr.op.Gather;
import org.cirr.op.Gelu;
import org.cirr.op.GroupNorm;
import org.cirr.op.HardSigmoid;
import org.cirr.op.HardSwish;
import org.cirr.op.InstanceNorm;
import org.cirr.op.Interpolate;
import org.cirr.op.LayerNorm;
import org.cirr.op.LeakyRelu;
import org.cirr.op.Linear;
import org.cirr.op.Log;
import org.cirr.op.LogSoftmax;
import org.cirr.op.MatMul;
import org.cirr.op.MaxPool;
import org.cirr.op.Multiply;
import org.cirr.op.Op;
import org.cirr.op.PRelu;
import org.cirr.op.Pad;
import org.cirr.op.Permute;
import org.cirr.op.Reduce;
import org.cirr.op.Relu;
import org.cirr.op.Repeat;
import org.cirr.op.Reshape;
import org.cirr.op.RmsNorm;
import org.cirr.op.Roll;
import org.cirr.op.SelectiveScan;
import org.cirr.op.Sigmoid;
import org.cirr.op.Silu;
import org.cirr.op.Sin;
import org.cirr.op.Slice;
import org.cirr.op.Softmax;
import org.cirr.op.Softplus;
import org.cirr.op.Sqrt;
import org.cirr.op.Subtract;
import org.cirr.op.Tanh;
import org.cirr.op.WindowPartition;
import org.cirr.op.WindowReverse;
import org.cirr.tensor.Shape;

/** Every op with a gradient rule on small awkward shapes. */
final class RuleCases {
  /** How an input's values are chosen. */
  enum Values {
    /** Between −2 and 2. */
    PLAIN,
    /** Between 1 and 3. */
    POSITIVE,
    /** No two closer than 1/4, and none closer than 1/8 to a multiple of 1/4. */
    APART,
    /** Between −1/4 and 1/4. */
    SMALL,
    /** Alternately 2 and −2. */
    SIDES,
    /** Whole numbers from 0 to 4, which have no gradient. */
    NUMBERS
  }

  /** One input of an op. */
  record Leaf(Shape shape, Values values, boolean trained) {}

  /** An op, its inputs, and an op behind it or null. */
  record Case(Op op, List<Leaf> leaves, Op behind) {
    @Override
    public String toString() {
      return op
          + " "
          + leaves.stream().map(Leaf::shape).toList()
          + (behind == null ? "" : " " + behind);
    }
  }

  private final List<Case> cases = new ArrayList<>();

  private RuleCases() {}

  static List<Case> all() {
    RuleCases all = new RuleCases();
    all.functions();
    all.pairs();
    all.convolutions();
    all.norms();
    all.matrices();
    all.pools();
    all.moves();
    all.scans();
    return all.cases;
  }

  private static Shape s(int... extents) {
    return Shape.of(extents);
  }

  private static List<Integer> l(Integer... values) {
    return List.of(values);
  }

  private static Leaf in(int... extents) {
    return new Leaf(s(extents), Values.PLAIN, false);
  }

  private static Leaf trained(int... extents) {
    return new Leaf(s(extents), Values.PLAIN, true);
  }

  private static Leaf of(Values values, int... extents) {
    return new Leaf(s(extents), values, false);
  }

  private void add(Op op, Leaf... leaves) {
    cases.add(new Case(op, List.of(leaves), null));
  }

  private void functions() {
    for (Op op :
        List.of(
            new Clamp(-1, 1.5),
            new Cos(),
            new Elu(0.7),
            new Exp(),
            new Gelu(Gelu.Form.EXACT),
            new Gelu(Gelu.Form.TANH),
            new HardSigmoid(),
            new HardSwish(),
            new LeakyRelu(0.01),
            new LeakyRelu(-0.5),
            new Relu(),
            new Sigmoid(),
            new Silu(),
            new Sin(),
            new Softplus(),
            new Tanh())) {
      boolean smooth = !(op instanceof Clamp || op.name().contains("Relu"));
      boolean bent = op instanceof HardSigmoid || op instanceof HardSwish || op instanceof Elu;
      add(op, of(smooth && !bent ? Values.PLAIN : Values.APART, 3, 7));
    }
    add(new Log(), of(Values.POSITIVE, 3, 7));
    add(new Sqrt(), of(Values.POSITIVE, 3, 7));
    for (int channels : new int[] {1, 5}) {
      add(new Softmax(), in(2, 3, channels));
      add(new LogSoftmax(), in(2, 3, channels));
    }
  }

  private void pairs() {
    for (Op op : List.of(new Add(), new Subtract(), new Multiply())) {
      add(op, in(2, 3, 5), in(2, 3, 5));
      add(op, in(2, 1, 5), in(3, 1));
      add(op, in(2, 3, 5), trained(5));
    }
    add(new Divide(), in(2, 3, 5), of(Values.POSITIVE, 2, 3, 5));
    add(new Divide(), in(5), of(Values.POSITIVE, 3, 1));
    add(new PRelu(), of(Values.APART, 2, 3, 5), trained(5));
    add(new PRelu(), of(Values.APART, 2, 3, 5), trained(1));
    add(new Concat(), in(2, 3, 1), in(2, 3, 5), in(2, 3, 2));
    add(new Concat(0), in(2, 3), in(1, 3));
    add(new Gather(), trained(5, 3), of(Values.NUMBERS, 2, 7));
  }

  private void conv(Op op, int[] input, int[] weight, int bias) {
    add(op, in(input), trained(weight), trained(bias));
    add(op, in(input), trained(weight));
  }

  private static int[] a(int... values) {
    return values;
  }

  private void convolutions() {
    conv(Conv.same(a(3, 3, 3), a(1, 1, 1)), a(2, 3, 4, 5, 2), a(3, 2, 3, 3, 3), 3);
    conv(Conv.same(a(3, 3, 3), a(2, 2, 2)), a(1, 4, 5, 3, 2), a(3, 2, 3, 3, 3), 3);
    conv(Conv.same(a(1, 3, 3), a(1, 2, 2)), a(1, 2, 5, 4, 1), a(2, 1, 1, 3, 3), 2);
    conv(Conv.of(a(2, 2), a(0, 0)), a(1, 5, 7, 3), a(2, 3, 2, 2), 2);
    conv(Conv.of(a(3), a(2)), a(2, 7, 3), a(4, 3, 2), 4);
    conv(new Conv(l(1, 2), l(2, 1), l(2, 1), 1), a(1, 5, 6, 2), a(3, 2, 3, 2), 3);
    conv(new Conv(l(1, 1), l(1, 1), l(1, 1), 2), a(1, 3, 4, 4), a(6, 2, 3, 3), 6);
    conv(new Conv(l(2, 1), l(1, 1), l(1, 1), 3), a(1, 4, 3, 3), a(3, 1, 3, 3), 3);
    conv(ConvTranspose.of(2, 2, 2), a(1, 2, 3, 2, 3), a(3, 2, 2, 2, 2), 2);
    conv(ConvTranspose.of(1, 2), a(2, 2, 3, 1), a(1, 3, 1, 2), 3);
    conv(new ConvTranspose(l(2, 2), l(1, 1), l(1, 0)), a(1, 3, 2, 2), a(2, 3, 3, 3), 3);
    conv(new ConvTranspose(l(2), l(0), l(5)), a(1, 3, 2), a(2, 3, 2), 3);
    conv(new ConvTranspose(l(2, 1), l(1, 0), l(0, 0), l(1, 2), 2), a(1, 3, 2, 4), a(4, 1, 3, 2), 2);
    // The bias is in vain in front of single channels, and only there.
    for (Op norm : List.of(new InstanceNorm(0.5), new GroupNorm(4, 0.5), new GroupNorm(2, 0.5))) {
      List<Leaf> leaves = List.of(in(2, 3, 4, 2), trained(4, 2, 3, 3), trained(4));
      cases.add(new Case(Conv.same(a(3, 3), a(1, 1)), leaves, norm));
      List<Leaf> turned = List.of(in(2, 3, 2, 3), trained(3, 4, 2, 2), trained(4));
      cases.add(new Case(ConvTranspose.of(2, 2), turned, norm));
    }
  }

  private void norms() {
    for (int[] shape : List.of(a(2, 3, 4, 6), a(1, 9, 3), a(2, 2, 3, 2, 1))) {
      int c = shape[shape.length - 1];
      for (Op norm : List.of(new InstanceNorm(1e-5), new GroupNorm(c > 2 ? 3 : 1, 1e-3))) {
        add(norm, in(shape));
        add(norm, in(shape), trained(c), trained(c));
        for (Op behind : List.of(new LeakyRelu(0.01), new Relu())) {
          // The shift keeps every value away from the kink, above or below: 4 times the spread.
          Leaf small = new Leaf(s(c), Values.SMALL, true);
          Leaf side = new Leaf(s(c), Values.SIDES, true);
          cases.add(new Case(norm, List.of(in(shape), small, side), behind));
        }
      }
    }
    add(new GroupNorm(1, 1e-3), in(2, 3, 4, 6), trained(6), trained(6));
    add(new LayerNorm(1e-5), in(3, 2, 7));
    add(new LayerNorm(1e-5), in(3, 2, 7), trained(7), trained(7));
    add(new RmsNorm(1e-5), in(3, 7), trained(7));
    Leaf variance = new Leaf(s(4), Values.POSITIVE, true);
    add(new BatchNorm(1e-5), in(2, 3, 4), trained(4), trained(4), trained(4), variance);
  }

  private void matrices() {
    add(new Linear(), in(2, 3, 5), trained(4, 5), trained(4));
    add(new Linear(), in(7, 1), trained(3, 1));
    for (boolean left : new boolean[] {false, true}) {
      for (boolean right : new boolean[] {false, true}) {
        MatMul op = new MatMul(left, right);
        int[] a = left ? a(2, 5, 3) : a(2, 3, 5);
        int[] b = right ? a(2, 4, 5) : a(2, 5, 4);
        add(op, in(a), in(b));
        add(op, in(a), in(b[1], b[2]));
        add(op, in(a[1], a[2]), in(b));
        add(op, in(3, 1, a[1], a[2]), in(b));
      }
    }
    add(Attention.of(2, 3), in(2, 3, 6), in(2, 5, 6), in(2, 5, 4));
    add(Attention.of(2, 2), in(1, 3, 12));
    add(Attention.of(2, 2).withBias(), in(2, 3, 12), in(2, 3, 3));
    add(Attention.of(1, 2).withBias(), in(2, 3, 2), in(2, 2, 2), in(2, 2, 3), in(2, 1, 1, 2));
    add(Attention.of(2, 1).withRegions(), in(4, 3, 6), of(Values.NUMBERS, 2, 3));
  }

  private void pools() {
    for (Op op :
        List.of(
            AvgPool.of(2, 2),
            new AvgPool(l(3, 2), l(2, 1), l(1, 0), true, false),
            new AvgPool(l(3, 2), l(2, 1), l(1, 1), true, true),
            new AdaptiveAvgPool(l(3, 2)),
            AdaptiveAvgPool.global(2),
            new Interpolate(l(7, 3), Interpolate.Mode.LINEAR, false),
            new Interpolate(l(4, 9), Interpolate.Mode.LINEAR, true),
            new Interpolate(l(7, 3), Interpolate.Mode.NEAREST, false),
            new Interpolate(l(7, 3), Interpolate.Mode.NEAREST_EXACT, false))) {
      add(op, in(2, 4, 5, 2));
    }
    for (Op op :
        List.of(
            MaxPool.of(2, 2),
            new MaxPool(l(3, 2), l(2, 1), l(1, 0), l(1, 2), true),
            new AdaptiveMaxPool(l(3, 2)))) {
      add(op, of(Values.APART, 2, 4, 5, 2));
    }
  }

  private void moves() {
    for (Op op :
        List.of(
            Flip.of(0, 2),
            new Roll(l(1, 2), l(2, -1)),
            Permute.of(2, 0, 1),
            Reshape.to(3, 8),
            Repeat.of(2, 1, 3),
            new Slice(l(0, 1, 0), l(2, 3, 3), l(1, 1, 1)),
            new Slice(l(1, 0, 0), l(2, 9, 9), l(1, 2, 2)),
            Pad.zeros(l(1, -1, 2), l(0, 2, -1)),
            new Pad(l(0, 2, 1), l(0, 1, 2), Pad.Mode.REFLECT, 0),
            new Pad(l(0, 2, 1), l(1, 1, -1), Pad.Mode.REPLICATE, 0))) {
      add(op, in(2, 4, 3));
    }
    for (Reduce.Kind kind : Reduce.Kind.values()) {
      Values values = kind.name().startsWith("M") ? Values.APART : Values.PLAIN;
      add(new Reduce(kind, l(0, 2)), of(values, 2, 4, 3));
      add(new Reduce(kind, l(1)), of(values, 2, 4, 3));
    }
    WindowPartition partition = new WindowPartition(l(2, 3), l(1, 1));
    add(partition, in(2, 5, 4, 2));
    add(WindowReverse.of(partition, l(5, 4)), in(12, 6, 2));
  }

  private void scans() {
    for (int flags = 0; flags < 8; flags++) {
      boolean gated = (flags & 1) != 0;
      boolean skip = (flags & 2) != 0;
      boolean stepBias = (flags & 4) != 0;
      int groups = 1 + flags % 2;
      List<Leaf> leaves = new ArrayList<>(List.of(in(2, 5, 4), in(2, 5, 4)));
      leaves.addAll(Arrays.asList(in(2, 5, groups * 3), in(2, 5, groups * 3)));
      if (gated) {
        leaves.add(in(2, 5, 4));
      }
      leaves.add(trained(4, 3));
      if (skip) {
        leaves.add(trained(4));
      }
      if (stepBias) {
        leaves.add(trained(4));
      }
      SelectiveScan scan = new SelectiveScan(groups, gated, skip, stepBias);
      cases.add(new Case(scan, leaves, null));
    }
  }
}
