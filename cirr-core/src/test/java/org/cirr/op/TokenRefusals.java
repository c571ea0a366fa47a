package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/** What the ops of transformers, of pooling to extents and of moving values refuse. */
final class TokenRefusals {
  private TokenRefusals() {}

  private static Shape s(int... extents) {
    return Shape.of(extents);
  }

  private static List<Integer> l(Integer... values) {
    return List.of(values);
  }

  static void add(List<InferTest.Refusal> all) {
    functions(all);
    matrices(all);
    norms(all);
    attention(all);
    scan(all);
    pools(all);
    moves(all);
    windows(all);
    lookUps(all);
  }

  private static void functions(List<InferTest.Refusal> all) {
    List<Op> functions =
        List.of(
            new Clamp(0, 6),
            new Cos(),
            new Elu(1),
            new Exp(),
            new Gelu(Gelu.Form.EXACT),
            new HardSigmoid(),
            new HardSwish(),
            new Log(),
            new Silu(),
            new Sin(),
            new Softplus(),
            new Sqrt(),
            new Tanh());
    for (Op op : functions) {
      InferTest.add(all, op.name() + " takes one input, got 2 inputs [[2], [2]]", op, s(2), s(2));
    }
    for (Op op : List.of(new Divide(), new Multiply(), new Subtract())) {
      InferTest.add(
          all,
          op.name()
              + " cannot broadcast [4, 1, 3] and [5, 2]: counted from the last axis on, extents must"
              + " be equal or 1",
          op,
          s(4, 1, 3),
          s(5, 2));
    }
    InferTest.add(
        all, "PRelu's slope must have shape [1] or [3], got [2]", new PRelu(), s(1, 5, 3), s(2));
    InferTest.add(
        all, "PRelu takes input and slope, got 1 inputs [[1, 5, 3]]", new PRelu(), s(1, 5, 3));
    InferTest.add(
        all, "Constant takes no input, got 1 inputs [[2]]", new Constant(Tensor.zeros(s(2))), s(2));
  }

  private static void matrices(List<InferTest.Refusal> all) {
    InferTest.add(
        all,
        "MatMul's left side needs at least 2 axes, got shape [3]",
        MatMul.plain(),
        s(3),
        s(3, 4));
    InferTest.add(
        all,
        "MatMul sums over 3 columns of the left side [2, 3], but over 4 rows of the right side"
            + " [4, 5]",
        MatMul.plain(),
        s(2, 3),
        s(4, 5));
    InferTest.add(
        all,
        "MatMul sums over 2 rows of the left side [2, 3], but over 5 columns of the right side"
            + " [4, 5]",
        new MatMul(true, true),
        s(2, 3),
        s(4, 5));
    InferTest.add(
        all,
        "MatMul cannot broadcast [2] and [3]: counted from the last axis on, extents must be equal"
            + " or 1",
        MatMul.plain(),
        s(2, 1, 4),
        s(3, 4, 1));
    InferTest.add(
        all,
        "Linear's weight for the input [2, 5] must have shape [Cout, 5], got [5, 3]",
        new Linear(),
        s(2, 5),
        s(5, 3));
    InferTest.add(
        all, "Linear's bias must have shape [3], got [5]", new Linear(), s(2, 5), s(3, 5), s(5));
  }

  private static void norms(List<InferTest.Refusal> all) {
    InferTest.add(
        all, "LayerNorm's input needs at least 1 axes, got shape []", new LayerNorm(1e-5), s());
    InferTest.add(
        all,
        "LayerNorm takes scale and shift together or neither",
        new LayerNorm(1e-5),
        s(2, 3),
        s(3));
    InferTest.add(
        all,
        "LayerNorm's shift must have shape [3], got [2]",
        new LayerNorm(1e-5),
        s(2, 3),
        s(3),
        s(2));
    InferTest.add(
        all, "RmsNorm's scale must have shape [3], got [2]", new RmsNorm(1e-5), s(2, 3), s(2));
    InferTest.add(
        all,
        "GroupNorm's groups must be 1 or more and divide the channels, got 2 groups and input"
            + " [1, 4, 3]",
        new GroupNorm(2, 1e-5),
        s(1, 4, 3));
  }

