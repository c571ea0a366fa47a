package org.cirr.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cirr.op.Input;
import org.cirr.op.Parameter;

/**
 * A network: the nodes that lead to its outputs, each after the ones it needs.
 *
 * <p>The order is the one in which the network was written (depth first from the outputs, first
 * input first), so that it is the same in every run. Immutable.
 */
public final class Graph {
  private final List<Node> nodes;
  private final List<Node> inputs;
  private final List<Node> parameters;
  private final List<Node> outputs;
  private final Map<Node, Integer> positions;

  private Graph(List<Node> nodes, List<Node> outputs) {
    this.nodes = List.copyOf(nodes);
    this.outputs = List.copyOf(outputs);
    this.inputs = nodes.stream().filter(node -> node.op() instanceof Input).toList();
    this.parameters = nodes.stream().filter(node -> node.op() instanceof Parameter).toList();
    this.positions = new IdentityHashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      positions.put(nodes.get(i), i);
    }
  }

  /** The graph that computes the given nodes. */
  public static Graph of(Node... outputs) {
    return of(List.of(outputs));
  }

  /**
   * The graph that computes the given nodes.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when there is no output, or two different
   * inputs or parameters have one name.
   */
  public static Graph of(List<Node> outputs) {
    return scheduled(List.of(), outputs);
  }

  /**
   * The graph that computes the given nodes, in an order of the caller's: what comes first is
   * computed first, with everything that leads to it. So values that are read only once can be read
   * soon after they are made, and need no memory in between.
   *
   * <p><b>Errors</b>: as {@link #of(List)}.
   *
   * @param first nodes to compute before the outputs, in this order; they belong to the graph even
   *     where no output needs them
   */
  public static Graph scheduled(List<Node> first, List<Node> outputs) {
    if (outputs.isEmpty()) {
      throw new IllegalArgumentException("a graph needs at least one output");
    }
    List<Node> wanted = new ArrayList<>(first);
    wanted.addAll(outputs);
    Graph graph = new Graph(sort(wanted), outputs);
    checkNames(graph.inputs);
    checkNames(graph.parameters);
    return graph;
  }

  /** Depth first without recursion: a node is listed when all its inputs are. */
  private static List<Node> sort(List<Node> outputs) {
    List<Node> sorted = new ArrayList<>();
    Map<Node, Integer> visited = new IdentityHashMap<>(); // node → next input to look at
    Deque<Node> path = new ArrayDeque<>();
    for (Node output : outputs) {
      if (visited.putIfAbsent(output, 0) == null) {
        path.push(output);
      }
      while (!path.isEmpty()) {
        Node node = path.peek();
        int next = visited.get(node);
        if (next == node.inputs().size()) {
          sorted.add(path.pop());
        } else {
          visited.put(node, next + 1);
          Node input = node.inputs().get(next);
          if (visited.putIfAbsent(input, 0) == null) {
            path.push(input);
          }
        }
      }
    }
    return sorted;
  }

  private static void checkNames(List<Node> leaves) {
    Map<String, Node> seen = new HashMap<>();
    for (Node leaf : leaves) {
      Node other = seen.put(label(leaf), leaf);
      if (other != null) {
        throw new IllegalArgumentException(
            "two "
                + leaf.op().name().toLowerCase(Locale.ROOT)
                + "s are named '"
                + label(leaf)
                + "', of shapes "
                + other.shape()
                + " and "
                + leaf.shape()
                + ": use one node twice, or two names");
      }
    }
  }

  /** The name of an input or parameter node. */
  public static String label(Node leaf) {
    if (leaf.op() instanceof Input input) {
      return input.label();
    }
    if (leaf.op() instanceof Parameter parameter) {
      return parameter.label();
    }
    throw new IllegalArgumentException(leaf.op().name() + " has no name of its own");
  }

  /** All nodes, each after its inputs. */
  public List<Node> nodes() {
    return nodes;
  }

  /** The nodes handed in for each run, in order of first use. */
  public List<Node> inputs() {
    return inputs;
  }

  /** The trained tensors, in order of first use. */
  public List<Node> parameters() {
    return parameters;
  }

  /** What is computed, in the order asked for. */
  public List<Node> outputs() {
    return outputs;
  }

  /**
   * Where a node stands in {@link #nodes()}.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for a node of another graph.
   */
  public int position(Node node) {
    Integer position = positions.get(node);
    if (position == null) {
      throw new IllegalArgumentException(node + " is not a node of this graph");
    }
    return position;
  }

  /** Multiplications and additions of one run. */
  public long flops() {
    return nodes.stream().mapToLong(node -> node.op().flops(node.inputShapes())).sum();
  }

  /** The number of trained values. */
  public long parameterCount() {
    return parameters.stream().mapToLong(node -> node.shape().elements()).sum();
  }
}
