package org.cirr.nn.network;

import static org.cirr.nn.network.OperatorGoldens.attrs;
import static org.cirr.nn.network.OperatorGoldens.data;
import static org.cirr.nn.network.OperatorGoldens.filled;
import static org.cirr.nn.network.OperatorGoldens.has;
import static org.cirr.nn.network.OperatorGoldens.ints;
import static org.cirr.nn.network.OperatorGoldens.op;
import static org.cirr.nn.network.OperatorGoldens.outputShape;
import static org.cirr.nn.network.OperatorGoldens.shape;
import static org.cirr.nn.network.OperatorGoldens.trained;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.cirr.graph.Node;
import org.cirr.op.Attention;
import org.cirr.op.Concat;
import org.cirr.op.Constant;
import org.cirr.op.Flip;
import org.cirr.op.Gather;
import org.cirr.op.Linear;
import org.cirr.op.MatMul;
import org.cirr.op.Multiply;
import org.cirr.op.Op;
import org.cirr.op.Pad;
import org.cirr.op.Permute;
import org.cirr.op.Reduce;
import org.cirr.op.Repeat;
import org.cirr.op.Reshape;
import org.cirr.op.Roll;
import org.cirr.op.SelectiveScan;
import org.cirr.op.Slice;
import org.cirr.op.Softmax;
import org.cirr.op.WindowPartition;
import org.cirr.op.WindowReverse;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** The ops of transformers and state space models against PyTorch in double. */
class TokenOperatorGoldenTest {
  private static Node reshape(Node x, int... extents) {
    return Node.of(Reshape.to(extents), x);
  }

  @Test
  void matrixProducts() {
    OperatorGoldens goldens = new OperatorGoldens("attention");
    for (JsonObject test : goldens.cases()) {
      if (op(test).equals("linear")) {
        goldens.runPlain(test, new Linear(), "x", "weight", "bias");
      } else if (op(test).equals("matmul")) {
        JsonObject attrs = attrs(test);
        Op product = new MatMul(attrs.has("transpose_x"), attrs.has("transpose_other"));
        goldens.runPlain(test, product, "x", "other");
      } else if (op(test).equals("einsum")) {
        goldens.compare(test, "y", einsum(test), tensor -> tensor);
      }
    }
    goldens.assertRan("{einsum=9, linear=4, matmul=6}", 41);
  }

  /** Each of the networks' contractions is a matrix product, once maps are rows of tokens. */
  private static Node einsum(JsonObject test) {
    Node x = data(test, "x");
    Node y = data(test, "other");
    Shape out = outputShape(test, "y");
    return switch (attrs(test).get("equation").getAsString()) {
      case "bhnd,bhne->bhde", "bct,bcs->bts" -> Node.of(new MatMul(true, false), x, y);
      case "bhnd,bhde->bhne" -> Node.of(MatMul.plain(), x, y);
      case "bqc,bcdhw->bqdhw", "bqc,bchw->bqhw" -> {
        int[] extents = y.shape().toArray();
        int voxels = (int) (y.shape().elements() / extents[0] / extents[1]);
        Node map = reshape(y, extents[0], extents[1], voxels);
        yield reshape(Node.of(MatMul.plain(), x, map), out.toArray());
      }
      case "bts,bcs->bct" -> Node.of(new MatMul(false, true), y, x);
      case "bkdl,kcd->bkcl", "bkrl,kdr->bkdl" -> Node.of(MatMul.plain(), y, x);
      case "nc,mc->nm" -> Node.of(new MatMul(false, true), x, y);
      default -> throw new AssertionError(attrs(test));
    };
  }

  @Test
  void attentions() {
    OperatorGoldens goldens = new OperatorGoldens("attention");
    for (JsonObject test : goldens.cases()) {
      switch (op(test)) {
        case "attention" -> goldens.compare(test, "y", attention(test), tensor -> tensor);
        case "linear_attention" ->
            goldens.compare(test, "y", linearAttention(test), tensor -> tensor);
        case "window_attention3d" ->
            goldens.compare(test, "y", windowAttention(test), tensor -> tensor);
        default -> {}
      }
    }
    goldens.assertRan("{attention=2, linear_attention=1, window_attention3d=4}", 29);
  }

