package org.cirr.backend.cpu;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Concat;
import org.cirr.op.Input;
import org.cirr.op.InstanceNorm;
import org.cirr.op.LeakyRelu;
import org.cirr.op.Relu;
import org.cirr.op.Slice;
import org.cirr.tensor.Shape;

/**
 * Which values of a graph are never written to memory.
 *
 * <ul>
 *   <li>An activation is computed by the kernel of the node before it, where that can.
 *   <li>A concatenation is dissolved when every reader can read its parts.
 *   <li>An instance norm, with the activation behind it, is deferred when every reader can
 *       normalise while it reads: the step then only makes the table of factors.
 *   <li>Slices of the channels, as the gradient of a concatenation takes them, lie one after
 *       another in the memory of the node that they are of, where its kernel can write so.
 * </ul>
 */
final class Fusion {
  private final KernelAbilities factory;
  private final Map<Node, List<Node>> readers = new IdentityHashMap<>();
  private final Set<Node> outputs = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Node, Node> fused = new IdentityHashMap<>(); // node → activation behind it
  private final Set<Node> dissolved = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Node, Part> deferred = new IdentityHashMap<>(); // by result
  private final Map<Node, Integer> slices = new IdentityHashMap<>(); // of a node; its slices
  private final Set<Node> tables = Collections.newSetFromMap(new IdentityHashMap<>());

  Fusion(Graph graph, KernelAbilities factory) {
    this.factory = factory;
    outputs.addAll(graph.outputs());
    for (Node node : graph.nodes()) {
      for (Node input : node.inputs()) {
        readers.computeIfAbsent(input, key -> new ArrayList<>()).add(node);
      }
    }
    for (Node node : graph.nodes()) {
      if (!isLeaf(node) && !isAbsorbed(node)) {
        findActivation(node);
      }
    }
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Concat concat
          && concat.axis(node.shape()) == node.shape().rank() - 1
          && node.inputs().stream().noneMatch(FixedInputs::fixed)
          && isInner(node)
          && readers.get(node).stream()
              .allMatch(reader -> factory.readsParts(reader) && isOnlyFirst(reader, node))) {
        dissolved.add(node);
      }
    }
    for (Node node : graph.nodes()) {
      if (node.op() instanceof InstanceNorm) {
        defer(node);
      }
      if (isInner(node) && !isLeaf(node) && !isAbsorbed(node)) {
        findSlices(node);
      }
    }
  }

  private static boolean isLeaf(Node node) {
    return node.op() instanceof Input || FixedInputs.fixed(node);
  }

  /** Whether somebody reads the node and the caller does not get it. */
  private boolean isInner(Node node) {
    return readers.containsKey(node) && !outputs.contains(node);
  }

  private static boolean isOnlyFirst(Node reader, Node input) {
    List<Node> inputs = reader.inputs();
    return inputs.get(0) == input && inputs.stream().filter(other -> other == input).count() == 1;
  }

  private void findActivation(Node node) {
    if (!isInner(node) || readers.get(node).size() != 1) {
      return;
    }
    Node next = readers.get(node).get(0);
    boolean rectifier = next.op() instanceof LeakyRelu || next.op() instanceof Relu;
    if (rectifier && factory.fuses(node, next.op())) {
      fused.put(node, next);
    }
  }

  private void defer(Node norm) {
    Node result = result(norm);
    if (!isInner(result)) {
      return;
    }
    for (Node reader : readers.get(result)) {
      boolean reads =
          dissolved.contains(reader)
              || factory.readsRaw(reader)
                  && (!factory.readsParts(reader) || isOnlyFirst(reader, result));
      if (!reads) {
        return;
      }
    }
    Node activation = fused.get(norm);
    Node source = norm.inputs().get(0);
    deferred.put(result, new Part(source, norm, activation == null ? null : activation.op()));
    tables.add(norm);
  }

  private void findSlices(Node node) {
    int channels = Step.channels(readers.get(node).get(0));
    if (channels == 0 || Step.channels(node) % channels != 0) {
      return; // all that is written has to lie in one slice or another, also what nobody reads
    }
    Set<Integer> firsts = new HashSet<>(); // a step may write over a slice: no two are the same
    for (Node reader : readers.get(node)) {
      boolean slice =
          isSlice(reader) && Step.channels(reader) == channels && !outputs.contains(reader);
      if (!slice || firstChannel(reader) % channels != 0 || !firsts.add(firstChannel(reader))) {
        return;
      }
    }
    if (factory.writesSlices(node, channels)) {
      slices.put(node, channels);
    }
  }

  /** Whether a node takes some channels, side by side, and all of the other axes. */
  private static boolean isSlice(Node node) {
    if (!(node.op() instanceof Slice slice)) {
      return false;
    }
    Shape of = node.inputs().get(0).shape();
    for (int axis = 0; axis < of.rank(); axis++) {
      boolean last = axis == of.rank() - 1;
      if (slice.step().get(axis) != 1 || !last && node.shape().dim(axis) != of.dim(axis)) {
        return false;
      }
    }
    return node.shape().elements() > 0 && node.shape().dim(-1) < of.dim(-1);
  }

  private static int firstChannel(Node slice) {
    return ((Slice) slice.op()).from().get(slice.shape().rank() - 1);
  }

  /** The channels of the slices that a node is written as; all of them, where it is whole. */
  int sliceChannels(Node node) {
    return slices.getOrDefault(node, Step.channels(node));
  }

  /** The slices that a node is written as; none where it is whole. */
  List<Node> slices(Node node) {
    return slices.containsKey(node) ? readers.get(node) : List.of();
  }

  /** Where such a slice begins, in elements from the first one on. */
  static long offset(Node slice) {
    return slice.shape().elements() * (firstChannel(slice) / Step.channels(slice));
  }

  /** Whether the node's input is written as slices, of which it is one. */
  private boolean isWritten(Node node) {
    return !node.inputs().isEmpty() && slices.containsKey(node.inputs().get(0));
  }

  /** The activation behind a node that its kernel computes, or null. */
  Node activation(Node node) {
    return fused.get(node);
  }

  /** The node whose value the kernel of a node makes: itself, or the activation behind. */
  Node result(Node node) {
    return fused.getOrDefault(node, node);
  }

  /** Whether a norm's readers apply it. */
  boolean isDeferred(Node norm) {
    return tables.contains(norm);
  }

  /** Whether the node has no step of its own. */
  boolean isAbsorbed(Node node) {
    return dissolved.contains(node)
        || isWritten(node)
        || (!node.inputs().isEmpty() && fused.get(node.inputs().get(0)) == node);
  }

  /** The instance norms that read a node. */
  List<Node> norms(Node node) {
    return readers.getOrDefault(node, List.of()).stream()
        .filter(reader -> reader.op() instanceof InstanceNorm && reader.inputs().get(0) == node)
        .toList();
  }

  /** What a step reads of an input: the input, or what it is made of. */
  List<Part> parts(Node input) {
    if (dissolved.contains(input)) {
      return input.inputs().stream().flatMap(part -> parts(part).stream()).toList();
    }
    Part part = deferred.get(input);
    return List.of(part == null ? Part.plain(input) : part);
  }
}
