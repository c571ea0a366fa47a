package org.cirr.nn.gradient;

import static org.cirr.nn.gradient.Terms.minus;
import static org.cirr.nn.gradient.Terms.plus;
import static org.cirr.nn.gradient.Terms.reshape;
import static org.cirr.nn.gradient.Terms.sumTo;
import static org.cirr.nn.gradient.Terms.times;

import java.util.ArrayList;
import java.util.List;
import org.cirr.graph.Node;
import org.cirr.op.Attention;
import org.cirr.op.Clamp;
import org.cirr.op.Concat;
import org.cirr.op.MatMul;
import org.cirr.op.Permute;
import org.cirr.op.Slice;
import org.cirr.op.Softmax;
import org.cirr.op.SoftmaxGradient;
import org.cirr.tensor.Shape;

/**
 * The gradients of attention: with the scores {@code S = scale·Q·Kᵀ + bias + mask}, the weights
 * {@code P = softmax(S)} and the gradient G of {@code P·V}: {@code dV = Pᵀ·G}, {@code dS =
 * softmax'(G·Vᵀ)}, {@code dQ = scale·dS·K}, {@code dK = scale·dSᵀ·Q}.
 */
/*
 * Design. Written with plain matrix products: the weights of all heads, N · heads · L · S floats, are
 * made once more and lie in memory, unlike in the forward kernel.
 */
final class AttentionRule {
  private final Attention op;
  private final Applied applied;

  private AttentionRule(Applied applied) {
    this.op = (Attention) applied.op();
    this.applied = applied;
  }

  static List<Node> inputs(Applied applied, Node gradient) {
    return new AttentionRule(applied).all(gradient);
  }

  private List<Node> all(Node gradient) {
    int count = applied.inputs().size();
    boolean packed = op.packed(count);
    Node q = heads(packed ? third(0) : applied.input(0));
    Node k = heads(packed ? third(1) : applied.input(1));
    Node v = heads(packed ? third(2) : applied.input(2));
    Node scores = times(Node.of(new MatMul(false, true), q, k), op.scale());
    int next = packed ? 1 : 3;
    if (op.bias()) {
      scores = plus(scores, applied.input(next));
    }
    if (op.regions()) {
      scores = masked(scores, applied.input(count - 1));
    }
    Node weights = Node.of(new Softmax(), scores);
    Node given = heads(gradient);
    Node dv = Node.of(new MatMul(true, false), weights, given);
    Node dWeights = Node.of(new MatMul(false, true), given, v);
    Node dScores = Node.of(new SoftmaxGradient(false), weights, dWeights);
    Node scaled = times(dScores, op.scale());
    Node dq = tokens(Node.of(MatMul.plain(), scaled, k));
    Node dk = tokens(Node.of(new MatMul(true, false), scaled, q));
    List<Node> gradients = new ArrayList<>(List.of(dq, dk, tokens(dv)));
    if (packed) {
      Node joined = Node.of(new Concat(), gradients);
      gradients.clear();
      gradients.add(joined);
    }
    if (op.bias()) {
      gradients.add(sumTo(dScores, applied.shape(next)));
    }
    if (op.regions()) {
      gradients.add(null);
    }
    return gradients;
  }

  /** Queries, keys or values of an input that holds all three. */
  private Node third(int which) {
    Node all = applied.input(0);
    int channels = all.shape().dim(2) / 3;
    return Node.of(Slice.along(2, which * channels, (which + 1) * channels, 3), all);
  }

  /** {@code [N, L, heads·d] → [N, heads, L, d]}. */
  private Node heads(Node tokens) {
    Shape shape = tokens.shape();
    Shape apart = Shape.of(shape.dim(0), shape.dim(1), op.heads(), shape.dim(2) / op.heads());
    return Node.of(Permute.of(0, 2, 1, 3), reshape(tokens, apart));
  }

  /** {@code [N, heads, L, d] → [N, L, heads·d]}. */
  private Node tokens(Node heads) {
    Shape shape = heads.shape();
    Node turned = Node.of(Permute.of(0, 2, 1, 3), heads);
    return reshape(turned, Shape.of(shape.dim(0), shape.dim(2), shape.dim(1) * shape.dim(3)));
  }

  /** −100 where the regions of two tokens differ: the square of whole numbers, at most 1. */
  private Node masked(Node scores, Node regions) {
    int windows = regions.shape().dim(0);
    int length = regions.shape().dim(1);
    Node rows = reshape(regions, Shape.of(windows, 1, length, 1));
    Node columns = reshape(regions, Shape.of(windows, 1, 1, length));
    Node apart = minus(rows, columns);
    Node mask = times(Node.of(new Clamp(0, 1), times(apart, apart)), -100);
    Shape shape = scores.shape();
    Shape byWindow = Shape.of(shape.dim(0) / windows, windows, shape.dim(1), length, length);
    return reshape(plus(reshape(scores, byWindow), mask), shape);
  }
}
