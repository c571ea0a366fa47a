package org.cirr.nn.gradient;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Constant;
import org.cirr.op.Detach;
import org.cirr.op.Input;
import org.cirr.op.Parameter;

/**
 * The gradients of a loss, as nodes of a bigger graph.
 *
 * <pre>{@code
 * Gradients gradients = Gradients.of(loss, parameters);
 * Program step = backend.compile(gradients.graph(), weights); // outputs: the loss, then gradients
 * }</pre>
 *
 * <p>From the loss back to the inputs, each op's rule ({@code GradientRules}) makes nodes for the
 * gradients of its inputs; a value that is read several times gets the sum. What no gradient needs
 * is in no graph. The graph is ordered so that every gradient is used up as soon as it is made.
 *
 * <p><b>Memory for time</b>: the rules read values of the forward pass, which have to be kept until
 * then. Values that {@code keep} does not want are forgotten and computed a second time, from the
 * kept ones, when the way back reaches them ({@link Checkpoints}). {@code Backend.arenaBytes} of
 * the graph says what that saves.
 *
 * <p><b>Edge cases</b>: no gradient flows through {@link Detach}. Biases in front of an instance
 * norm get zeros; PyTorch gives them the rounding noise of sums that should be zero.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} when the loss is no single number or does not
 * depend on a node that is asked for; {@link UnsupportedOperationException} naming an op in between
 * that has no gradient.
 */
public final class Gradients {
  private final Node loss;
  private final List<Node> nodes;
  private final List<Node> schedule;

  private Gradients(Node loss, List<Node> nodes, List<Node> schedule) {
    this.loss = loss;
    this.nodes = List.copyOf(nodes);
    this.schedule = List.copyOf(schedule);
  }

  /** The gradients by the given nodes: parameters, inputs, or anything in between. */
  public static Gradients of(Node loss, List<Node> by) {
    return of(loss, by, node -> true);
  }

  /**
   * The gradients by the given nodes.
   *
   * @param keep which values of the forward pass are kept for the way back; leaves and the nodes
   *     asked for always are
   */
  public static Gradients of(Node loss, List<Node> by, Predicate<Node> keep) {
    if (loss.shape().elements() != 1) {
      throw new IllegalArgumentException(
          "the loss must be a single number, got shape "
              + loss.shape()
              + "; take its sum or mean first");
    }
    return new Way(loss, by, keep).back();
  }

  /** The gradients, in the order asked for. */
  public List<Node> nodes() {
    return nodes;
  }

  /** The graph whose outputs are the loss and the gradients. */
  public Graph graph() {
    return graph(List.of());
  }

  /** The graph whose outputs are the loss, the gradients and some other nodes. */
  public Graph graph(List<Node> more) {
    List<Node> outputs = new ArrayList<>(List.of(loss));
    outputs.addAll(nodes);
    outputs.addAll(more);
    Set<Node> needed = Way.identitySet();
    needed.addAll(Graph.of(outputs).nodes()); // a rule may have found a shorter way
    return Graph.scheduled(schedule.stream().filter(needed::contains).toList(), outputs);
  }

  /** The way from the loss back to the nodes asked for. */
  private static final class Way {
    private final Node loss;
    private final List<Node> by;
    private final Predicate<Node> keep;
    private final List<Node> forward;
    private final Set<Node> depending = identitySet();
    private final Map<Node, List<Node>> given = new IdentityHashMap<>();
    private final Map<Node, Node> again = new IdentityHashMap<>(); // node → what computes it again
    private final List<Node> schedule = new ArrayList<>();

    Way(Node loss, List<Node> by, Predicate<Node> keep) {
      this.loss = loss;
      this.by = by;
      Set<Node> wanted = identitySet();
      wanted.addAll(by);
      this.keep = node -> isLeaf(node) || wanted.contains(node) || node == loss || keep.test(node);
      this.forward = Graph.of(loss).nodes();
      for (Node node : forward) {
        boolean through =
            !(node.op() instanceof Detach) && node.inputs().stream().anyMatch(depending::contains);
        if (wanted.contains(node) || through) {
          depending.add(node);
        }
      }
    }

    private static Set<Node> identitySet() {
      return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private static boolean isLeaf(Node node) {
      return node.op() instanceof Input
          || node.op() instanceof Parameter
          || node.op() instanceof Constant;
    }

    Gradients back() {
      schedule.add(loss);
      Map<Node, Node> totals = new IdentityHashMap<>();
      if (depending.contains(loss)) {
        // As a value of the graph: not every op takes constants.
        given.put(loss, List.of(Node.of(new Detach(), Terms.filled(loss.shape(), 1))));
      }
      for (int i = forward.size() - 1; i >= 0; i--) {
        Node node = forward.get(i);
        if (given.containsKey(node)) {
          Node total = given.remove(node).stream().reduce(Terms::plus).orElseThrow();
          totals.put(node, total);
          schedule.add(total);
          through(node, total);
        }
      }
      List<Node> gradients = new ArrayList<>();
      for (Node node : by) {
        if (!totals.containsKey(node)) {
          throw new IllegalArgumentException("the loss does not depend on " + node);
        }
        gradients.add(totals.get(node));
      }
      return new Gradients(loss, gradients, schedule);
    }

    /** Gives the gradients of a node to its inputs; trained ones first, then what goes on. */
    private void through(Node node, Node gradient) {
      if (node.inputs().stream().noneMatch(depending::contains) || node.op() instanceof Detach) {
        return;
      }
      List<Node> values = node.inputs().stream().map(this::value).toList();
      List<Node> gradients =
          GradientRules.of(node.op()).inputs(new Applied(node, values, value(node)), gradient);
      for (int i = gradients.size() - 1; i >= 0; i--) {
        Node input = node.inputs().get(i);
        Node own = gradients.get(i);
        if (own != null && depending.contains(input)) {
          given.computeIfAbsent(input, key -> new ArrayList<>()).add(own);
          schedule.add(own);
        }
      }
    }

    /** The value of a node of the forward pass on the way back: kept, or computed again. */
    private Node value(Node node) {
      Deque<Node> open = new ArrayDeque<>(List.of(node)); // no recursion: chains can be long
      while (!open.isEmpty()) {
        Node next = open.peek();
        List<Node> missing =
            isThere(next)
                ? List.of()
                : next.inputs().stream().filter(input -> !isThere(input)).toList();
        if (missing.isEmpty()) {
          open.pop();
          if (!isThere(next)) {
            again.put(next, Node.of(next.op(), next.inputs().stream().map(this::known).toList()));
          }
        }
        missing.forEach(open::push);
      }
      return known(node);
    }

    private boolean isThere(Node node) {
      return keep.test(node) || again.containsKey(node);
    }

    private Node known(Node node) {
      return keep.test(node) ? node : again.get(node);
    }
  }
}
