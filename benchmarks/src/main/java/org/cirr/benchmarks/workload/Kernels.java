package org.cirr.benchmarks.workload;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Add;
import org.cirr.op.Attention;
import org.cirr.op.AvgPool;
import org.cirr.op.Concat;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.Gelu;
import org.cirr.op.InstanceNorm;
import org.cirr.op.Interpolate;
import org.cirr.op.LayerNorm;
import org.cirr.op.LeakyRelu;
import org.cirr.op.Linear;
import org.cirr.op.MatMul;
import org.cirr.op.MaxPool;
import org.cirr.op.Softmax;
import org.cirr.tensor.Shape;

/**
 * The single kernels that are compared: the layers of liver networks, and a few awkward sizes.
 *
 * <p>A kernel is one layer from one input to one output. Names read {@code what channels@extents}.
 */
public final class Kernels {
  private Kernels() {}

  /**
   * One layer.
   *
   * @param name what it does, without extents
   * @param channels of the input
   * @param extents of the input: two or three, or the number of tokens
   * @param layer the layer as a function
   */
  public record Kernel(String name, int channels, int[] extents, UnaryOperator<Node> layer) {
    /** The layer with its own extents. */
    public Workload workload() {
      return workload(extents);
    }

    /** The layer with other extents. */
    public Workload workload(int... other) {
      int[] shape = new int[other.length + 2];
      shape[0] = 1;
      System.arraycopy(other, 0, shape, 1, other.length);
      shape[other.length + 1] = channels;
      String size = Arrays.toString(other).replaceAll("[\\[\\] ]", "").replace(',', 'x');
      Node output = layer.apply(Node.input("x", Shape.of(shape)));
      return RandomValues.workload(name + "@" + size, Graph.of(output));
    }
  }

  /**
   * The workload of a name, {@code what channels@extents}; the extents may be others than in the
   * lists.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when nothing is called so.
   */
  public static Workload named(String name) {
    int at = name.indexOf('@');
    int[] extents =
        Arrays.stream(name.substring(at + 1).split("x")).mapToInt(Integer::parseInt).toArray();
    return Stream.concat(layers().stream(), others().stream())
        .filter(kernel -> kernel.name().equals(name.substring(0, at)))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no kernel '" + name + "'"))
        .workload(extents);
  }

  /** Convolutions and what surrounds them in a U-Net; the set that targets are stated for. */
  public static List<Kernel> layers() {
    List<Kernel> kernels = new ArrayList<>();
    int[][] stages = {{32, 32, 128}, {64, 16, 64}, {128, 8, 32}, {256, 8, 16}, {320, 4, 8}};
    for (int[] stage : stages) {
      kernels.add(conv(stage[0], stage[0], 1, stage[1], stage[2], stage[2]));
    }
    kernels.add(conv(64, 32, 1, 32, 128, 128));
    kernels.add(conv(1, 32, 1, 32, 128, 128));
    kernels.add(conv(32, 64, 2, 32, 128, 128));
    kernels.add(conv(64, 128, 2, 16, 64, 64));
    kernels.add(conv(24, 24, 1, 28, 100, 92));
    kernels.add(conv(48, 48, 1, 28, 100, 92));
    kernels.add(conv(33, 17, 1, 19, 45, 51));
    kernels.add(flat(32, 32, 128, 128));
    kernels.add(head(2));
    kernels.add(head(41));
    kernels.add(upsampling(64, 32, 16, 64, 64));
    kernels.add(upsampling(128, 64, 8, 32, 32));
    kernels.add(new Kernel("conv 3x3 64-64", 64, new int[] {256, 256}, x -> conv(x, 64, 1, 3, 3)));
    kernels.add(
        kernel("norm+lrelu 32", 32, x -> Node.of(new LeakyRelu(0.01), norm(x)), 32, 128, 128));
    kernels.add(
        kernel(
            "conv+norm+lrelu 32-32",
            32,
            x -> Node.of(new LeakyRelu(0.01), norm(conv(x, 32, 1, 3, 3, 3))),
            32,
            128,
            128));
    return kernels;
  }

