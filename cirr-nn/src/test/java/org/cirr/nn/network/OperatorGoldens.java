package org.cirr.nn.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.cirr.backend.BackendReport;
import org.cirr.backend.Backends;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.nn.GoldenNetworks;
import org.cirr.nn.gradient.Gradients;
import org.cirr.nn.gradient.Terms;
import org.cirr.op.Input;
import org.cirr.op.Op;
import org.cirr.op.Parameter;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/** The cases of one family of operators that PyTorch computed in double, run on every backend. */
public final class OperatorGoldens {
  /** Relative to the largest value: the scalar backend rounds once. */
  private static final double SCALAR_TOLERANCE = 2e-7;

  /** Float sums of up to a few thousand products. */
  private static final double TOLERANCE = 2e-6;

  private final Map<String, Tensor> golden;
  private final List<JsonObject> cases = new ArrayList<>();

  /** Gradients go through several ops, each of which rounds. */
  private static final double GRADIENT_ROUNDINGS = 6;

  /** How many roundings a forward pass may have. */
  private double roundings = 1;

  /** The gradients that were compared. */
  private int gradients;

  /** The cases that were run, by PyTorch's name of the op. */
  private final Map<String, Integer> ran = new TreeMap<>();

  /** A family, or a skipped test. */
  public OperatorGoldens(String family) {
    golden = GoldenNetworks.tensors("operators/" + family);
    GoldenNetworks.manifest("operators/" + family)
        .getAsJsonArray("cases")
        .forEach(test -> cases.add(test.getAsJsonObject()));
  }

  /** For what is made of several ops. */
  public OperatorGoldens withRoundings(double count) {
    roundings = count;
    return this;
  }

  public List<JsonObject> cases() {
    return cases;
  }

  /**
   * Which cases were run, and how many gradients were compared with PyTorch's.
   *
   * @param count of gradients, one per input that has one
   */
  public void assertRan(String expected, int count) {
    assertEquals(expected, ran.toString());
    assertEquals(count, gradients, "gradients that were compared");
  }

  public static String op(JsonObject test) {
    return test.get("op").getAsString();
  }

  public static JsonObject attrs(JsonObject test) {
    return test.getAsJsonObject("attrs");
  }

  public static boolean has(JsonObject test, String input) {
    return test.getAsJsonObject("inputs").has(input);
  }

  public static JsonObject input(JsonObject test, String name) {
    return test.getAsJsonObject("inputs").getAsJsonObject(name);
  }

  public static Shape shape(JsonObject test, String name) {
    return GoldenNetworks.shape(input(test, name).get("shape"));
  }

  public static Shape outputShape(JsonObject test, String name) {
    return GoldenNetworks.shape(output(test, name).get("shape"));
  }

  private static JsonObject output(JsonObject test, String name) {
    return test.getAsJsonObject("outputs").getAsJsonObject(name);
  }

  /** What PyTorch computed, as stored: channels first. */
  public Tensor expected(JsonObject test, String name) {
    return golden.get(output(test, name).get("tensor").getAsString());
  }

  public static List<Integer> ints(JsonObject attrs, String name, int rank) {
    JsonElement value = attrs.get(name);
    if (!value.isJsonArray()) {
      return Collections.nCopies(rank, value.getAsInt());
    }
    List<Integer> ints = new ArrayList<>();
    value.getAsJsonArray().forEach(one -> ints.add(one.getAsInt()));
    return ints;
  }

  /** An input by the fill rule; integers where the manifest says how many there are. */
  public static Tensor filled(JsonObject test, String name) {
    JsonObject input = input(test, name);
    String key = input.get("key").getAsString();
    Shape shape = shape(test, name);
    if (input.has("K")) {
      Tensor unit = GoldenNetworks.fill(key, shape, 1, 1, 0);
      for (int i = 0; i < unit.array().length; i++) {
        long k = Math.round((unit.array()[i] + 1.0) * (1 << 23));
        unit.array()[i] = k * input.get("K").getAsLong() >>> 24;
      }
      return unit;
    }
    return GoldenNetworks.fill(
        key, shape, 1, input.get("a").getAsDouble(), input.get("b").getAsDouble());
  }

  /** An input of the graph named as in the manifest; {@link #compare} fills it. */
  public static Node data(JsonObject test, String name) {
    return Node.input(name, shape(test, name));
  }

  /** A parameter of the graph named as in the manifest. */
  public static Node trained(JsonObject test, String name) {
    return Node.parameter(name, shape(test, name));
  }

  /** Runs the op on activations (x, other), turned to channels last, and parameters (the rest). */
  public void run(JsonObject test, Op op, String... names) {
    List<Node> nodes = new ArrayList<>();
    for (String name : names) {
      if (has(test, name)) {
        boolean data = name.equals("x") || name.equals("other");
        nodes.add(
            data ? Node.input(name, activation(filled(test, name)).shape()) : trained(test, name));
      }
    }
    compare(test, "y", Node.of(op, nodes), OperatorGoldens::activation);
  }

