package org.cirr.benchmarks.export;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Add;
import org.cirr.op.Attention;
import org.cirr.op.AvgPool;
import org.cirr.op.BatchNorm;
import org.cirr.op.Concat;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.Gelu;
import org.cirr.op.Input;
import org.cirr.op.InstanceNorm;
import org.cirr.op.Interpolate;
import org.cirr.op.LayerNorm;
import org.cirr.op.LeakyRelu;
import org.cirr.op.Linear;
import org.cirr.op.MatMul;
import org.cirr.op.MaxPool;
import org.cirr.op.Op;
import org.cirr.op.Parameter;
import org.cirr.op.Relu;
import org.cirr.op.Sigmoid;
import org.cirr.op.Softmax;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/**
 * Writes a graph and its weights as an ONNX model.
 *
 * <p><b>Shapes</b>: activations are channels first in ONNX, {@code [N, C, spatial…]}; weights are
 * the same in both. Inputs are named {@code x0, x1, …}, outputs {@code y0, y1, …}.
 *
 * <p><b>Errors</b>: {@link UnsupportedOperationException} naming an op that has no ONNX form here.
 *
 * <p><b>Source</b>: onnx.proto3, IR version 8, operator set 17.
 */
public final class OnnxFile {
  private static final int IR_VERSION = 8;
  private static final int OPERATOR_SET = 17;
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int GRAPH_INPUT = 11;
  private static final int GRAPH_OUTPUT = 12;

  private final ProtoMessage body = new ProtoMessage();
  private final Map<Node, String> names = new IdentityHashMap<>();
  private final Function<String, Tensor> weights;
  private int constants;

  private OnnxFile(Function<String, Tensor> weights) {
    this.weights = weights;
  }

