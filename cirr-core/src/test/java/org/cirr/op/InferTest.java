package org.cirr.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.cirr.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Output shapes, and the text of every refusal. */
class InferTest {
  private static final Shape VOLUME = Shape.of(1, 4, 5, 6, 3);

  /** An op, its inputs, and what it says to them. */
  record Refusal(String message, Op op, List<Shape> inputs) {
    @Override
    public String toString() {
      return message;
    }
  }

  private static Shape s(int... extents) {
    return Shape.of(extents);
  }

  private static List<Integer> l(Integer... values) {
    return List.of(values);
  }

  static Stream<Refusal> refusals() {
    List<Refusal> all = new ArrayList<>();
    leaves(all);
    convolutions(all);
    transposed(all);
    norms(all);
    pools(all);
    others(all);
    TokenRefusals.add(all);
    GradientRefusals.add(all);
    return all.stream();
  }

  static void add(List<Refusal> all, String message, Op op, Shape... inputs) {
    all.add(new Refusal(message, op, List.of(inputs)));
  }

  private static void leaves(List<Refusal> all) {
    add(all, "Input takes no input, got 1 inputs [[2]]", new Input("image", s(2)), s(2));
    add(all, "Parameter takes no input, got 1 inputs [[2]]", new Parameter("w", s(2)), s(2));
  }

  private static void convolutions(List<Refusal> all) {
    Conv conv = Conv.same(new int[] {3, 3, 3}, new int[] {1, 1, 1});
    Shape weight = s(8, 3, 3, 3, 3);
    add(
        all,
        "Conv takes input, weight and optionally bias, got 1 inputs [[1, 4, 5, 6, 3]]",
        conv,
        VOLUME);
    add(
        all,
        "Conv needs an activation [N, 1 to 3 spatial axes, C], got shape [4, 3]",
        conv,
        s(4, 3),
        weight);
    add(
        all,
        "Conv needs an activation [N, 1 to 3 spatial axes, C], got shape [1, 2, 3, 4, 5, 6]",
        conv,
        s(1, 2, 3, 4, 5, 6),
        weight);
    add(
        all,
        "Conv's stride [1, 1, 1] must have one entry for each of 2 spatial axes",
        conv,
        s(1, 5, 6, 3),
        weight);
    add(
        all,
        "Conv's stride [1, 0, 1] must be 1 or more on every axis",
        new Conv(l(1, 0, 1), l(1, 1, 1), l(1, 1, 1), 1),
        VOLUME,
        weight);
    add(
        all,
        "Conv's padding [1, -1, 1] must be 0 or more on every axis",
        new Conv(l(1, 1, 1), l(1, -1, 1), l(1, 1, 1), 1),
        VOLUME,
        weight);
    add(
        all,
        "Conv's dilation [1, 1] must have one entry for each of 3 spatial axes",
        new Conv(l(1, 1, 1), l(1, 1, 1), l(1, 1), 1),
        VOLUME,
        weight);
    add(
        all,
        "Conv's weight must be [Cout, Cin/groups, 3 kernel extents], got [8, 3, 3, 3]",
        conv,
        VOLUME,
        s(8, 3, 3, 3));
    add(
        all,
        "Conv's weight [0, 3, 3, 3, 3] must have 1 or more output channels",
        conv,
        VOLUME,
        s(0, 3, 3, 3, 3));
    add(
        all,
        "Conv's input [1, 4, 5, 6, 3] has 3 channels, but the weight [8, 4, 3, 3, 3] with 1"
            + " group(s) takes 4",
        conv,
        VOLUME,
        s(8, 4, 3, 3, 3));
    Conv threeGroups = new Conv(l(1, 1, 1), l(1, 1, 1), l(1, 1, 1), 3);
    add(
        all,
        "Conv's groups must be 1 or more and divide the output channels, got 3 groups and weight"
            + " [8, 1, 3, 3, 3]",
        threeGroups,
        VOLUME,
        s(8, 1, 3, 3, 3));
    add(
        all,
        "Conv's groups must be 1 or more and divide the output channels, got 0 groups and weight"
            + " [8, 3, 3, 3, 3]",
        new Conv(l(1, 1, 1), l(1, 1, 1), l(1, 1, 1), 0),
        VOLUME,
        weight);
    add(
        all,
        "Conv's input [1, 4, 5, 6, 3] has 3 channels, but the weight [9, 3, 3, 3, 3] with 3"
            + " group(s) takes 9",
        threeGroups,
        VOLUME,
        s(9, 3, 3, 3, 3));
    add(all, "Conv's bias must have shape [8], got [3]", conv, VOLUME, weight, s(3));
    add(all, "Conv's bias must have shape [8], got [8, 1]", conv, VOLUME, weight, s(8, 1));
    add(
        all,
        "Conv's window reaches over 7 voxels on spatial axis 0, but the padded input"
            + " [1, 4, 5, 6, 3] has only 6",
        new Conv(l(1, 1, 1), l(1, 1, 1), l(3, 1, 1), 1),
        VOLUME,
        weight);
    add(
        all,
        "Conv's kernel [3, 0, 3] must be 1 or more on every axis",
        conv,
        VOLUME,
        s(8, 3, 3, 0, 3));
    add(
        all,
        "Conv's padding [1073741824, 0, 0] is too large for the input [1, 4, 5, 6, 3]",
        new Conv(l(1, 1, 1), l(1 << 30, 0, 0), l(1, 1, 1), 1),
        VOLUME,
        weight);
    add(
        all,
        "Conv's window reaches over 4294967295 voxels on spatial axis 0, but the padded input"
            + " [1, 4, 5, 6, 3] has only 6",
        new Conv(l(1, 1, 1), l(1, 1, 1), l(Integer.MAX_VALUE, 1, 1), 1),
        VOLUME,
        weight);
  }