  private static void attention(List<InferTest.Refusal> all) {
    Attention op = Attention.of(2, 3);
    InferTest.add(
        all,
        "Attention takes queries, keys and values (or the three in one), bias, got 3 inputs"
            + " [[1, 5, 6], [1, 5, 6], [1, 5, 6]]",
        op.withBias(),
        s(1, 5, 6),
        s(1, 5, 6),
        s(1, 5, 6));
    InferTest.add(all, "Attention needs tokens [N, L, C], got shape [5, 18]", op, s(5, 18));
    InferTest.add(
        all,
        "Attention cannot take queries, keys and values of one size from the shape [1, 5, 16]",
        op,
        s(1, 5, 16));
    InferTest.add(
        all,
        "Attention's 2 heads must divide the channels, got 5 of queries and 5 of values",
        op,
        s(1, 5, 15));
    InferTest.add(
        all,
        "Attention needs queries [N, L, C], keys [N, S, C] and values [N, S, E], got [[1, 5, 6],"
            + " [1, 7, 6], [1, 5, 6]]",
        op,
        s(1, 5, 6),
        s(1, 7, 6),
        s(1, 5, 6));
    InferTest.add(
        all,
        "Attention's bias [3, 5, 5] does not broadcast to the scores [1, 2, 5, 5]",
        op.withBias(),
        s(1, 5, 18),
        s(3, 5, 5));
    InferTest.add(
        all,
        "Attention's regions must be [windows, 5] with as many keys as queries and 4 samples a"
            + " multiple of the windows, got [3, 5] and keys [4, 5, 6]",
        op.withRegions(),
        s(4, 5, 18),
        s(3, 5));
  }

  private static void scan(List<InferTest.Refusal> all) {
    Shape u = s(1, 5, 6);
    Shape b = s(1, 5, 4);
    SelectiveScan op = new SelectiveScan(2, false, true, true);
    InferTest.add(
        all,
        "SelectiveScan takes u, step, B, C, A_log, D, step bias, got 4 inputs [[1, 5, 6], [1, 5,"
            + " 6], [1, 5, 4], [1, 5, 4]]",
        op,
        u,
        u,
        b,
        b);
    InferTest.add(
        all,
        "SelectiveScan needs u [N, L, D] with D a multiple of the groups, got [1, 5, 6] and 4"
            + " groups",
        new SelectiveScan(4, false, false, false),
        u,
        u,
        b,
        b,
        s(6, 2));
    InferTest.add(
        all,
        "SelectiveScan's A_log must have shape [6, states], got [2, 6]",
        op,
        u,
        u,
        b,
        b,
        s(2, 6),
        s(6),
        s(6));
    InferTest.add(
        all,
        "SelectiveScan needs step and gate [1, 5, 6] and B and C [1, 5, 6], got [[1, 5, 6], [1, 5,"
            + " 6], [1, 5, 4], [1, 5, 4], [1, 5, 6], [6, 3]]",
        new SelectiveScan(2, true, false, false),
        u,
        u,
        b,
        b,
        u,
        s(6, 3));
    InferTest.add(
        all,
        "SelectiveScan's step bias must have shape [6], got [5]",
        op,
        u,
        u,
        b,
        b,
        s(6, 2),
        s(6),
        s(5));
  }

  private static void pools(List<InferTest.Refusal> all) {
    InferTest.add(
        all,
        "AdaptiveAvgPool's size [1, 1] must have one entry for each of 1 spatial axes",
        AdaptiveAvgPool.global(2),
        s(1, 5, 3));
    InferTest.add(
        all,
        "AdaptiveMaxPool cannot make voxels of size [1] from the empty input [1, 0, 3]",
        AdaptiveMaxPool.global(1),
        s(1, 0, 3));
    InferTest.add(
        all,
        "MaxPool's dilation [0] must be 1 or more on every axis",
        new MaxPool(l(2), l(2), l(0), l(0), true),
        s(1, 5, 3));
    InferTest.add(
        all,
        "ConvTranspose's groups must be 1 or more and divide the input channels, got 2 groups and"
            + " weight [3, 4, 2]",
        new ConvTranspose(l(1), l(0), l(0), l(1), 2),
        s(1, 5, 3),
        s(3, 4, 2));
  }

