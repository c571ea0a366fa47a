package org.cirr.nn.gradient;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.cirr.backend.BackendReport;
import org.cirr.backend.Backends;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.ArgMax;
import org.cirr.op.Op;
import org.cirr.op.PointwiseGradient;
import org.cirr.op.Relu;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every gradient rule against differences of the scalar backend's forward pass.
 *
 * <p>The scalar backend computes in double and rounds each value once; the loss is summed in double
 * here. Inputs and steps are multiples of 1/64, so that no step is rounded. Differences of six
 * values, {@code (−f₋₃ + 9f₋₂ − 45f₋₁ + 45f₁ − 9f₂ + f₃) / 60h}, are exact for polynomials of
 * degree 6: what remains at h = 1/64 is the rounding of the outputs, some 1e-5.
 */
class GradientRulesTest {
  private static final long SEED = 20261122;
  private static final double STEP = 1 / 64.0;
  private static final int[] FACTORS = {-1, 9, -45, 45, -9, 1};
  private static final int[] STEPS = {-3, -2, -1, 1, 2, 3};

  /** Relative to the largest gradient of the tensor, at least 1. */
  private static final double TOLERANCE = 4e-5;

  /** Single values that are stepped in each tensor, beside one step of all of them. */
  private static final int SINGLE = 8;

  static Stream<RuleCases.Case> cases() {
    return RuleCases.all().stream();
  }

  @Test
  void everyOpOfTheSealedSetHasARuleOrAReasonForNone() {
    Set<String> missing = new TreeSet<>();
    Set<String> tested = new TreeSet<>();
    RuleCases.all().forEach(test -> tested.add(test.op().name()));
    for (Class<?> op : Op.class.getPermittedSubclasses()) {
      boolean refused = GradientRules.refusal(op).isPresent();
      boolean ruled = GradientRules.knows(op);
      boolean special =
          Set.of("Constant", "Input", "Parameter", "Detach").contains(op.getSimpleName());
      if (!refused && !special && !(ruled && tested.contains(op.getSimpleName()))) {
        missing.add(op.getSimpleName());
      }
      assertTrue(!refused || !ruled, op + " is refused and has a rule");
    }
    assertEquals(Set.of(), missing, "ops without a rule in GradientRules or a case in RuleCases");
  }

  @Test
  void opsWithoutAGradientAreRefusedByName() {
    Node x = Node.input("x", Shape.of(3, 2));
    Node number = Terms.sum(Node.of(new ArgMax(), x));
    assertEquals(
        "ArgMax has no gradient: its whole numbers change in steps: put Detach behind it to stop"
            + " there",
        assertThrows(UnsupportedOperationException.class, () -> Gradients.of(number, List.of(x)))
            .getMessage());
    Node twice = Terms.sum(Node.of(new PointwiseGradient(new Relu()), x, x));
    assertEquals(
        "PointwiseGradient has no gradient: it belongs to a gradient, and gradients of gradients"
            + " are not there yet",
        assertThrows(UnsupportedOperationException.class, () -> Gradients.of(twice, List.of(x)))
            .getMessage());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void gradientsAreDifferences(RuleCases.Case test) {
    List<Node> leaves = new ArrayList<>();
    List<Tensor> values = new ArrayList<>();
    for (int i = 0; i < test.leaves().size(); i++) {
      RuleCases.Leaf leaf = test.leaves().get(i);
      leaves.add(
          leaf.trained()
              ? Node.parameter("p" + i, leaf.shape())
              : Node.input("p" + i, leaf.shape()));
      values.add(values(leaf, SEED + i));
    }
    Node y = Node.of(test.op(), leaves);
    y = test.behind() == null ? y : Node.of(test.behind(), y);
    Tensor weights = values(new RuleCases.Leaf(y.shape(), RuleCases.Values.PLAIN, false), SEED - 1);
    Node loss = Terms.sum(Terms.times(y, Node.input("weights", y.shape())));
    List<Integer> by = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      boolean stored = test.op().name().equals("BatchNorm") && i > 2;
      if (test.leaves().get(i).values() != RuleCases.Values.NUMBERS && !stored) {
        by.add(i);
      }
    }
    Graph forward = Graph.of(y);
    Graph both = Gradients.of(loss, by.stream().map(leaves::get).toList()).graph();
    for (BackendReport backend : Backends.report()) {
      if (backend.available()) {
        List<Tensor> gradients = run(backend.name(), both, values, weights);
        for (int k = 0; k < by.size(); k++) {
          String what = test + " input " + by.get(k) + " on " + backend.name() + ", seed " + SEED;
          check(forward, values, weights, by.get(k), gradients.get(k + 1).array(), what);
        }
      }
    }
  }

