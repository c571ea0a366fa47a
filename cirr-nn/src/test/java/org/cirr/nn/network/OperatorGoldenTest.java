package org.cirr.nn.network;

import static org.cirr.nn.network.OperatorGoldens.attrs;
import static org.cirr.nn.network.OperatorGoldens.data;
import static org.cirr.nn.network.OperatorGoldens.ints;
import static org.cirr.nn.network.OperatorGoldens.op;
import static org.cirr.nn.network.OperatorGoldens.outputShape;
import static org.cirr.nn.network.OperatorGoldens.shape;
import static org.cirr.nn.network.OperatorGoldens.trained;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cirr.graph.Node;
import org.cirr.nn.GoldenNetworks;
import org.cirr.op.AdaptiveAvgPool;
import org.cirr.op.AdaptiveMaxPool;
import org.cirr.op.Add;
import org.cirr.op.AvgPool;
import org.cirr.op.BatchNorm;
import org.cirr.op.Clamp;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.Cos;
import org.cirr.op.Divide;
import org.cirr.op.Elu;
import org.cirr.op.Exp;
import org.cirr.op.Gelu;
import org.cirr.op.GroupNorm;
import org.cirr.op.HardSigmoid;
import org.cirr.op.HardSwish;
import org.cirr.op.InstanceNorm;
import org.cirr.op.Interpolate;
import org.cirr.op.LayerNorm;
import org.cirr.op.LeakyRelu;
import org.cirr.op.Log;
import org.cirr.op.MaxPool;
import org.cirr.op.Multiply;
import org.cirr.op.Op;
import org.cirr.op.PRelu;
import org.cirr.op.Relu;
import org.cirr.op.RmsNorm;
import org.cirr.op.Sigmoid;
import org.cirr.op.Silu;
import org.cirr.op.Sin;
import org.cirr.op.Softmax;
import org.cirr.op.Softplus;
import org.cirr.op.Sqrt;
import org.cirr.op.Subtract;
import org.cirr.op.Tanh;
import org.cirr.tensor.Shape;
import org.junit.jupiter.api.Test;

/** The ops of convolutional networks against PyTorch in double, on every backend that runs here. */
class OperatorGoldenTest {
  @Test
  void convolutions() {
    OperatorGoldens goldens = new OperatorGoldens("convolution");
    for (JsonObject test : goldens.cases()) {
      JsonObject attrs = attrs(test);
      if (op(test).matches("conv[123]d")) {
        Conv conv =
            new Conv(
                ints(attrs, "stride", 1),
                ints(attrs, "padding", 1),
                ints(attrs, "dilation", 1),
                attrs.get("groups").getAsInt());
        goldens.run(test, conv, "x", "weight", "bias");
      } else if (op(test).startsWith("conv_transpose")) {
        ConvTranspose conv =
            new ConvTranspose(
                ints(attrs, "stride", 1),
                ints(attrs, "padding", 1),
                ints(attrs, "output_padding", 1),
                ints(attrs, "dilation", 1),
                attrs.get("groups").getAsInt());
        goldens.run(test, conv, "x", "weight", "bias");
      }
    }
    goldens.assertRan(
        "{conv1d=4, conv2d=22, conv3d=24, conv_transpose1d=1, conv_transpose2d=7, conv_transpose3d=9}",
        184);
  }

