package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.Backend;
import org.cirr.backend.Backends;
import org.cirr.backend.OpCases;
import org.cirr.backend.OpContract;
import org.cirr.backend.Program;
import org.cirr.backend.cpu.AttentionLayout;
import org.cirr.backend.cpu.Step;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Attention;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomTensors;

/**
 * Attention on tensor cores, with two kinds of values. <em>Exact</em> ones: queries, keys and
 * biases are whole numbers and the scale is log 2, so all weights are powers of two, which no
 * rounding changes, and the result must be what scalar gives, to float32's last bits. <em>Any</em>
 * values, rounded like the tensor cores' factors: then the weights' rounding is left.
 */
final class TensorAttentionCases {
  private static final double LOG_2 = Math.log(2);

  private TensorAttentionCases() {}

  /** What an input is. */
  private enum Role {
    QUERIES,
    KEYS,
    VALUES,
    PACKED,
    BIAS,
    REGIONS
  }

  private static Shape s(int... extents) {
    return Shape.of(extents);
  }

  /** The contract's cases that tensor cores take, and some of more awkward shapes. */
  static List<OpCases.Case> all() {
    List<OpCases.Case> cases = new ArrayList<>();
    for (OpCases.Case test : OpCases.all()) {
      if (test.op() instanceof Attention && plan(test, Arithmetic.TF32) != null) {
        cases.add(test);
      }
    }
    cases.addAll(awkward());
    return cases;
  }

  /** Windows with bias and regions; odd numbers of everything; blocks that do not fit as usual. */
  static List<OpCases.Case> awkward() {
    List<OpCases.Case> cases = new ArrayList<>();
    Attention two = Attention.of(2, 16);
    for (int[] size : new int[][] {{1, 16, 16}, {12, 49, 16}, {2, 65, 17}, {3, 63, 33}}) {
      Attention op = new Attention(3, 1, true, true);
      List<Shape> extra = List.of(s(3, size[1], size[1]), s(size[0], size[1]));
      cases.add(test(op, List.of(s(size[0], size[1], 9 * size[2])), extra));
    }
    cases.add(three(two, 1, 129, 65, 24, 200)); // two blocks of channels
    cases.add(three(two, 2, 70, 33, 130, 65));
    cases.add(three(Attention.of(1, 1), 1, 33, 97, 300, 72)); // fewer warps in a block
    cases.add(three(Attention.of(1, 1), 1, 40, 70, 300, 3)); // and fewer keys at a time
    cases.add(three(two, 1, 300, 3, 16, 16));
    return cases;
  }

  private static OpCases.Case three(
      Attention op, int n, int queries, int keys, int depth, int width) {
    int heads = op.heads();
    return test(
        op,
        List.of(s(n, queries, heads * depth), s(n, keys, heads * depth), s(n, keys, heads * width)),
        List.of());
  }

  private static OpCases.Case test(Attention op, List<Shape> inputs, List<Shape> parameters) {
    return new OpCases.Case(op, inputs, parameters, null, 100);
  }

  /** The kernel's plan; null where a case is left to float32. */
  static TensorAttention plan(OpCases.Case test, Arithmetic arithmetic) {
    Node node = TensorCases.graph(test).outputs().get(0);
    Step step = Step.of(node);
    return TensorAttention.of(AttentionLayout.of((Attention) test.op(), step), arithmetic);
  }

  private static Role role(Attention op, int inputs, int index) {
    boolean packed = op.packed(inputs);
    if (index < (packed ? 1 : 3)) {
      return packed ? Role.PACKED : Role.values()[index];
    }
    return op.bias() && index == (packed ? 1 : 3) ? Role.BIAS : Role.REGIONS;
  }

