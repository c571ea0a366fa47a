package org.cirr.benchmarks.export;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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

/** The text of a TorchScript module: one line for each op of a graph. */
final class TorchScriptSource {
  /** The module's class. */
  static final String CLASS = "Net";

  private final Map<Node, String> names = new IdentityHashMap<>();
  private final StringBuilder lines = new StringBuilder();

  private TorchScriptSource() {}

  /**
   * The module's source.
   *
   * <p><b>Errors</b>: {@link UnsupportedOperationException} naming an op that has no form here.
   */
  static String of(Graph graph) {
    return new TorchScriptSource().source(graph);
  }

  private String source(Graph graph) {
    StringBuilder head = new StringBuilder("class " + CLASS + "(Module):\n");
    StringBuilder quoted = new StringBuilder();
    StringBuilder types = new StringBuilder();
    for (int i = 0; i < graph.parameters().size(); i++) {
      names.put(graph.parameters().get(i), "self.p" + i);
      quoted.append("\"p").append(i).append("\", ");
      types.append("  p").append(i).append(" : Tensor\n");
    }
    head.append("  __parameters__ = [").append(quoted).append("]\n");
    head.append("  __buffers__ = []\n").append(types).append("  training : bool\n");
    StringBuilder arguments = new StringBuilder();
    for (int i = 0; i < graph.inputs().size(); i++) {
      names.put(graph.inputs().get(i), "x" + i);
      arguments.append(",\n    x").append(i).append(": Tensor");
    }
    for (Node node : graph.nodes()) {
      if (!(node.op() instanceof Input || node.op() instanceof Parameter)) {
        String name = "v" + names.size();
        lines.append("    ").append(name).append(" = ").append(call(node)).append('\n');
        names.put(node, name);
      }
    }
    String outputs = graph.outputs().stream().map(names::get).collect(Collectors.joining(", "));
    boolean one = graph.outputs().size() == 1;
    String type = graph.outputs().stream().map(o -> "Tensor").collect(Collectors.joining(", "));
    return head
        + "  def forward(self: __torch__."
        + CLASS
        + arguments
        + ") -> "
        + (one ? type : "Tuple[" + type + "]")
        + ":\n"
        + lines
        + "    return "
        + (one ? outputs : "(" + outputs + ")")
        + "\n";
  }

  private String call(Node node) {
    Op op = node.op();
    int rank = node.shape().rank() - 2;
    List<String> in = node.inputs().stream().map(names::get).toList();
    String x = in.get(0);
    if (op instanceof Conv conv) {
      return torch(
          "conv" + rank + "d",
          x,
          in.get(1),
          in.size() == 3 ? in.get(2) : "None",
          conv.stride(),
          conv.padding(),
          conv.dilation(),
          conv.groups());
    }
    if (op instanceof ConvTranspose conv) {
      return torch(
          "conv_transpose" + rank + "d",
          x,
          in.get(1),
          in.size() == 3 ? in.get(2) : "None",
          conv.stride(),
          conv.padding(),
          conv.outputPadding());
    }
    if (op instanceof InstanceNorm norm) {
      boolean affine = in.size() == 3;
      String scale = affine ? in.get(1) : "None";
      String shift = affine ? in.get(2) : "None";
      return torch(
          "instance_norm", x, scale, shift, "None", "None", "True", 0.1, norm.epsilon(), "True");
    }
    if (op instanceof BatchNorm norm) {
      return torch(
          "batch_norm",
          String.join(", ", in), // input, scale, shift, mean, variance
          "False",
          0.1,
          norm.epsilon(),
          "True");
    }
    if (op instanceof MaxPool pool) {
      return torch("max_pool" + rank + "d", x, pool.kernel(), pool.stride(), pool.padding());
    }
    if (op instanceof AvgPool pool) {
      return torch("avg_pool" + rank + "d", x, pool.kernel(), pool.stride(), pool.padding());
    }
    if (op instanceof Interpolate interpolate) {
      return resize(interpolate, rank, x);
    }
    if (op instanceof Attention attention) {
      return attention(attention, node, x);
    }
    if (op instanceof LayerNorm norm) {
      String scale = in.size() == 3 ? in.get(1) + ", " + in.get(2) : "None, None";
      return torch("layer_norm", x, List.of(node.shape().dim(-1)), scale, norm.epsilon());
    }
    return pointwise(op, in);
  }

  /** Queries, keys and values in one input, without bias and regions. */
  private static String attention(Attention op, Node node, String x) {
    if (node.inputs().size() != 1) {
      throw new UnsupportedOperationException("the TorchScript writer has only packed Attention");
    }
    Shape shape = node.shape();
    List<Integer> heads =
        List.of(shape.dim(0), shape.dim(1), op.heads(), shape.dim(2) / op.heads());
    List<String> three = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String part = torch("narrow", x, 2, i * shape.dim(2), shape.dim(2));
      three.add(torch("transpose", torch("reshape", part, heads), 1, 2));
    }
    String all = String.join(", ", three);
    String scale = "scale=" + op.scale();
    String out = torch("scaled_dot_product_attention", all, "None", "0.", "False", scale);
    List<Integer> tokens = List.of(shape.dim(0), shape.dim(1), shape.dim(2));
    return torch("reshape", torch("transpose", out, 1, 2), tokens);
  }

  private static String pointwise(Op op, List<String> in) {
    if (op instanceof LeakyRelu rectifier) {
      return torch("leaky_relu", in.get(0), rectifier.slope());
    }
    if (op instanceof Relu) {
      return torch("relu", in.get(0));
    }
    if (op instanceof Sigmoid) {
      return torch("sigmoid", in.get(0));
    }
    if (op instanceof Add) {
      return torch("add", in.get(0), in.get(1));
    }
    if (op instanceof Gelu gelu && gelu.form() == Gelu.Form.EXACT) {
      return torch("gelu", in.get(0));
    }
    if (op instanceof Linear) {
      return torch("linear", in.get(0), in.get(1), in.size() == 3 ? in.get(2) : "None");
    }
    if (op instanceof MatMul product && !product.transposeLeft() && !product.transposeRight()) {
      return torch("matmul", in.get(0), in.get(1));
    }
    if (op instanceof Concat) {
      return torch("cat", in, 1);
    }
    if (op instanceof Softmax) {
      return torch("softmax", in.get(0), 1);
    }
    throw new UnsupportedOperationException("the TorchScript writer has no form of " + op.name());
  }

  private static String resize(Interpolate op, int rank, String x) {
    String aligned = op.alignCorners() ? "True" : "False";
    return switch (op.mode()) {
      case LINEAR ->
          torch(
              "upsample_" + List.of("linear1d", "bilinear2d", "trilinear3d").get(rank - 1),
              x,
              op.size(),
              aligned);
      case NEAREST -> torch("upsample_nearest" + rank + "d", x, op.size());
      case NEAREST_EXACT -> torch("_upsample_nearest_exact" + rank + "d", x, op.size());
    };
  }

  /** A call of a function of PyTorch; a list prints as Python's does. */
  private static String torch(String function, Object... arguments) {
    StringBuilder call = new StringBuilder("torch." + function + "(");
    for (int i = 0; i < arguments.length; i++) {
      call.append(i == 0 ? "" : ", ").append(arguments[i]);
    }
    return call.append(')').toString();
  }
}