  @Test
  void normalisations() {
    OperatorGoldens goldens = new OperatorGoldens("normalisation");
    for (JsonObject test : goldens.cases()) {
      JsonObject attrs = attrs(test);
      double epsilon = attrs.has("eps") ? attrs.get("eps").getAsDouble() : 0;
      if (op(test).startsWith("instance_norm")) {
        goldens.run(test, new InstanceNorm(epsilon), "x", "weight", "bias");
      } else if (op(test).startsWith("batch_norm") && !attrs.get("train").getAsBoolean()) {
        Op norm = new BatchNorm(epsilon);
        goldens.run(test, norm, "x", "weight", "bias", "running_mean", "running_var");
      } else if (op(test).equals("group_norm")) {
        Op norm = new GroupNorm(attrs.get("groups").getAsInt(), epsilon);
        goldens.run(test, norm, "x", "weight", "bias");
      } else if (op(test).equals("layer_norm_channels_first")) {
        goldens.run(test, new LayerNorm(epsilon), "x", "weight", "bias");
      } else if (op(test).equals("layer_norm")
          && attrs.get("normalized_shape").getAsJsonArray().size() == 1) {
        goldens.runPlain(test, new LayerNorm(epsilon), "x", "weight", "bias");
      } else if (op(test).equals("rms_norm_add")) {
        Node sum = Node.of(new Add(), data(test, "x"), data(test, "residual"));
        Node norm = Node.of(new RmsNorm(epsilon), sum, trained(test, "weight"));
        goldens.compare(test, "y", norm, tensor -> tensor);
      }
    }
    goldens.assertRan(
        "{batch_norm1d=2, batch_norm2d=3, batch_norm3d=2, group_norm=6, instance_norm2d=2,"
            + " instance_norm3d=3, layer_norm=5, layer_norm_channels_first=2, rms_norm_add=1}",
        69);
  }

  @Test
  void pools() {
    OperatorGoldens goldens = new OperatorGoldens("pooling");
    for (JsonObject test : goldens.cases()) {
      JsonObject attrs = attrs(test);
      int rank = op(test).charAt(op(test).length() - 2) - '0';
      if (op(test).startsWith("adaptive_avg")) {
        goldens.run(test, new AdaptiveAvgPool(ints(attrs, "output", rank)), "x");
        continue;
      } else if (op(test).startsWith("adaptive_max")) {
        goldens.run(test, new AdaptiveMaxPool(ints(attrs, "output", rank)), "x");
        continue;
      }
      List<Integer> kernel = ints(attrs, "kernel", rank);
      List<Integer> stride = ints(attrs, "stride", rank);
      List<Integer> padding = ints(attrs, "padding", rank);
      boolean ceil = attrs.get("ceil_mode").getAsBoolean();
      if (op(test).startsWith("max")) {
        List<Integer> dilation = ints(attrs, "dilation", rank);
        goldens.run(test, new MaxPool(kernel, stride, padding, dilation, ceil), "x");
      } else if (op(test).startsWith("avg")) {
        boolean count = attrs.get("count_include_pad").getAsBoolean();
        goldens.run(test, new AvgPool(kernel, stride, padding, ceil, count), "x");
      }
    }
    goldens.assertRan(
        "{adaptive_avg_pool1d=2, adaptive_avg_pool2d=5, adaptive_avg_pool3d=2,"
            + " adaptive_max_pool2d=1, adaptive_max_pool3d=2, avg_pool2d=5, avg_pool3d=3,"
            + " max_pool1d=1, max_pool2d=9, max_pool3d=4}",
        34);
  }

  @Test
  void interpolations() {
    OperatorGoldens goldens = new OperatorGoldens("sampling");
    for (JsonObject test : goldens.cases()) {
      JsonObject attrs = attrs(test);
      String name = attrs.has("mode") ? attrs.get("mode").getAsString() : "";
      Interpolate.Mode mode =
          switch (name) {
            case "nearest" -> Interpolate.Mode.NEAREST;
            case "nearest-exact" -> Interpolate.Mode.NEAREST_EXACT;
            case "linear", "bilinear", "trilinear" -> Interpolate.Mode.LINEAR;
            default -> null;
          };
      boolean resizes = op(test).equals("interpolate") && mode != null;
      List<Integer> size = resizes ? size(test, attrs) : null;
      if (size != null) {
        JsonElement aligned = attrs.get("align_corners");
        boolean align = !aligned.isJsonNull() && aligned.getAsBoolean();
        goldens.run(test, new Interpolate(size, mode, align), "x");
      } else if (name.equals("area")) {
        Shape out = outputShape(test, "y"); // PyTorch's name for this pooling
        goldens.run(test, new AdaptiveAvgPool(List.of(out.dim(2), out.dim(3))), "x");
      }
    }
    goldens.assertRan("{interpolate=27}", 27);
  }

