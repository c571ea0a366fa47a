package org.cirr.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Add;
import org.cirr.op.Op;
import org.cirr.op.Relu;
import org.cirr.op.Sigmoid;
import org.cirr.tensor.Shape;
import org.cirr.testing.RandomGraphs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MemoryPlanTest {
  private static final Shape SHAPE = Shape.of(1, 4, 4, 2);

  /** Kernels that are never made: the plan only asks what they could do. */
  private record Rules(boolean fuse, boolean overwrite) implements KernelFactory {
    @Override
    public String backend() {
      return "rules";
    }

    @Override
    public boolean fuses(Node node, Op activation) {
      return fuse;
    }

    @Override
    public boolean inPlace(Step step) {
      return overwrite;
    }

    @Override
    public Kernel create(Step step) {
      throw new UnsupportedOperationException();
    }
  }

  private static final List<Rules> ALL_RULES =
      List.of(
          new Rules(false, false),
          new Rules(false, true),
          new Rules(true, false),
          new Rules(true, true));

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  /** A value in the arena: where, and from which to which step it must stay. */
  private record Value(Node node, Step step, long from, long to, int birth, int death) {
    boolean together(Value other) {
      return birth <= other.death && other.birth <= death;
    }

    /** Whether this value was written over the other, which was read for the last time. */
    boolean tookOver(Value other, KernelFactory factory) {
      return birth == other.death
          && !step.parts().isEmpty()
          && step.parts().get(0).source() == other.node
          && factory.inPlace(step)
          && node.shape().elements() == other.node.shape().elements()
          && from == other.from;
    }
  }

  private static List<Value> values(Graph graph, CpuPlan plan) {
    Map<Node, Integer> lastRead = new IdentityHashMap<>();
    for (int time = 0; time < plan.steps().size(); time++) {
      for (Node input : plan.steps().get(time).reads()) {
        lastRead.put(input, time);
      }
    }
    List<Value> values = new ArrayList<>();
    for (int time = 0; time < plan.steps().size(); time++) {
      Node result = plan.steps().get(time).result();
      long offset = plan.memory().offset(result);
      boolean output = graph.outputs().stream().anyMatch(node -> node == result);
      assertEquals(output, offset < 0, "outputs, and only they, lie outside the arena");
      if (!output) {
        int death = Math.max(time, lastRead.getOrDefault(result, time));
        long end = offset + result.shape().elements();
        values.add(new Value(result, plan.steps().get(time), offset, end, time, death));
      }
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void noTwoValuesThatAreNeededAtOnceOverlap(long seed) {
    Graph graph = RandomGraphs.of(seed, 5 + (int) (seed % 40));
    for (Rules rules : ALL_RULES) {
      CpuPlan plan = new CpuPlan(graph, rules);
      List<Value> values = values(graph, plan);
      for (Value a : values) {
        assertTrue(a.from >= 0 && a.to <= plan.memory().length(), () -> "seed " + seed + ": " + a);
        for (Value b : values) {
          boolean apart = a.to <= b.from || b.to <= a.from;
          assertTrue(
              a == b || apart || !a.together(b) || a.tookOver(b, rules) || b.tookOver(a, rules),
              () -> "seed " + seed + ", " + rules + ": " + a + " overlaps " + b);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theArenaIsAtLeastWhatIsNeededAtOnceAndAtMostTheSumOfAll(long seed) {
    Graph graph = RandomGraphs.of(seed, 5 + (int) (seed % 40));
    for (Rules rules : ALL_RULES) {
      CpuPlan plan = new CpuPlan(graph, rules);
      List<Value> values = values(graph, plan);
      long sum = 12;
      for (Value value : values) {
        sum += (value.to - value.from + 15) / 16 * 16;
      }
      assertTrue(plan.memory().length() <= sum, "seed " + seed);
      for (int time = 0; time < plan.steps().size(); time++) {
        long needed = 0;
        for (Value value : values) {
          boolean alive = value.birth <= time && time <= value.death;
          int now = time;
          boolean takenOver =
              value.death == now
                  && values.stream().anyMatch(v -> v.birth == now && v.tookOver(value, rules));
          needed += alive && !takenOver ? value.to - value.from : 0;
        }
        assertTrue(plan.memory().length() >= needed, "seed " + seed + " at step " + time);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void onePlanIsLikeAnother(long seed) {
    Graph graph = RandomGraphs.of(seed, 20);
    MemoryPlan first = new CpuPlan(graph, ALL_RULES.get(3)).memory();
    MemoryPlan second = new CpuPlan(graph, ALL_RULES.get(3)).memory();
    assertEquals(first.length(), second.length());
    for (Node node : graph.nodes()) {
      assertEquals(first.offset(node), second.offset(node), "seed " + seed);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyStepComesAfterWhatItReads(long seed) {
    Graph graph = RandomGraphs.of(seed, 30);
    for (Rules rules : ALL_RULES) {
      List<Node> made = new ArrayList<>(graph.inputs());
      for (Step step : new CpuPlan(graph, rules).steps()) {
        assertTrue(made.containsAll(step.reads()), "seed " + seed);
        made.add(step.result());
      }
      assertTrue(
          graph.outputs().stream()
              .allMatch(node -> made.contains(node) || graph.parameters().contains(node)),
          "seed " + seed);
    }
  }

  @Test
  void aChainNeedsTwoBuffersOrOneInPlace() {
    Node node = Node.input("x", SHAPE);
    for (int i = 0; i < 10; i++) {
      node = Node.of(new Sigmoid(), node);
    }
    Graph graph = Graph.of(node);
    assertEquals(12 + 2 * 32, new CpuPlan(graph, new Rules(false, false)).memory().length());
    assertEquals(12 + 32, new CpuPlan(graph, new Rules(false, true)).memory().length());
  }

  @Test
  void aValueThatIsReadLaterIsNotWrittenOver() {
    Node a = Node.of(new Sigmoid(), Node.input("x", SHAPE));
    Node b = Node.of(new Relu(), a);
    Node c = Node.of(new Sigmoid(), Node.of(new Add(), b, a));
    CpuPlan plan = new CpuPlan(Graph.of(c), new Rules(false, true));
    assertNotEquals(plan.memory().offset(a), plan.memory().offset(b));
    // the sum may take over its first input, b, but not the second
    assertEquals(plan.memory().offset(b), plan.memory().offset(plan.steps().get(2).result()));
  }

  @Test
  void anActivationIsFusedOnlyWhereNobodyElseNeedsTheValueBeforeIt() {
    Rules rules = new Rules(true, false);
    Node x = Node.input("x", SHAPE);
    Node sum = Node.of(new Add(), x, x);
    Node relu = Node.of(new Relu(), sum);
    List<Step> fused = new CpuPlan(Graph.of(relu), rules).steps();
    assertEquals(1, fused.size());
    assertEquals("Add + Relu", fused.get(0).title());
    assertEquals(2, new CpuPlan(Graph.of(relu, sum), rules).steps().size());
    Node both = Node.of(new Add(), relu, sum);
    assertEquals(3, new CpuPlan(Graph.of(both), rules).steps().size());
    assertEquals(-1, new CpuPlan(Graph.of(relu), rules).memory().offset(sum));
  }

  @Test
  void anEmptyPlanNeedsAlmostNothing() {
    Node x = Node.input("x", SHAPE);
    CpuPlan plan = new CpuPlan(Graph.of(x), new Rules(true, true));
    assertEquals(0, plan.steps().size());
    assertEquals(12, plan.memory().length());
    assertEquals(-1, plan.memory().offset(x));
  }
}
