package org.cirr.nn.network;

import java.util.Arrays;
import java.util.List;
import org.cirr.graph.Node;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.InstanceNorm;
import org.cirr.op.LeakyRelu;
import org.cirr.tensor.Shape;

/**
 * The layers that networks are made of. A layer is a function from node to node that adds its
 * parameters {@code name.weight} and {@code name.bias} to the graph.
 */
final class Layers {
  private Layers() {}

  /** Convolution with the padding that keeps the extent at stride 1. */
  static Node conv(
      String name, Node x, int out, List<Integer> kernel, List<Integer> stride, boolean bias) {
    int[] weight = new int[kernel.size() + 2];
    weight[0] = out;
    weight[1] = x.shape().dim(-1);
    Arrays.setAll(weight, i -> i < 2 ? weight[i] : kernel.get(i - 2));
    return withBias(
        name, x, Conv.same(ints(kernel), ints(stride)), Shape.of(weight), bias ? out : 0);
  }

  /** Transposed convolution whose kernel is its stride: every voxel becomes a block. */
  static Node upsample(String name, Node x, int out, List<Integer> stride, boolean bias) {
    int[] weight = new int[stride.size() + 2];
    weight[0] = x.shape().dim(-1);
    weight[1] = out;
    Arrays.setAll(weight, i -> i < 2 ? weight[i] : stride.get(i - 2));
    return withBias(name, x, ConvTranspose.of(ints(stride)), Shape.of(weight), bias ? out : 0);
  }

  /** Instance normalisation with trained scale and shift, or without. */
  static Node instanceNorm(String name, Node x, double epsilon, boolean affine) {
    InstanceNorm norm = new InstanceNorm(epsilon);
    if (!affine) {
      return Node.of(norm, x);
    }
    Shape vector = Shape.of(x.shape().dim(-1));
    Node scale = Node.parameter(name + ".weight", vector);
    Node shift = Node.parameter(name + ".bias", vector);
    return Node.of(norm, x, scale, shift);
  }

  /** Leaky rectifier. */
  static Node leakyRelu(Node x, double slope) {
    return Node.of(new LeakyRelu(slope), x);
  }

  private static Node withBias(
      String name, Node x, org.cirr.op.Op op, Shape weightShape, int biasLength) {
    Node weight = Node.parameter(name + ".weight", weightShape);
    return biasLength == 0
        ? Node.of(op, x, weight)
        : Node.of(op, x, weight, Node.parameter(name + ".bias", Shape.of(biasLength)));
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