  /** The output's extents, or null where a factor does not give whole ones. */
  private static List<Integer> size(JsonObject test, JsonObject attrs) {
    Shape in = shape(test, "x");
    Shape out = outputShape(test, "y");
    JsonElement factor = attrs.get("scale_factor");
    List<Integer> size = new ArrayList<>();
    for (int axis = 2; axis < in.rank(); axis++) {
      size.add(out.dim(axis));
      if (!factor.isJsonNull()) {
        JsonElement one = factor.isJsonArray() ? factor.getAsJsonArray().get(axis - 2) : factor;
        if (in.dim(axis) * one.getAsDouble() != out.dim(axis)) {
          return null;
        }
      }
    }
    return size;
  }

  private static final Map<String, Op> FUNCTIONS =
      Map.ofEntries(
          Map.entry("clamp", new Clamp(-1, 1.5)),
          Map.entry("cos", new Cos()),
          Map.entry("elu", new Elu(1)),
          Map.entry("exp", new Exp()),
          Map.entry("gelu_erf", new Gelu(Gelu.Form.EXACT)),
          Map.entry("gelu_tanh", new Gelu(Gelu.Form.TANH)),
          Map.entry("hardsigmoid", new HardSigmoid()),
          Map.entry("hardswish", new HardSwish()),
          Map.entry("leaky_relu_0.01", new LeakyRelu(0.01)),
          Map.entry("leaky_relu_0.1", new LeakyRelu(0.1)),
          Map.entry("log", new Log()),
          Map.entry("relu", new Relu()),
          Map.entry("relu6", new Clamp(0, 6)),
          Map.entry("sigmoid", new Sigmoid()),
          Map.entry("silu", new Silu()),
          Map.entry("sin", new Sin()),
          Map.entry("softplus", new Softplus()),
          Map.entry("sqrt", new Sqrt()),
          Map.entry("tanh", new Tanh()));

  @Test
  void pointwise() {
    OperatorGoldens goldens = new OperatorGoldens("pointwise");
    for (JsonObject test : goldens.cases()) {
      if (FUNCTIONS.containsKey(op(test))) {
        goldens.runPlain(test, FUNCTIONS.get(op(test)), "x");
        continue;
      }
      switch (op(test)) {
        case "broadcast_add" -> goldens.runPlain(test, new Add(), "x", "other");
        case "broadcast_div" -> goldens.runPlain(test, new Divide(), "x", "other");
        case "broadcast_mul" -> goldens.runPlain(test, new Multiply(), "x", "other");
        case "broadcast_sub" -> goldens.runPlain(test, new Subtract(), "x", "other");
        case "layer_scale" -> goldens.run(test, new Multiply(), "x", "gamma");
        case "prelu" -> goldens.run(test, new PRelu(), "x", "weight");
        case "softmax" -> runSoftmax(goldens, test);
        default -> {} // an op that no network of cirr has
      }
    }
    goldens.assertRan(
        "{broadcast_add=2, broadcast_div=2, broadcast_mul=2, broadcast_sub=2, clamp=1, cos=1, elu=1,"
            + " exp=1, gelu_erf=2, gelu_tanh=2, hardsigmoid=1, hardswish=1, layer_scale=1,"
            + " leaky_relu_0.01=1, leaky_relu_0.1=1, log=1, prelu=2, relu=1, relu6=1, sigmoid=2,"
            + " silu=2, sin=1, softmax=6, softplus=3, sqrt=1, tanh=2}",
        54);
  }

  private static void runSoftmax(OperatorGoldens goldens, JsonObject test) {
    int last = shape(test, "x").rank() - 1;
    int axis = Math.floorMod(attrs(test).get("dim").getAsInt(), last + 1);
    Shape input = GoldenNetworks.moveAxis(OperatorGoldens.filled(test, "x"), axis, last).shape();
    Node softmax = Node.of(new Softmax(), Node.input("x", input));
    goldens.compare(test, "y", softmax, tensor -> GoldenNetworks.moveAxis(tensor, axis, last));
  }
}