  /** Writes the model into a file, which is replaced. */
  public static void write(Path file, Graph graph, Function<String, Tensor> weights)
      throws IOException {
    ProtoMessage model = new OnnxFile(weights).model(graph);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      model.writeTo(out);
    }
  }

  private ProtoMessage model(Graph graph) {
    for (Node node : graph.nodes()) {
      add(node);
    }
    for (Node output : graph.outputs()) {
      String name = "y" + graph.outputs().indexOf(output);
      OnnxNode copy = new OnnxNode("Identity", List.of(names.get(output)), name);
      body.message(GRAPH_NODE, copy.message());
      body.message(GRAPH_OUTPUT, valueInfo(name, output.shape()));
    }
    body.text(2, "cirr");
    return new ProtoMessage()
        .number(1, IR_VERSION)
        .text(2, "cirr")
        .message(8, new ProtoMessage().text(1, "").number(2, OPERATOR_SET))
        .message(7, body);
  }

  private void add(Node node) {
    String name;
    if (node.op() instanceof Input) {
      name = "x" + names.values().stream().filter(n -> n.startsWith("x")).count();
      body.message(GRAPH_INPUT, valueInfo(name, node.shape()));
    } else if (node.op() instanceof Parameter parameter) {
      name = "p" + names.size();
      body.message(
          GRAPH_INITIALIZER,
          tensor(
              name,
              FLOAT,
              node.shape().toArray(),
              LittleEndian.floats(weights.apply(parameter.label()).array())));
    } else {
      name = "v" + names.size();
      List<String> inputs = new ArrayList<>(node.inputs().stream().map(names::get).toList());
      body.message(GRAPH_NODE, node(node, inputs, name).message());
    }
    names.put(node, name);
  }

  private OnnxNode node(Node node, List<String> inputs, String name) {
    Op op = node.op();
    if (op instanceof Conv conv) {
      return new OnnxNode("Conv", inputs, name)
          .with("strides", conv.stride())
          .with("pads", twice(conv.padding()))
          .with("dilations", conv.dilation())
          .with("group", conv.groups());
    }
    if (op instanceof ConvTranspose conv) {
      return new OnnxNode("ConvTranspose", inputs, name)
          .with("strides", conv.stride())
          .with("pads", twice(conv.padding()))
          .with("output_padding", conv.outputPadding());
    }
    if (op instanceof InstanceNorm norm) {
      if (inputs.size() == 1) {
        inputs.add(vector(node.shape().dim(-1), 1));
        inputs.add(vector(node.shape().dim(-1), 0));
      }
      return new OnnxNode("InstanceNormalization", inputs, name).with("epsilon", norm.epsilon());
    }
    if (op instanceof BatchNorm norm) {
      return new OnnxNode("BatchNormalization", inputs, name).with("epsilon", norm.epsilon());
    }
    if (op instanceof MaxPool pool) {
      return pool("MaxPool", inputs, name, pool.kernel(), pool.stride(), pool.padding());
    }
    if (op instanceof AvgPool pool) {
      return pool("AveragePool", inputs, name, pool.kernel(), pool.stride(), pool.padding())
          .with("count_include_pad", 1);
    }
    if (op instanceof Interpolate interpolate) {
      return resize(node, interpolate, inputs, name);
    }
    if (op instanceof LayerNorm norm && inputs.size() == 3) {
      return new OnnxNode("LayerNormalization", inputs, name)
          .with("axis", -1)
          .with("epsilon", norm.epsilon());
    }
    if (op instanceof Linear) {
      String turned = step("Transpose", List.of(inputs.get(1)), n -> n.with("perm", List.of(1, 0)));
      if (inputs.size() == 2) {
        return new OnnxNode("MatMul", List.of(inputs.get(0), turned), name);
      }
      String product = step("MatMul", List.of(inputs.get(0), turned), n -> n);
      return new OnnxNode("Add", List.of(product, inputs.get(2)), name);
    }
    if (op instanceof MatMul product && !product.transposeLeft() && !product.transposeRight()) {
      return new OnnxNode("MatMul", inputs, name);
    }
    if (op instanceof Gelu gelu && gelu.form() == Gelu.Form.EXACT) {
      String x = inputs.get(0);
      String ratio = step("Div", List.of(x, vector(1, (float) Math.sqrt(2))), n -> n);
      String erf = step("Erf", List.of(ratio), n -> n);
      String sum = step("Add", List.of(erf, vector(1, 1)), n -> n);
      String product = step("Mul", List.of(x, sum), n -> n);
      return new OnnxNode("Mul", List.of(product, vector(1, 0.5f)), name);
    }
    if (op instanceof Attention attention && inputs.size() == 1) {
      return attention(attention, node.shape(), inputs.get(0), name);
    }
    return pointwise(op, inputs, name);
  }

  /** Queries, keys and values in one input, without bias and regions. */
  private OnnxNode attention(Attention op, Shape shape, String x, String name) {
    int width = shape.dim(2) / op.heads();
    String heads = integers(shape.dim(0), shape.dim(1), op.heads(), width);
    List<String> three = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String from = integers(i * shape.dim(2));
      String to = integers((i + 1) * shape.dim(2));
      String part = step("Slice", List.of(x, from, to, integers(2)), n -> n);
      String split = step("Reshape", List.of(part, heads), n -> n);
      List<Integer> order = i == 1 ? List.of(0, 2, 3, 1) : List.of(0, 2, 1, 3);
      three.add(step("Transpose", List.of(split), n -> n.with("perm", order)));
    }
    String products = step("MatMul", three.subList(0, 2), n -> n);
    String scale = vector(1, (float) op.scale());
    String scores = step("Mul", List.of(products, scale), n -> n);
    String powers = step("Softmax", List.of(scores), n -> n.with("axis", -1));
    String means = step("MatMul", List.of(powers, three.get(2)), n -> n);
    String turned = step("Transpose", List.of(means), n -> n.with("perm", List.of(0, 2, 1, 3)));
    String tokens = integers(shape.dim(0), shape.dim(1), shape.dim(2));
    return new OnnxNode("Reshape", List.of(turned, tokens), name);
  }

  /** A node on the way to another one; the name of its value. */
  private String step(String type, List<String> inputs, UnaryOperator<OnnxNode> attributes) {
    String name = "c" + constants++;
    OnnxNode node = attributes.apply(new OnnxNode(type, inputs, name));
    body.message(GRAPH_NODE, node.message());
    return name;
  }

  private String integers(int... values) {
    String name = "c" + constants++;
    long[] longs = Arrays.stream(values).asLongStream().toArray();
    body.message(
        GRAPH_INITIALIZER,
        tensor(name, INT64, new int[] {longs.length}, LittleEndian.longs(longs)));
    return name;
  }

  private static OnnxNode pointwise(Op op, List<String> inputs, String name) {
    if (op instanceof LeakyRelu rectifier) {
      return new OnnxNode("LeakyRelu", inputs, name).with("alpha", rectifier.slope());
    }
    if (op instanceof Relu) {
      return new OnnxNode("Relu", inputs, name);
    }
    if (op instanceof Sigmoid) {
      return new OnnxNode("Sigmoid", inputs, name);
    }
    if (op instanceof Add) {
      return new OnnxNode("Add", inputs, name);
    }
    if (op instanceof Concat) {
      return new OnnxNode("Concat", inputs, name).with("axis", 1);
    }
    if (op instanceof Softmax) {
      return new OnnxNode("Softmax", inputs, name).with("axis", 1);
    }
    throw new UnsupportedOperationException("the ONNX writer has no form of " + op.name());
  }

  private static OnnxNode pool(
      String type,
      List<String> inputs,
      String name,
      List<Integer> kernel,
      List<Integer> stride,
      List<Integer> padding) {
    return new OnnxNode(type, inputs, name)
        .with("kernel_shape", kernel)
        .with("strides", stride)
        .with("pads", twice(padding));
  }

  private OnnxNode resize(Node node, Interpolate op, List<String> inputs, String name) {
    String sizes = "c" + constants++;
    long[] extents = ChannelsFirst.extents(node.shape());
    body.message(
        GRAPH_INITIALIZER,
        tensor(sizes, INT64, new int[] {extents.length}, LittleEndian.longs(extents)));
    boolean linear = op.mode() == Interpolate.Mode.LINEAR;
    boolean floor = op.mode() == Interpolate.Mode.NEAREST;
    return new OnnxNode("Resize", List.of(inputs.get(0), "", "", sizes), name)
        .with("mode", linear ? "linear" : "nearest")
        .with("nearest_mode", floor ? "floor" : "round_prefer_ceil")
        .with(
            "coordinate_transformation_mode",
            op.alignCorners() ? "align_corners" : floor ? "asymmetric" : "half_pixel");
  }

  /** A vector of one value, for a norm without trained ones. */
  private String vector(int length, float value) {
    String name = "c" + constants++;
    float[] values = new float[length];
    Arrays.fill(values, value);
    body.message(
        GRAPH_INITIALIZER, tensor(name, FLOAT, new int[] {length}, LittleEndian.floats(values)));
    return name;
  }

  private static ProtoMessage tensor(String name, int type, int[] extents, byte[] raw) {
    ProtoMessage tensor = new ProtoMessage();
    for (int extent : extents) {
      tensor.number(1, extent);
    }
    return tensor.number(2, type).text(8, name).bytes(9, raw);
  }

  private static ProtoMessage valueInfo(String name, Shape shape) {
    ProtoMessage extents = new ProtoMessage();
    for (long extent : ChannelsFirst.extents(shape)) {
      extents.message(1, new ProtoMessage().number(1, extent));
    }
    ProtoMessage type = new ProtoMessage().number(1, FLOAT).message(2, extents);
    return new ProtoMessage().text(1, name).message(2, new ProtoMessage().message(1, type));
  }

  /** ONNX states the padding before every axis and then the padding behind every axis. */
  private static List<Integer> twice(List<Integer> padding) {
    return IntStream.range(0, 2).boxed().flatMap(i -> padding.stream()).toList();
  }
}
