package org.cirr.backend.cpu;

import java.util.ArrayList;
import java.util.Collections;
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

/**
 * Which values of a graph are never written to memory.
 *
 * <ul>
 *   <li>An activation is computed by the kernel of the node before it, where that can.
 *   <li>A concatenation is dissolved when every reader can read its parts.
 *   <li>An instance norm, with the activation behind it, is deferred when every reader can
 *       normalise while it reads: the step then only makes the table of factors.
 * </ul>
 */
final class Fusion {
  private final KernelAbilities factory;
  private final Map<Node, List<Node>> readers = new IdentityHashMap<>();
  private final Set<Node> outputs = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Node, Node> fused = new IdentityHashMap<>(); // node → activation behind it
  private final Set<Node> dissolved = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Node, Part> deferred = new IdentityHashMap<>(); // by result
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