  /** Other ops, most of them bound by memory. */
  public static List<Kernel> others() {
    return List.of(
        kernel("maxpool 2x2x2 32", 32, x -> Node.of(MaxPool.of(2, 2, 2), x), 32, 128, 128),
        kernel("avgpool 2x2x2 32", 32, x -> Node.of(AvgPool.of(2, 2, 2), x), 32, 128, 128),
        kernel("linear x2 32", 32, x -> resize(x, Interpolate.Mode.LINEAR), 16, 64, 64),
        kernel("nearest x2 32", 32, x -> resize(x, Interpolate.Mode.NEAREST), 16, 64, 64),
        kernel("concat 32+32", 32, x -> Node.of(new Concat(), x, other(x)), 32, 128, 128),
        kernel("add 32", 32, x -> Node.of(new Add(), x, other(x)), 32, 128, 128),
        kernel("leaky relu 32", 32, x -> Node.of(new LeakyRelu(0.01), x), 32, 128, 128),
        kernel("instance norm 320", 320, Kernels::norm, 4, 8, 8),
        kernel("softmax 2", 2, x -> Node.of(new Softmax(), x), 32, 128, 128),
        kernel("softmax 41", 41, x -> Node.of(new Softmax(), x), 32, 128, 128),
        depthwise(3, 32, 32, 64, 64),
        depthwise(7, 32, 16, 64, 64),
        kernel("matmul 1024", 1024, x -> Node.of(product(), x, square(x)), 1024),
        linear(64, 256, 4096),
        linear(256, 64, 4096),
        linear(768, 768, 512),
        kernel("layer norm 256", 256, Kernels::layerNorm, 4096),
        kernel("gelu 256", 256, x -> Node.of(new Gelu(Gelu.Form.EXACT), x), 4096),
        kernel("attention 4x32", 3 * 128, x -> Node.of(Attention.of(4, 32), x), 4096),
        kernel("attention 12x64", 3 * 768, x -> Node.of(Attention.of(12, 64), x), 512));
  }

  private static Kernel depthwise(int size, int channels, int... extents) {
    Shape weight = Shape.of(channels, 1, size, size, size);
    List<Integer> ones = List.of(1, 1, 1);
    List<Integer> padding = List.of(size / 2, size / 2, size / 2);
    return kernel(
        "depthwise " + size + "x" + size + "x" + size + " " + channels,
        channels,
        x ->
            Node.of(
                new Conv(ones, padding, ones, channels),
                x,
                Node.parameter("weight", weight),
                Node.parameter("bias", Shape.of(channels))),
        extents);
  }

  private static MatMul product() {
    return new MatMul(false, false);
  }

  /** A second input that fits behind the channels. */
  private static Node square(Node x) {
    return Node.input("second", Shape.of(x.shape().dim(-1), x.shape().dim(-1)));
  }

  private static Kernel linear(int in, int out, int tokens) {
    return kernel(
        "linear " + in + "-" + out,
        in,
        x ->
            Node.of(
                new Linear(),
                x,
                Node.parameter("weight", Shape.of(out, in)),
                Node.parameter("bias", Shape.of(out))),
        tokens);
  }

  private static Node layerNorm(Node x) {
    Shape vector = Shape.of(x.shape().dim(-1));
    return Node.of(
        new LayerNorm(1e-5),
        x,
        Node.parameter("norm.weight", vector),
        Node.parameter("norm.bias", vector));
  }

  private static Kernel kernel(
      String name, int channels, UnaryOperator<Node> layer, int... extents) {
    return new Kernel(name, channels, extents, layer);
  }

  private static Kernel conv(int in, int out, int stride, int... extents) {
    String name = "conv 3x3x3 " + in + "-" + out + (stride > 1 ? " stride " + stride : "");
    return kernel(name, in, x -> conv(x, out, stride, 3, 3, 3), extents);
  }

  private static Kernel flat(int channels, int... extents) {
    return kernel(
        "conv 1x3x3 " + channels + "-" + channels,
        channels,
        x -> conv(x, channels, 1, 1, 3, 3),
        extents);
  }

  private static Kernel head(int classes) {
    return kernel("conv 1x1x1 32-" + classes, 32, x -> conv(x, classes, 1, 1, 1, 1), 32, 128, 128);
  }

  private static Kernel upsampling(int in, int out, int... extents) {
    return kernel(
        "transposed 2x2x2 " + in + "-" + out,
        in,
        x ->
            Node.of(
                ConvTranspose.of(2, 2, 2),
                x,
                Node.parameter("weight", Shape.of(in, out, 2, 2, 2)),
                Node.parameter("bias", Shape.of(out))),
        extents);
  }

  private static Node conv(Node x, int out, int stride, int... kernel) {
    int[] weight = new int[kernel.length + 2];
    weight[0] = out;
    weight[1] = x.shape().dim(-1);
    System.arraycopy(kernel, 0, weight, 2, kernel.length);
    int[] strides = new int[kernel.length];
    Arrays.fill(strides, stride);
    Node weights = Node.parameter("weight", Shape.of(weight));
    return Node.of(Conv.same(kernel, strides), x, weights, Node.parameter("bias", Shape.of(out)));
  }

  private static Node norm(Node x) {
    Shape vector = Shape.of(x.shape().dim(-1));
    return Node.of(
        new InstanceNorm(1e-5),
        x,
        Node.parameter("norm.weight", vector),
        Node.parameter("norm.bias", vector));
  }

  private static Node resize(Node x, Interpolate.Mode mode) {
    int rank = x.shape().rank() - 2;
    List<Integer> size = new ArrayList<>();
    for (int axis = 1; axis <= rank; axis++) {
      size.add(2 * x.shape().dim(axis));
    }
    return Node.of(new Interpolate(size, mode, false), x);
  }

  /** A second input like the first. */
  private static Node other(Node x) {
    return Node.input("second", x.shape());
  }
}