  /** The values of an input. */
  private static Tensor values(
      Role role, Shape shape, int seed, Arithmetic rounded, boolean exact) {
    Tensor values = RandomTensors.normal(shape, seed);
    int channels = shape.dim(-1);
    for (int i = 0; i < values.array().length; i++) {
      float x = values.array()[i];
      Role own = role == Role.PACKED ? Role.values()[i % channels / (channels / 3)] : role;
      values.array()[i] =
          switch (own) {
            case QUERIES, KEYS -> exact ? Math.round(x / 2) : TensorCases.rounded(x, rounded);
            case BIAS -> exact ? (float) (Math.round(x) * LOG_2) : x;
            case REGIONS -> Math.round(x);
            default -> TensorCases.rounded(x, rounded);
          };
    }
    return values;
  }

  /** A case with values for all its inputs and parameters. */
  private record Filled(Graph graph, List<Tensor> inputs, List<Tensor> parameters) {
    static Filled of(OpCases.Case test, Arithmetic arithmetic, boolean exact) {
      Attention op = (Attention) test.op();
      Attention scaled = new Attention(op.heads(), LOG_2, op.bias(), op.regions());
      OpCases.Case own = test(exact ? scaled : op, test.inputs(), test.parameters());
      List<Shape> shapes = new ArrayList<>(test.inputs());
      shapes.addAll(test.parameters());
      List<Tensor> all = new ArrayList<>();
      for (int i = 0; i < shapes.size(); i++) {
        all.add(values(role(op, shapes.size(), i), shapes.get(i), i + 1, arithmetic, exact));
      }
      int inputs = test.inputs().size();
      return new Filled(TensorCases.graph(own), all.subList(0, inputs), all);
    }

    float[] run(Backend backend) {
      Function<String, Tensor> byName =
          name -> parameters.get(Integer.parseInt(name.substring(name.indexOf(' ') + 1)));
      Program program = backend.compile(graph, byName);
      float[] first = program.run(inputs, Workers.single()).get(0).array();
      float[] second = program.run(inputs, Workers.single()).get(0).array();
      assertArrayEquals(first, second, "two runs differ");
      return first;
    }

    /** The same with all values positive. */
    Filled positive() {
      boolean packed = inputs.size() < 3;
      Tensor old = inputs.get(packed ? 0 : 2);
      Tensor positive = Tensor.zeros(old.shape());
      int channels = old.shape().dim(-1);
      for (int i = 0; i < old.array().length; i++) {
        boolean value = !packed || i % channels >= channels / 3 * 2;
        positive.array()[i] = value ? Math.abs(old.array()[i]) : old.array()[i];
      }
      List<Tensor> changed = new ArrayList<>(inputs);
      changed.set(packed ? 0 : 2, positive);
      return new Filled(graph, changed, parameters);
    }
  }

  /** Asserts that a backend gives what the scalar backend gives, twice the same. */
  static void check(Backend backend, Arithmetic arithmetic, OpCases.Case test) {
    Filled filled = Filled.of(test, arithmetic, true);
    float[] expected = filled.run(Backends.of("scalar"));
    OpContract.assertClose(expected, filled.run(backend), OpContract.tolerance(test), test);
  }

  /**
   * Asserts it of weights that are rounded: each by at most half of its last bit's value, u times
   * itself, so a mean value is wrong by at most u times the mean of the absolute values.
   */
  static void checkRounded(Backend backend, Arithmetic arithmetic, OpCases.Case test) {
    Filled filled = Filled.of(test, arithmetic, false);
    float[] expected = filled.run(Backends.of("scalar"));
    float[] bounds = filled.positive().run(Backends.of("scalar"));
    float[] actual = filled.run(backend);
    assertEquals(expected.length, actual.length);
    double unit = arithmetic == Arithmetic.BF16 ? 0x1p-8 : 0x1p-11;
    double largest = 0;
    for (float bound : bounds) {
      largest = Math.max(largest, bound);
    }
    double rest = OpContract.tolerance(test) * largest;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs(expected[i] - (double) actual[i]);
      assertTrue(
          difference <= unit * bounds[i] + rest,
          test + ": " + actual[i] + " for " + expected[i] + " at " + i);
    }
  }
}
