package org.cirr.nn.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cirr.backend.BackendReport;
import org.cirr.backend.Backends;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.nn.GoldenNetworks;
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
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Every op against PyTorch in double, on every backend that runs here. */
class OperatorGoldenTest {
  /** Relative to the largest value: the scalar backend rounds once. */
  private static final double SCALAR_TOLERANCE = 2e-7;

  /** Float sums of up to a few thousand products. */
  private static final double TOLERANCE = 2e-6;

  /** The cases of a family that were run, by PyTorch's name of the op. */
  private final Map<String, Integer> ran = new TreeMap<>();

  private Map<String, Tensor> golden;

  @Test
  void convolutions() {
    for (JsonObject test : open("convolution")) {
      String op = test.get("op").getAsString();
      JsonObject attrs = test.getAsJsonObject("attrs");
      if (op.matches("conv[123]d")) {
        Conv conv =
            new Conv(
                ints(attrs, "stride", 1),
                ints(attrs, "padding", 1),
                ints(attrs, "dilation", 1),
                attrs.get("groups").getAsInt());
        run(test, conv, "x", "weight", "bias");
      } else if (op.startsWith("conv_transpose")
          && attrs.get("groups").getAsInt() == 1
          && ints(attrs, "dilation", 1).stream().allMatch(d -> d == 1)) {
        ConvTranspose conv =
            new ConvTranspose(
                ints(attrs, "stride", 1),
                ints(attrs, "padding", 1),
                ints(attrs, "output_padding", 1));
        run(test, conv, "x", "weight", "bias");
      }
    }
    assertRan(
        "{conv1d=4, conv2d=22, conv3d=24, conv_transpose1d=1, conv_transpose2d=5, conv_transpose3d=9}");
  }

  @Test
  void normalisations() {
    for (JsonObject test : open("normalisation")) {
      String op = test.get("op").getAsString();
      JsonObject attrs = test.getAsJsonObject("attrs");
      double epsilon = attrs.has("eps") ? attrs.get("eps").getAsDouble() : 0;
      if (op.startsWith("instance_norm")) {
        run(test, new InstanceNorm(epsilon), "x", "weight", "bias");
      } else if (op.startsWith("batch_norm") && !attrs.get("train").getAsBoolean()) {
        run(test, new BatchNorm(epsilon), "x", "weight", "bias", "running_mean", "running_var");
      }
    }
    assertRan(
        "{batch_norm1d=2, batch_norm2d=3, batch_norm3d=2, instance_norm2d=2, instance_norm3d=3}");
  }

  @Test
  void pools() {
    for (JsonObject test : open("pooling")) {
      String op = test.get("op").getAsString();
      JsonObject attrs = test.getAsJsonObject("attrs");
      if (op.startsWith("adaptive") || attrs.get("ceil_mode").getAsBoolean()) {
        continue;
      }
      int rank = op.charAt(op.length() - 2) - '0';
      List<Integer> kernel = ints(attrs, "kernel", rank);
      List<Integer> stride = ints(attrs, "stride", rank);
      List<Integer> padding = ints(attrs, "padding", rank);
      if (op.startsWith("max") && attrs.get("dilation").getAsInt() == 1) {
        run(test, new MaxPool(kernel, stride, padding), "x");
      } else if (op.startsWith("avg") && attrs.get("count_include_pad").getAsBoolean()) {
        run(test, new AvgPool(kernel, stride, padding), "x");
      }
    }
    assertRan("{avg_pool2d=2, avg_pool3d=2, max_pool1d=1, max_pool2d=5, max_pool3d=3}");
  }

  @Test
  void interpolations() {
    for (JsonObject test : open("sampling")) {
      JsonObject attrs = test.getAsJsonObject("attrs");
      String name = attrs.has("mode") ? attrs.get("mode").getAsString() : "";
      Interpolate.Mode mode =
          switch (name) {
            case "nearest" -> Interpolate.Mode.NEAREST;
            case "nearest-exact" -> Interpolate.Mode.NEAREST_EXACT;
            case "linear", "bilinear", "trilinear" -> Interpolate.Mode.LINEAR;
            default -> null;
          };
      boolean resizes = test.get("op").getAsString().equals("interpolate") && mode != null;
      List<Integer> size = resizes ? size(test, attrs) : null;
      if (size != null) {
        JsonElement aligned = attrs.get("align_corners");
        boolean align = !aligned.isJsonNull() && aligned.getAsBoolean();
        run(test, new Interpolate(size, mode, align), "x");
      }
    }
    assertRan("{interpolate=26}");
  }