  /** PyTorch's heads stand in front of the tokens. */
  private static Node attention(JsonObject test) {
    List<Node> three = new ArrayList<>();
    for (String name : List.of("q", "k", "v")) {
      Shape s = shape(test, name);
      Node tokens = Node.of(Permute.of(0, 2, 1, 3), data(test, name));
      three.add(reshape(tokens, s.dim(0), s.dim(2), s.dim(1) * s.dim(3)));
    }
    Shape q = shape(test, "q");
    Node out = Node.of(Attention.of(q.dim(1), q.dim(3)), three);
    int width = outputShape(test, "y").dim(3);
    Node heads = reshape(out, q.dim(0), q.dim(2), q.dim(1), width);
    return Node.of(Permute.of(0, 2, 1, 3), heads);
  }

  private static Node linearAttention(JsonObject test) {
    float depth = shape(test, "q").dim(3);
    Node root = Node.of(new Constant(Tensor.of(Shape.of(1), (float) (1 / Math.sqrt(depth)))));
    Node q = Node.of(new Multiply(), Node.of(new Softmax(), data(test, "q")), root);
    Node turned = Node.of(Permute.of(0, 1, 3, 2), data(test, "k"));
    Node k = Node.of(new Softmax(), turned);
    return Node.of(MatMul.plain(), q, Node.of(MatMul.plain(), k, data(test, "v")));
  }

  private static Node windowAttention(JsonObject test) {
    JsonObject attrs = attrs(test);
    List<Integer> window = ints(attrs, "window", 3);
    List<Integer> shift = ints(attrs, "shift", 3);
    int heads = attrs.get("heads").getAsInt();
    Shape shape = shape(test, "x");
    List<Integer> size = List.of(shape.dim(1), shape.dim(2), shape.dim(3));
    WindowPartition partition = new WindowPartition(window, shift);
    Node tokens = Node.of(partition, data(test, "x"));
    Node qkv = Node.of(new Linear(), tokens, trained(test, "qkv_w"), trained(test, "qkv_b"));
    Node bias = Node.of(new Constant(relativeBias(filled(test, "table"), window)));
    Node regions = Node.of(new Constant(partition.regions(size)));
    Attention op = Attention.of(heads, shape.dim(4) / heads).withBias().withRegions();
    Node out = Node.of(op, qkv, bias, regions);
    Node projected = Node.of(new Linear(), out, trained(test, "proj_w"), trained(test, "proj_b"));
    return Node.of(WindowReverse.of(partition, size), projected);
  }

  /** {@code [heads, tokens, tokens]} from the table, by the difference of coordinates. */
  private static Tensor relativeBias(Tensor table, List<Integer> window) {
    int tokens = window.get(0) * window.get(1) * window.get(2);
    int heads = table.shape().dim(1);
    Tensor bias = Tensor.zeros(Shape.of(heads, tokens, tokens));
    for (int i = 0; i < tokens; i++) {
      for (int j = 0; j < tokens; j++) {
        int row = 0;
        int a = i;
        int b = j;
        int radix = 1;
        for (int axis = 2; axis >= 0; axis--) {
          int w = window.get(axis);
          row += (a % w - b % w + w - 1) * radix;
          radix *= 2 * w - 1;
          a /= w;
          b /= w;
        }
        for (int head = 0; head < heads; head++) {
          bias.array()[(head * tokens + i) * tokens + j] = table.get(row, head);
        }
      }
    }
    return bias;
  }

  @Test
  void windows() {
    OperatorGoldens goldens = new OperatorGoldens("attention");
    for (JsonObject test : goldens.cases()) {
      JsonObject attrs = attrs(test);
      if (op(test).equals("window_partition3d")) {
        List<Integer> window = ints(attrs, "window", 3);
        goldens.runPlain(test, new WindowPartition(window, List.of(0, 0, 0)), "x");
      } else if (op(test).equals("window_partition2d")) {
        int window = attrs.get("window").getAsInt();
        Node last = Node.of(Permute.of(0, 2, 3, 1), data(test, "x"));
        Node parts = Node.of(WindowPartition.of(window, window), last);
        goldens.compare(test, "y", parts, tensor -> tensor);
      } else if (op(test).equals("region_mask3d")) {
        WindowPartition partition =
            new WindowPartition(ints(attrs, "window", 3), ints(attrs, "shift", 3));
        assertMask(goldens.expected(test, "y"), partition.regions(ints(attrs, "dims", 3)));
      }
    }
    goldens.assertRan("{window_partition2d=1, window_partition3d=1}", 2);
  }

