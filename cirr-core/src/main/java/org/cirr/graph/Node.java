package org.cirr.graph;

import java.util.ArrayList;
import java.util.List;
import org.cirr.op.Input;
import org.cirr.op.Op;
import org.cirr.op.Parameter;
import org.cirr.tensor.Shape;

/**
 * One value of a network: an op applied to the values of other nodes.
 *
 * <p>Networks are written by applying ops to nodes; nothing else is recorded anywhere:
 *
 * <pre>{@code
 * Node x = Node.input("image", Shape.of(1, 16, 64, 64, 1));
 * Node weight = Node.parameter("conv.weight", Shape.of(8, 1, 3, 3, 3));
 * Node y = Node.of(new LeakyRelu(0.01), Node.of(Conv.same(kernel, stride), x, weight));
 * }</pre>
 *
 * <p>Immutable; two nodes are equal only if they are the same object.
 */
public final class Node {
  private final Op op;
  private final List<Node> inputs;
  private final Shape shape;

  private Node(Op op, List<Node> inputs, Shape shape) {
    this.op = op;
    this.inputs = inputs;
    this.shape = shape;
  }

  /**
   * The op applied to the given nodes.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} from {@link Op#infer} when they do not fit.
   */
  public static Node of(Op op, Node... inputs) {
    return of(op, List.of(inputs));
  }

  /** The op applied to the given nodes. */
  public static Node of(Op op, List<Node> inputs) {
    List<Shape> shapes = new ArrayList<>(inputs.size());
    for (Node input : inputs) {
      shapes.add(input.shape);
    }
    return new Node(op, List.copyOf(inputs), op.infer(shapes));
  }

  /** A tensor that is handed in for each run. */
  public static Node input(String label, Shape shape) {
    return of(new Input(label, shape));
  }

  /** A trained tensor, bound by name. */
  public static Node parameter(String label, Shape shape) {
    return of(new Parameter(label, shape));
  }

  /** What is computed. */
  public Op op() {
    return op;
  }

  /** The nodes it is computed from. */
  public List<Node> inputs() {
    return inputs;
  }

  /** The shape of the value. */
  public Shape shape() {
    return shape;
  }

  /** The shapes of the inputs. */
  public List<Shape> inputShapes() {
    return inputs.stream().map(Node::shape).toList();
  }

  @Override
  public String toString() {
    return op + " → " + shape;
  }
}
