package org.cirr.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.cirr.op.Add;
import org.cirr.op.Concat;
import org.cirr.op.Conv;
import org.cirr.op.Relu;
import org.cirr.op.Sigmoid;
import org.cirr.tensor.Shape;
import org.junit.jupiter.api.Test;

/** {@link Graph} and {@link Node}. */
class GraphTest {
  private static final Shape SHAPE = Shape.of(1, 3, 5, 2);

  @Test
  void nodesStandBehindTheirInputsInTheOrderOfWriting() {
    Node image = Node.input("image", SHAPE);
    Node weight = Node.parameter("weight", Shape.of(2, 2, 1, 1));
    Node conv = Node.of(Conv.of(new int[] {1, 1}, new int[] {0, 0}), image, weight);
    Node left = Node.of(new Relu(), conv);
    Node right = Node.of(new Sigmoid(), conv);
    Node sum = Node.of(new Add(), left, right);
    Graph graph = Graph.of(sum);
    assertEquals(List.of(image, weight, conv, left, right, sum), graph.nodes());
    assertEquals(List.of(image), graph.inputs());
    assertEquals(List.of(weight), graph.parameters());
    assertEquals(List.of(sum), graph.outputs());
    for (int i = 0; i < graph.nodes().size(); i++) {
      assertEquals(i, graph.position(graph.nodes().get(i)));
    }
    assertEquals(4, graph.parameterCount());
    assertEquals(2 * 15 * 2 * 2, graph.flops());
    assertEquals(List.of(SHAPE, SHAPE), sum.inputShapes());
  }

  @Test
  void theOrderFollowsTheOutputsAskedFor() {
    Node a = Node.input("a", SHAPE);
    Node b = Node.input("b", SHAPE);
    Node first = Node.of(new Relu(), a);
    Node second = Node.of(new Relu(), b);
    assertEquals(List.of(a, first, b, second), Graph.of(first, second).nodes());
    assertEquals(List.of(b, second, a, first), Graph.of(second, first).nodes());
    assertEquals(List.of(b, a), Graph.of(second, first).inputs());
  }

  @Test
  void aNodeUsedTwiceOrAskedForTwiceIsListedOnce() {
    Node a = Node.input("a", SHAPE);
    Node twice = Node.of(new Add(), a, a);
    Graph graph = Graph.of(twice, a, twice);
    assertEquals(List.of(a, twice), graph.nodes());
    assertEquals(List.of(twice, a, twice), graph.outputs());
  }

  @Test
  void whatNoOutputNeedsIsNotInTheGraph() {
    Node a = Node.input("a", SHAPE);
    Node used = Node.of(new Relu(), a);
    Node.of(new Sigmoid(), used);
    assertEquals(List.of(a, used), Graph.of(used).nodes());
  }

  @Test
  void aChainOf100000NodesOverflowsNoStack() {
    Node node = Node.input("a", SHAPE);
    for (int i = 0; i < 100_000; i++) {
      node = Node.of(new Relu(), node);
    }
    Graph graph = Graph.of(node);
    assertEquals(100_001, graph.nodes().size());
    assertSame(node, graph.nodes().get(100_000));
    assertTrue(node.toString().length() < 100, node::toString);
  }

  @Test
  void manyPathsDoNotMultiplyTheWork() {
    Node node = Node.input("a", SHAPE);
    for (int i = 0; i < 200; i++) {
      node = Node.of(new Add(), node, node); // 2^200 paths
    }
    assertEquals(201, Graph.of(node).nodes().size());
  }

  @Test
  void twoDifferentLeavesOfOneNameAreRefused() {
    Node a = Node.input("image", SHAPE);
    Node b = Node.input("image", Shape.of(1, 3, 5, 4));
    Exception thrown =
        assertThrows(IllegalArgumentException.class, () -> Graph.of(Node.of(new Concat(), a, b)));
    assertEquals(
        "two inputs are named 'image', of shapes [1, 3, 5, 2] and [1, 3, 5, 4]: use one node"
            + " twice, or two names",
        thrown.getMessage());
    Conv conv = Conv.of(new int[] {1, 1}, new int[] {0, 0});
    Node x = Node.of(conv, a, Node.parameter("w", Shape.of(2, 2, 1, 1)));
    Node y = Node.of(conv, x, Node.parameter("w", Shape.of(3, 2, 1, 1)));
    thrown = assertThrows(IllegalArgumentException.class, () -> Graph.of(y));
    assertEquals(
        "two parameters are named 'w', of shapes [2, 2, 1, 1] and [3, 2, 1, 1]: use one node"
            + " twice, or two names",
        thrown.getMessage());
  }

  @Test
  void anInputAndAParameterMayHaveOneName() {
    Node image = Node.input("x", SHAPE);
    Node weight = Node.parameter("x", Shape.of(2, 2, 1, 1));
    Graph graph = Graph.of(Node.of(Conv.of(new int[] {1, 1}, new int[] {0, 0}), image, weight));
    assertEquals("x", Graph.label(graph.inputs().get(0)));
    assertEquals("x", Graph.label(graph.parameters().get(0)));
  }

  @Test
  void aGraphWithoutOutputsIsRefused() {
    assertEquals(
        "a graph needs at least one output",
        assertThrows(IllegalArgumentException.class, () -> Graph.of(List.of())).getMessage());
  }

  @Test
  void onlyInputsAndParametersHaveNames() {
    Node relu = Node.of(new Relu(), Node.input("a", SHAPE));
    assertEquals(
        "Relu has no name of its own",
        assertThrows(IllegalArgumentException.class, () -> Graph.label(relu)).getMessage());
  }

  @Test
  void aStrangersNodeHasNoPosition() {
    Graph graph = Graph.of(Node.input("a", SHAPE));
    Node stranger = Node.input("a", SHAPE);
    assertEquals(
        "Input[label=a, shape=[1, 3, 5, 2]] → [1, 3, 5, 2] is not a node of this graph",
        assertThrows(IllegalArgumentException.class, () -> graph.position(stranger)).getMessage());
  }
}