  private static void moves(List<InferTest.Refusal> all) {
    InferTest.add(
        all,
        "Reshape cannot make 6 elements of shape [2, 3] from the 5 of [5]",
        Reshape.to(2, 3),
        s(5));
    InferTest.add(all, "Reshape's extents must be 0 or more, got [-1, 5]", Reshape.to(-1, 5), s(5));
    InferTest.add(
        all,
        "Permute's axes must be each of 0 to 1 once for the input [2, 3], got [0, 0]",
        Permute.of(0, 0),
        s(2, 3));
    InferTest.add(
        all,
        "Slice needs from, to and step for each of 2 axes of the input [2, 3], got [0], [1] and"
            + " [1]",
        Slice.along(0, 0, 1, 1),
        s(2, 3));
    InferTest.add(
        all,
        "Slice cannot go from 4 to 5 in steps of 1 along axis 1 of the input [2, 3]",
        Slice.along(1, 4, 5, 2),
        s(2, 3));
    InferTest.add(
        all,
        "Flip's axes must be different axes of the input [2, 3], got [1, 1]",
        Flip.of(1, 1),
        s(2, 3));
    InferTest.add(
        all,
        "Roll's axes must be different axes of the input [2, 3], got [2]",
        new Roll(l(2), l(1)),
        s(2, 3));
    InferTest.add(
        all,
        "Repeat needs 1 or more repeats for each axis of the input [2, 3], got [0, 2]",
        Repeat.of(0, 2),
        s(2, 3));
    InferTest.add(
        all,
        "Pad needs numbers for each of 2 axes of the input [2, 3], got before [1] and after [1]",
        Pad.zeros(l(1), l(1)),
        s(2, 3));
    InferTest.add(
        all,
        "Pad cannot put 0 before and 3 after the 3 values of axis 1 of the input [2, 3] in mode"
            + " REFLECT",
        new Pad(l(0, 0), l(0, 3), Pad.Mode.REFLECT, 0),
        s(2, 3));
    InferTest.add(
        all,
        "Pad cannot put -4 before and 1 after the 3 values of axis 0 of the input [3] in mode"
            + " CONSTANT",
        Pad.zeros(l(-4), l(1)),
        s(3));
    InferTest.add(
        all, "Concat's axis 2 is none of the shape [2, 3]", new Concat(2), s(2, 3), s(2, 3));
    InferTest.add(
        all,
        "Concat needs tensors that differ only in axis 0, got [[2, 3], [2, 4]]",
        new Concat(0),
        s(2, 3),
        s(2, 4));
  }

  private static void windows(List<InferTest.Refusal> all) {
    InferTest.add(
        all,
        "WindowPartition's window [2, 2] must have one entry for each of 1 spatial axes",
        WindowPartition.of(2, 2),
        s(1, 5, 3));
    InferTest.add(
        all,
        "WindowReverse to the size [5] needs [N · 3 windows, 2 tokens, C], got [4, 2, 3]",
        WindowReverse.of(WindowPartition.of(2), l(5)),
        s(4, 2, 3));
  }

  private static void lookUps(List<InferTest.Refusal> all) {
    InferTest.add(
        all,
        "Gather needs a table [rows, C] with at least one row, got [0, 3]",
        new Gather(),
        s(0, 3),
        s(2));
    InferTest.add(
        all,
        "ArgMax needs at least one value along the last axis, got shape [2, 0]",
        new ArgMax(),
        s(2, 0));
    InferTest.add(
        all,
        "Reduce's axes must be different axes of the input [2, 3], got [2]",
        Reduce.mean(2),
        s(2, 3));
  }
}