  private static void assertMask(Tensor mask, Tensor regions) {
    int tokens = regions.shape().dim(1);
    for (int i = 0; i < mask.array().length; i++) {
      int row = i / tokens / tokens;
      boolean apart = regions.get(row, i / tokens % tokens) != regions.get(row, i % tokens);
      org.junit.jupiter.api.Assertions.assertEquals(apart ? -100 : 0, mask.array()[i], "at " + i);
    }
  }

  @Test
  void movedValues() {
    OperatorGoldens goldens = new OperatorGoldens("shape_index");
    for (JsonObject test : goldens.cases()) {
      Node node = moved(test);
      if (node != null) {
        goldens.compare(test, "y", node, tensor -> tensor);
      } else if (op(test).equals("chunk")) {
        chunks(goldens, test);
      }
    }
    goldens.assertRan(
        "{channel_shuffle_last=1, chunk=5, concat=1, expand=1, flip=2, pad=7, permute=2,"
            + " pixel_shuffle=1, pixel_unshuffle=1, repeat=1, repeat_interleave=1, roll=1,"
            + " space_to_depth_hw=1, strided_slice=1}",
        22);
  }

  private static Node moved(JsonObject test) {
    JsonObject attrs = attrs(test);
    if (!has(test, "x")) {
      return null;
    }
    Node x = data(test, "x");
    int[] s = x.shape().toArray();
    int[] out = test.getAsJsonObject("outputs").has("y") ? outputShape(test, "y").toArray() : null;
    return switch (op(test)) {
      case "channel_shuffle_last" -> {
        Node halves = reshape(x, s[0], s[1], s[2], 2, s[3] / 2);
        yield reshape(Node.of(Permute.of(0, 1, 2, 4, 3), halves), s);
      }
      case "concat" -> Node.of(new Concat(attrs.get("dim").getAsInt()), x, data(test, "other"));
      case "expand" -> {
        int[] times = new int[s.length];
        java.util.Arrays.setAll(times, axis -> out[axis] / s[axis]);
        yield Node.of(Repeat.of(times), x);
      }
      case "flip" -> {
        List<Integer> axes =
            ints(attrs, "dims", 1).stream().map(a -> Math.floorMod(a, s.length)).toList();
        yield Node.of(new Flip(axes), x);
      }
      case "pad" -> Node.of(pad(attrs, s.length), x);
      case "permute" -> {
        JsonElement view = attrs.get("view");
        Node seen = view == null ? x : Node.of(new Reshape(ints(attrs, "view", 1)), x);
        yield Node.of(new Permute(ints(attrs, "dims", 1)), seen);
      }
      case "pixel_shuffle" -> {
        Node parts = reshape(x, s[0], s[1] / 4, 2, 2, s[2], s[3]);
        yield reshape(Node.of(Permute.of(0, 1, 4, 2, 5, 3), parts), out);
      }
      case "pixel_unshuffle" -> {
        Node parts = reshape(x, s[0], s[1], s[2] / 2, 2, s[3] / 2, 2);
        yield reshape(Node.of(Permute.of(0, 1, 3, 5, 2, 4), parts), out);
      }
      case "repeat" -> Node.of(new Repeat(ints(attrs, "repeats", 1)), x);
      case "repeat_interleave" -> {
        Node apart = reshape(x, s[0], s[1], 1, s[2]);
        yield reshape(Node.of(Repeat.of(1, 1, 3, 1), apart), out);
      }
      case "roll" -> Node.of(new Roll(ints(attrs, "dims", 1), ints(attrs, "shifts", 1)), x);
      case "space_to_depth_hw" -> {
        Node parts = reshape(x, s[0], s[1], s[2] / 2, 2, s[3] / 2, 2, s[4]);
        yield reshape(Node.of(Permute.of(0, 1, 3, 5, 2, 4, 6), parts), out);
      }
      case "strided_slice" -> {
        List<Node> parities = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          List<Integer> from = List.of(0, i % 2, i / 2, 0);
          parities.add(
              Node.of(new Slice(from, List.of(s[0], s[1], s[2], s[3]), List.of(1, 2, 2, 1)), x));
        }
        yield Node.of(new Concat(), parities);
      }
      default -> null;
    };
  }

  @Test
  void lookUpsAndReductions() {
    OperatorGoldens goldens = new OperatorGoldens("shape_index");
    for (JsonObject test : goldens.cases()) {
      switch (op(test)) {
        case "index_select" -> {
          Node rows = Node.of(new Gather(), data(test, "x"), data(test, "idx"));
          goldens.compare(test, "y", rows, tensor -> tensor);
        }
        case "reduce_mean" -> goldens.runPlain(test, Reduce.mean(2, 3), "x");
        case "reduce_sum" -> goldens.runPlain(test, Reduce.sum(1), "x");
        case "reduce_amax" ->
            goldens.runPlain(test, new Reduce(Reduce.Kind.MAX, List.of(2, 3)), "x");
        case "reduce_amin" -> goldens.runPlain(test, new Reduce(Reduce.Kind.MIN, List.of(1)), "x");
        default -> {}
      }
    }
    goldens.assertRan(
        "{index_select=1, reduce_amax=1, reduce_amin=1, reduce_mean=1, reduce_sum=1}", 5);
  }

  @Test
  void selectiveScans() {
    OperatorGoldens goldens = new OperatorGoldens("selective_scan");
    for (JsonObject test : goldens.cases()) {
      boolean gated = has(test, "z");
      boolean skip = has(test, "D");
      boolean bias = has(test, "delta_bias");
      int groups = attrs(test).get("G").getAsInt();
      List<Node> nodes = new ArrayList<>();
      for (String name : List.of("u", "delta", "B", "C", "z", "A_log", "D", "delta_bias")) {
        if (has(test, name)) {
          nodes.add(scanInput(test, name));
        }
      }
      Node scan = Node.of(new SelectiveScan(groups, gated, skip, bias), nodes);
      goldens.compare(test, "y", Node.of(Permute.of(0, 2, 1), scan), tensor -> tensor);
    }
    goldens.assertRan("{selective_scan=7}", 50);
  }

  /** Time in front of the channels. */
  private static Node scanInput(JsonObject test, String name) {
    Shape s = shape(test, name);
    if (s.rank() == 3) {
      return Node.of(Permute.of(0, 2, 1), data(test, name));
    } else if (s.rank() == 4) {
      Node parts = reshape(data(test, name), s.dim(0), s.dim(1) * s.dim(2), s.dim(3));
      return Node.of(Permute.of(0, 2, 1), parts);
    }
    return trained(test, name);
  }

  private static Pad pad(JsonObject attrs, int rank) {
    List<Integer> pads = ints(attrs, "pads_last_axis_first", 1);
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    for (int axis = rank - 1; axis >= 0; axis--) {
      boolean given = 2 * axis < pads.size();
      before.add(given ? pads.get(2 * axis) : 0);
      after.add(given ? pads.get(2 * axis + 1) : 0);
    }
    double value = attrs.has("value") ? attrs.get("value").getAsDouble() : 0;
    String mode = attrs.get("mode").getAsString().toUpperCase(java.util.Locale.ROOT);
    return new Pad(before, after, Pad.Mode.valueOf(mode), value);
  }

  private static void chunks(OperatorGoldens goldens, JsonObject test) {
    int rank = shape(test, "x").rank();
    int axis = Math.floorMod(attrs(test).get("dim").getAsInt(), rank);
    int from = 0;
    for (String name : test.getAsJsonObject("outputs").keySet()) {
      int to = from + outputShape(test, name).dim(axis);
      Node piece = Node.of(Slice.along(axis, from, to, rank), data(test, "x"));
      goldens.compare(test, name, piece, tensor -> tensor);
      from = to;
    }
  }
}