  private static void check(
      Graph forward,
      List<Tensor> values,
      Tensor weights,
      int input,
      float[] gradient,
      String what) {
    double largest = 1;
    for (float value : gradient) {
      largest = Math.max(largest, Math.abs(value));
    }
    Random random = new Random(SEED);
    for (int k = 0; k <= Math.min(SINGLE, gradient.length); k++) {
      int[] direction = new int[gradient.length];
      if (k == 0) {
        java.util.Arrays.setAll(direction, i -> random.nextBoolean() ? 1 : -1);
      } else {
        direction[gradient.length <= SINGLE ? k - 1 : random.nextInt(gradient.length)] = 1;
      }
      double expected = 0;
      for (int i = 0; i < STEPS.length; i++) {
        List<Tensor> stepped = new ArrayList<>(values);
        stepped.set(input, stepped(values.get(input), direction, STEPS[i] * STEP));
        expected += FACTORS[i] * loss(forward, stepped, weights) / (60 * STEP);
      }
      double actual = 0;
      int terms = 0;
      for (int i = 0; i < direction.length; i++) {
        actual += direction[i] * (double) gradient[i];
        terms += Math.abs(direction[i]);
      }
      double bound = TOLERANCE * largest * Math.sqrt(terms);
      String at = what + (k == 0 ? ", all values" : ", one value");
      assertEquals(expected, actual, bound, at);
    }
  }

  private static Tensor stepped(Tensor tensor, int[] direction, double step) {
    float[] array = tensor.array().clone();
    for (int i = 0; i < array.length; i++) {
      array[i] += (float) (direction[i] * step);
    }
    return Tensor.of(tensor.shape(), array);
  }

  private static double loss(Graph forward, List<Tensor> values, Tensor weights) {
    float[] y = run("scalar", forward, values, weights).get(0).array();
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      sum += (double) y[i] * weights.array()[i];
    }
    return sum;
  }

  private static List<Tensor> run(
      String backend, Graph graph, List<Tensor> values, Tensor weights) {
    List<Tensor> inputs =
        graph.inputs().stream()
            .map(Graph::label)
            .map(label -> label.equals("weights") ? weights : values.get(number(label)))
            .toList();
    return Backends.of(backend)
        .compile(graph, label -> values.get(number(label)))
        .run(inputs, Workers.single());
  }

  private static int number(String label) {
    return Integer.parseInt(label.substring(1));
  }

  private static Tensor values(RuleCases.Leaf leaf, long seed) {
    Random random = new Random(seed);
    Tensor tensor = Tensor.zeros(leaf.shape());
    float[] array = tensor.array();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < array.length; i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    for (int i = 0; i < array.length; i++) {
      array[i] =
          switch (leaf.values()) {
            case PLAIN -> (random.nextInt(257) - 128) / 64f;
            case POSITIVE -> 1 + random.nextInt(129) / 64f;
            case APART -> (order.get(i) - array.length / 2 + 0.5f) / 4;
            case SMALL -> (random.nextInt(33) - 16) / 64f;
            case SIDES -> i % 2 == 0 ? 2 : -2;
            case NUMBERS -> random.nextInt(5);
          };
    }
    return tensor;
  }
}