  private static void transposed(List<Refusal> all) {
    ConvTranspose up = ConvTranspose.of(2, 2, 2);
    Shape weight = s(3, 8, 2, 2, 2);
    add(
        all,
        "ConvTranspose takes input, weight and optionally bias, got 1 inputs [[1, 4, 5, 6, 3]]",
        up,
        VOLUME);
    add(
        all,
        "ConvTranspose's weight [3, 0, 2, 2, 2] must have 1 or more output channels",
        up,
        VOLUME,
        s(3, 0, 2, 2, 2));
    add(
        all,
        "ConvTranspose's weight must be [Cin, Cout/groups, 3 kernel extents], got [3, 8, 2, 2]",
        up,
        VOLUME,
        s(3, 8, 2, 2));
    add(
        all,
        "ConvTranspose's input [1, 4, 5, 6, 3] has 3 channels, but the weight [8, 3, 2, 2, 2]"
            + " takes 8",
        up,
        VOLUME,
        s(8, 3, 2, 2, 2));
    add(all, "ConvTranspose's bias must have shape [8], got [3]", up, VOLUME, weight, s(3));
    add(
        all,
        "ConvTranspose's padding [5, 0, 0] leaves nothing of the output of input"
            + " [1, 4, 5, 6, 3] and weight [3, 8, 2, 2, 2]",
        new ConvTranspose(l(2, 2, 2), l(5, 0, 0), l(0, 0, 0)),
        VOLUME,
        weight);
    add(
        all,
        "ConvTranspose's output padding [0, -1, 0] must be 0 or more on every axis",
        new ConvTranspose(l(2, 2, 2), l(0, 0, 0), l(0, -1, 0)),
        VOLUME,
        weight);
    add(
        all,
        "ConvTranspose cannot make an output of extent 3221225474 on spatial axis 0 from input"
            + " [1, 4, 5, 6, 3] and weight [3, 8, 2, 2, 2]",
        new ConvTranspose(l(1 << 30, 1, 1), l(0, 0, 0), l(0, 0, 0)),
        VOLUME,
        weight);
    add(
        all,
        "ConvTranspose cannot make an output of extent 6 on spatial axis 0 from input"
            + " [1, 4, 5, 6, 3] and weight [3, 8, 0, 2, 2]",
        up,
        VOLUME,
        s(3, 8, 0, 2, 2));
  }

  private static void norms(List<Refusal> all) {
    InstanceNorm norm = new InstanceNorm(1e-5);
    add(all, "InstanceNorm takes scale and shift together or neither", norm, VOLUME, s(3));
    add(all, "InstanceNorm's scale must have shape [3], got [4]", norm, VOLUME, s(4), s(3));
    add(all, "InstanceNorm's shift must have shape [3], got [4]", norm, VOLUME, s(3), s(4));
    add(
        all,
        "InstanceNorm needs an activation [N, 1 to 3 spatial axes, C], got shape [5, 3]",
        norm,
        s(5, 3));
    add(
        all,
        "InstanceNorm takes input, or input, scale and shift, got 4 inputs [[1, 4, 5, 6, 3], [3],"
            + " [3], [3]]",
        norm,
        VOLUME,
        s(3),
        s(3),
        s(3));
    BatchNorm batch = new BatchNorm(1e-5);
    add(
        all,
        "BatchNorm takes input, scale, shift, mean and variance, got 2 inputs [[1, 4, 5, 6, 3],"
            + " [3]]",
        batch,
        VOLUME,
        s(3));
    add(
        all,
        "BatchNorm's mean must have shape [3], got [4]",
        batch,
        VOLUME,
        s(3),
        s(3),
        s(4),
        s(3));
    add(
        all,
        "BatchNorm's variance must have shape [3], got [3, 1]",
        batch,
        VOLUME,
        s(3),
        s(3),
        s(3),
        s(3, 1));
  }