  /** Runs the op on all inputs as they are: x and other from the caller, the rest trained. */
  public void runPlain(JsonObject test, Op op, String... names) {
    List<Node> nodes = new ArrayList<>();
    for (String name : names) {
      if (has(test, name)) {
        boolean data = name.equals("x") || name.equals("other");
        nodes.add(data ? data(test, name) : trained(test, name));
      }
    }
    compare(test, "y", Node.of(op, nodes), tensor -> tensor);
  }

  /** Channels last, with a spatial axis where there is none. */
  public static Tensor activation(Tensor tensor) {
    Shape shape = tensor.shape();
    return shape.rank() == 2
        ? tensor.reshape(Shape.of(shape.dim(0), 1, shape.dim(1)))
        : GoldenNetworks.channelsLast(tensor);
  }

  /**
   * Compares a node with PyTorch's output.
   *
   * @param turn what is done to the manifest's inputs and output first
   */
  public void compare(JsonObject test, String name, Node node, UnaryOperator<Tensor> turn) {
    ran.merge(op(test), 1, Integer::sum);
    Graph graph = Graph.of(node);
    Tensor expected = turn.apply(expected(test, name));
    List<Tensor> inputs =
        graph.inputs().stream().map(input -> turn.apply(filled(test, Graph.label(input)))).toList();
    for (BackendReport backend : Backends.report()) {
      if (backend.available()) {
        Tensor actual =
            Backends.of(backend.name())
                .compile(graph, label -> filled(test, label))
                .run(inputs, Workers.of(2))
                .get(0);
        assertClose(test, name, expected, actual, backend.name(), roundings);
      }
    }
    JsonObject upstream = test.getAsJsonObject("upstream");
    if (upstream != null && upstream.size() == 1 && upstream.has(name)) {
      compareGradients(test, name, node, turn);
    }
  }

  /** The gradients of the sum of all outputs times PyTorch's weights. */
  private void compareGradients(
      JsonObject test, String name, Node node, UnaryOperator<Tensor> turn) {
    JsonObject expected = test.getAsJsonObject("grads");
    List<Node> by = new ArrayList<>();
    for (Node leaf : Graph.of(node).nodes()) {
      boolean named = leaf.op() instanceof Input || leaf.op() instanceof Parameter;
      if (named && expected.has(Graph.label(leaf))) {
        by.add(leaf);
      }
    }
    JsonObject dy = test.getAsJsonObject("upstream").getAsJsonObject(name);
    Shape shape = GoldenNetworks.shape(dy.get("shape"));
    Tensor weights = GoldenNetworks.fill(dy.get("key").getAsString(), shape, 1, 1, 0);
    Node given = Node.input("upstream of the output", node.shape());
    Graph graph = Gradients.of(Terms.sum(Terms.times(node, given)), by).graph();
    List<Tensor> inputs =
        graph.inputs().stream()
            .map(input -> turn.apply(input == given ? weights : filled(test, Graph.label(input))))
            .toList();
    for (BackendReport backend : Backends.report()) {
      if (backend.available()) {
        List<Tensor> actual =
            Backends.of(backend.name())
                .compile(graph, label -> filled(test, label))
                .run(inputs, Workers.of(2));
        for (int i = 0; i < by.size(); i++) {
          String label = Graph.label(by.get(i));
          JsonObject stored = expected.getAsJsonObject(label);
          Tensor gradient = golden.get(stored.get("tensor").getAsString());
          Tensor turned = by.get(i).op() instanceof Input ? turn.apply(gradient) : gradient;
          String what = "grad_" + label;
          assertClose(
              test,
              what,
              turned,
              actual.get(i + 1),
              backend.name(),
              roundings * GRADIENT_ROUNDINGS);
        }
      }
    }
    gradients += by.size();
  }

  private static void assertClose(
      JsonObject test,
      String name,
      Tensor expected,
      Tensor actual,
      String backend,
      double roundings) {
    double largest = 1;
    double torch = 0;
    if (test.getAsJsonObject("max_abs").has(name)) {
      largest = Math.max(1e-3, test.getAsJsonObject("max_abs").get(name).getAsDouble());
      torch = test.getAsJsonObject("torch_f32_rel_dev").get(name).getAsDouble();
    }
    String what = test.get("case").getAsString() + " " + name + " on " + backend;
    assertEquals(expected.shape(), actual.shape(), what);
    double relative =
        backend.equals("scalar")
            ? (roundings == 1 ? SCALAR_TOLERANCE : Math.max(SCALAR_TOLERANCE * roundings, torch))
            : Math.max(TOLERANCE * (roundings == 1 ? 1 : 2), 10 * torch);
    double bound = relative * largest;
    for (int i = 0; i < actual.array().length; i++) {
      double difference = Math.abs(expected.array()[i] - (double) actual.array()[i]);
      int at = i;
      assertTrue(
          difference <= bound,
          () -> what + " at " + at + ": " + actual.array()[at] + " is not " + expected.array()[at]);
    }
  }
}