  /** The output's extents, or null where a factor does not give whole ones. */
  private static List<Integer> size(JsonObject test, JsonObject attrs) {
    Shape in = GoldenNetworks.shape(input(test, "x").get("shape"));
    Shape out = GoldenNetworks.shape(output(test).get("shape"));
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

  @Test
  void pointwise() {
    for (JsonObject test : open("pointwise")) {
      switch (test.get("op").getAsString()) {
        case "relu" -> run(test, new Relu(), "x");
        case "leaky_relu_0.01" -> run(test, new LeakyRelu(0.01), "x");
        case "leaky_relu_0.1" -> run(test, new LeakyRelu(0.1), "x");
        case "sigmoid" -> run(test, new Sigmoid(), "x");
        case "softmax" -> runSoftmax(test);
        default -> {} // an op that cirr does not have
      }
    }
    assertRan("{leaky_relu_0.01=1, leaky_relu_0.1=1, relu=1, sigmoid=2, softmax=6}");
  }

  @Test
  void concatenation() {
    for (JsonObject test : open("shape_index")) {
      if (test.get("op").getAsString().equals("concat")) {
        run(test, new Concat(), "x", "other");
      }
    }
    assertRan("{concat=1}");
  }

  private void assertRan(String expected) {
    assertEquals(expected, ran.toString());
  }

  private List<JsonObject> open(String family) {
    golden = GoldenNetworks.tensors("operators/" + family);
    ran.clear();
    List<JsonObject> cases = new ArrayList<>();
    GoldenNetworks.manifest("operators/" + family)
        .getAsJsonArray("cases")
        .forEach(test -> cases.add(test.getAsJsonObject()));
    return cases;
  }

  private static JsonObject input(JsonObject test, String name) {
    return test.getAsJsonObject("inputs").getAsJsonObject(name);
  }

  private static JsonObject output(JsonObject test) {
    return test.getAsJsonObject("outputs").getAsJsonObject("y");
  }

  private static List<Integer> ints(JsonObject attrs, String name, int rank) {
    JsonElement value = attrs.get(name);
    if (!value.isJsonArray()) {
      return Collections.nCopies(rank, value.getAsInt());
    }
    List<Integer> ints = new ArrayList<>();
    value.getAsJsonArray().forEach(one -> ints.add(one.getAsInt()));
    return ints;
  }

  private static Tensor filled(JsonObject test, String name) {
    JsonObject input = input(test, name);
    return GoldenNetworks.fill(
        input.get("key").getAsString(),
        GoldenNetworks.shape(input.get("shape")),
        1,
        input.get("a").getAsDouble(),
        input.get("b").getAsDouble());
  }

  /** Runs the op on activations (x, other) and parameters (the rest). */
  private void run(JsonObject test, Op op, String... names) {
    List<Node> nodes = new ArrayList<>();
    List<Tensor> inputs = new ArrayList<>();
    for (String name : names) {
      if (!test.getAsJsonObject("inputs").has(name)) {
        continue;
      }
      Tensor tensor = filled(test, name);
      if (name.equals("x") || name.equals("other")) {
        Tensor data = activation(tensor);
        inputs.add(data);
        nodes.add(Node.input(name, data.shape()));
      } else {
        nodes.add(Node.parameter(name, tensor.shape()));
      }
    }
    Tensor expected = activation(golden.get(output(test).get("tensor").getAsString()));
    compare(test, Graph.of(Node.of(op, nodes)), inputs, expected);
  }

  /** Channels last, with a spatial axis where there is none. */
  private static Tensor activation(Tensor tensor) {
    Shape shape = tensor.shape();
    return shape.rank() == 2
        ? tensor.reshape(Shape.of(shape.dim(0), 1, shape.dim(1)))
        : GoldenNetworks.channelsLast(tensor);
  }

  private void runSoftmax(JsonObject test) {
    Tensor x = filled(test, "x");
    int last = x.shape().rank() - 1;
    int axis = Math.floorMod(test.getAsJsonObject("attrs").get("dim").getAsInt(), last + 1);
    Tensor input = GoldenNetworks.moveAxis(x, axis, last);
    Tensor y = golden.get(output(test).get("tensor").getAsString());
    Graph graph = Graph.of(Node.of(new Softmax(), Node.input("x", input.shape())));
    compare(test, graph, List.of(input), GoldenNetworks.moveAxis(y, axis, last));
  }

  private void compare(JsonObject test, Graph graph, List<Tensor> inputs, Tensor expected) {
    ran.merge(test.get("op").getAsString(), 1, Integer::sum);
    double largest = Math.max(1e-3, test.getAsJsonObject("max_abs").get("y").getAsDouble());
    double torch = test.getAsJsonObject("torch_f32_rel_dev").get("y").getAsDouble();
    for (BackendReport backend : Backends.report()) {
      if (!backend.available()) {
        continue;
      }
      String what = test.get("case").getAsString() + " on " + backend.name();
      Tensor actual =
          Backends.of(backend.name())
              .compile(graph, name -> filled(test, name))
              .run(inputs, Workers.of(2))
              .get(0);
      assertEquals(expected.shape(), actual.shape(), what);
      double relative =
          backend.name().equals("scalar") ? SCALAR_TOLERANCE : Math.max(TOLERANCE, 10 * torch);
      for (int i = 0; i < actual.array().length; i++) {
        double difference = Math.abs(expected.array()[i] - (double) actual.array()[i]);
        int at = i;
        assertTrue(
            difference <= relative * largest,
            () ->
                what + " at " + at + ": " + actual.array()[at] + " is not " + expected.array()[at]);
      }
    }
  }
}