  private static void pools(List<Refusal> all) {
    add(all, "MaxPool takes one input, got 0 inputs []", MaxPool.of(2, 2, 2));
    add(
        all,
        "MaxPool's kernel [2, 2] must have one entry for each of 3 spatial axes",
        MaxPool.of(2, 2),
        VOLUME);
    add(
        all,
        "MaxPool's kernel [0, 2, 2] must be 1 or more on every axis",
        MaxPool.of(0, 2, 2),
        VOLUME);
    add(
        all,
        "MaxPool's padding [2, 0, 0] must be at most half of the kernel [3, 2, 2]",
        new MaxPool(l(3, 2, 2), l(1, 1, 1), l(2, 0, 0)),
        VOLUME);
    add(
        all,
        "AvgPool's padding [0, 1, 0] must be at most half of the kernel [1, 1, 1]",
        new AvgPool(l(1, 1, 1), l(1, 1, 1), l(0, 1, 0)),
        VOLUME);
    add(
        all,
        "AvgPool's window reaches over 7 voxels on spatial axis 2, but the padded input"
            + " [1, 4, 5, 6, 3] has only 6",
        AvgPool.of(1, 1, 7),
        VOLUME);
    add(
        all,
        "AvgPool's stride [1, 1, 0] must be 1 or more on every axis",
        new AvgPool(l(2, 2, 2), l(1, 1, 0), l(0, 0, 0)),
        VOLUME);
  }

  private static void others(List<Refusal> all) {
    add(all, "Add takes two inputs, got 1 inputs [[2]]", new Add(), s(2));
    add(
        all,
        "Add cannot broadcast [2, 3] and [3, 2]: counted from the last axis on, extents must be"
            + " equal or 1",
        new Add(),
        s(2, 3),
        s(3, 2));
    add(all, "Concat takes two or more inputs, got 1 inputs [[2]]", new Concat(), s(2));
    add(
        all,
        "Concat needs tensors that differ only in their channels, got [[2, 3, 1], [2, 4, 1]]",
        new Concat(),
        s(2, 3, 1),
        s(2, 4, 1));
    add(
        all,
        "Concat needs tensors that differ only in their channels, got [[2, 3], [2, 3, 1]]",
        new Concat(),
        s(2, 3),
        s(2, 3, 1));
    add(all, "Concat needs at least one axis, got scalars", new Concat(), s(), s());
    add(
        all,
        "Concat cannot make a tensor of 4294967294 channels from [[0, 2147483647], [0,"
            + " 2147483647]]",
        new Concat(),
        s(0, Integer.MAX_VALUE),
        s(0, Integer.MAX_VALUE));
    Interpolate half = new Interpolate(l(2, 3, 3), Interpolate.Mode.LINEAR, false);
    add(all, "Interpolate takes one input, got 2 inputs [[2], [2]]", half, s(2), s(2));
    add(
        all,
        "Interpolate's size [2, 3, 3] must have one entry for each of 2 spatial axes",
        half,
        s(1, 4, 5, 3));
    add(
        all,
        "Interpolate's size [2, 0, 3] must be 1 or more on every axis",
        new Interpolate(l(2, 0, 3), Interpolate.Mode.NEAREST, false),
        VOLUME);
    add(
        all,
        "Interpolate cannot make voxels of size [2, 3, 3] from the empty input [1, 4, 0, 6, 3]",
        half,
        s(1, 4, 0, 6, 3));
    add(all, "Softmax needs at least one axis, got a scalar", new Softmax(), s());
    add(all, "Softmax takes one input, got 0 inputs []", new Softmax());
    add(all, "Sigmoid takes one input, got 0 inputs []", new Sigmoid());
    add(all, "Relu takes one input, got 2 inputs [[2], [2]]", new Relu(), s(2), s(2));
    add(all, "LeakyRelu takes one input, got 0 inputs []", new LeakyRelu(0.01));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void whatDoesNotFitIsRefused(Refusal refusal) {
    Exception thrown =
        assertThrows(IllegalArgumentException.class, () -> refusal.op().infer(refusal.inputs()));
    assertEquals(refusal.message(), thrown.getMessage());
  }

  @Test
  void everyOpOfTheSealedSetRefusesSomething() {
    List<String> refusing = refusals().map(refusal -> refusal.op().name()).distinct().toList();
    for (Class<?> op : Op.class.getPermittedSubclasses()) {
      assertEquals(true, refusing.contains(op.getSimpleName()), op.getSimpleName());
    }
  }

  @Test
  void gradientsOfOtherOpsAreRefused() {
    GradientRefusals.makings()
        .forEach(
            making ->
                assertEquals(
                    making.getKey(),
                    assertThrows(IllegalArgumentException.class, making.getValue()::run)
                        .getMessage()));
  }

  @Test
  void attributesThatMakeNoSenseAreRefused() {
    assertEquals(
        "InstanceNorm's epsilon must be 0 or more and finite, got -1.0",
        assertThrows(IllegalArgumentException.class, () -> new InstanceNorm(-1)).getMessage());
    assertEquals(
        "BatchNorm's epsilon must be 0 or more and finite, got NaN",
        assertThrows(IllegalArgumentException.class, () -> new BatchNorm(Double.NaN)).getMessage());
    assertEquals(
        "Clamp's limits must be numbers in ascending order, got 1.0 and 0.0",
        assertThrows(IllegalArgumentException.class, () -> new Clamp(1, 0)).getMessage());
    assertEquals(
        "Elu's alpha must be finite, got NaN",
        assertThrows(IllegalArgumentException.class, () -> new Elu(Double.NaN)).getMessage());
    assertEquals(
        "Attention needs 1 or more heads and a finite scale, got 0 heads and scale 1.0",
        assertThrows(IllegalArgumentException.class, () -> new Attention(0, 1, false, false))
            .getMessage());
    assertEquals(
        "Roll needs one shift for each axis, got axes [1] and shifts []",
        assertThrows(IllegalArgumentException.class, () -> new Roll(l(1), l())).getMessage());
    assertEquals(
        "WindowPartition's shift must be 0 to window - 1 on every axis, got [2] and [2]",
        assertThrows(IllegalArgumentException.class, () -> new WindowPartition(l(2), l(2)))
            .getMessage());
    assertEquals(
        "LeakyRelu's slope must be finite, got Infinity",
        assertThrows(IllegalArgumentException.class, () -> new LeakyRelu(Double.POSITIVE_INFINITY))
            .getMessage());
  }

  @Test
  void cornersAreAlignedOnlyInLinearMode() {
    Exception thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Interpolate(l(2, 2), Interpolate.Mode.NEAREST, true));
    assertEquals(
        "Interpolate aligns corners only in mode LINEAR, not NEAREST", thrown.getMessage());
  }

  @Test
  void outputShapesAreTorchs() {
    Conv conv = new Conv(l(2, 1, 3), l(1, 0, 2), l(1, 2, 1), 1);
    assertEquals(s(1, 2, 1, 3, 8), conv.infer(List.of(VOLUME, s(8, 3, 3, 3, 3))));
    ConvTranspose up = new ConvTranspose(l(2, 1, 3), l(1, 0, 0), l(1, 0, 2));
    assertEquals(s(1, 8, 7, 20, 8), up.infer(List.of(VOLUME, s(3, 8, 3, 3, 3))));
    assertEquals(s(1, 2, 2, 3, 3), MaxPool.of(2, 2, 2).infer(List.of(VOLUME)));
    AvgPool padded = new AvgPool(l(3, 3, 2), l(2, 2, 2), l(1, 1, 1));
    assertEquals(s(1, 2, 3, 4, 3), padded.infer(List.of(VOLUME)));
    assertEquals(s(2, 7, 8), new Concat().infer(List.of(s(2, 7, 3), s(2, 7, 1), s(2, 7, 4))));
  }

  @Test
  void multiplicationsAndAdditionsAreCounted() {
    Conv conv = Conv.same(new int[] {3, 3, 3}, new int[] {1, 1, 1});
    List<Shape> inputs = List.of(VOLUME, s(8, 3, 3, 3, 3));
    assertEquals(2L * 120 * 8 * 3 * 27, conv.flops(inputs));
    ConvTranspose up = ConvTranspose.of(2, 2, 2);
    assertEquals(2L * 120 * 3 * 8 * 8, up.flops(List.of(VOLUME, s(3, 8, 2, 2, 2))));
    assertEquals(0, new Relu().flops(List.of(VOLUME)));
  }

  @Test
  void attributesAreCopied() {
    List<Integer> kernel = new ArrayList<>(List.of(2, 2));
    MaxPool pool = new MaxPool(kernel, kernel, List.of(0, 0));
    kernel.set(0, 9);
    assertEquals(List.of(2, 2), pool.kernel());
    assertEquals(MaxPool.of(2, 2), pool);
  }
}
