package org.cirr.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Concat;
import org.cirr.op.Conv;
import org.cirr.op.InstanceNorm;
import org.cirr.op.LeakyRelu;
import org.cirr.op.Op;
import org.cirr.op.Sigmoid;
import org.cirr.op.Slice;
import org.cirr.tensor.Shape;
import org.cirr.testing.RandomGraphs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FusionTest {
  private static final Shape SHAPE = Shape.of(1, 4, 4, 2);

  /** Kernels that are never made: convolutions that read and leave whatever can be deferred. */
  private static final KernelFactory FACTORY =
      new KernelFactory() {
        @Override
        public String backend() {
          return "rules";
        }

        @Override
        public boolean fuses(Node node, Op activation) {
          return node.op() instanceof InstanceNorm;
        }

        @Override
        public boolean inPlace(Step step) {
          return step.node().op() instanceof InstanceNorm;
        }

        @Override
        public boolean readsRaw(Node node) {
          return node.op() instanceof Conv;
        }

        @Override
        public boolean readsParts(Node node) {
          return node.op() instanceof Conv;
        }

        @Override
        public boolean writesSlices(Node node, int channels) {
          return node.op() instanceof Conv;
        }

        @Override
        public long statisticsLength(Step step) {
          return step.node().op() instanceof Conv ? 40 : 0;
        }

        @Override
        public long tableLength(Node norm) {
          return 24;
        }

        @Override
        public long sharedLength(Step step) {
          return step.node().op() instanceof Conv || step.node().op() instanceof InstanceNorm
              ? 50
              : 0;
        }

        @Override
        public Kernel create(Step step) {
          throw new UnsupportedOperationException();
        }
      };

  private int weights;

  private Node conv(Node input) {
    int channels = input.shape().dim(-1);
    Node weight = Node.parameter("w" + weights++, Shape.of(2, channels, 3, 3));
    return Node.of(Conv.of(new int[] {1, 1}, new int[] {1, 1}), input, weight);
  }

  private static Node norm(Node input) {
    return Node.of(new LeakyRelu(0.01), Node.of(new InstanceNorm(1e-5), input));
  }

  private static List<Step> steps(Node... outputs) {
    return new CpuPlan(Graph.of(outputs), FACTORY).steps();
  }

  @Test
  void aNormBetweenConvolutionsIsATableThatTheSecondOneApplies() {
    Node raw = conv(Node.input("x", SHAPE));
    List<Step> steps = steps(conv(norm(raw)));
    assertEquals(3, steps.size());
    assertTrue(steps.get(0).leavesStatistics());
    assertTrue(steps.get(1).makesTable());
    assertEquals(40, steps.get(1).statisticsLength());
    assertEquals(List.of(), steps.get(1).parts());
    Part part = steps.get(2).parts().get(0);
    assertEquals(raw, part.source());
    assertEquals(steps.get(1).node(), part.norm());
    assertTrue(part.activation() instanceof LeakyRelu);
  }

  @Test
  void aNormThatAnythingElseReadsIsApplied() {
    Node normed = norm(conv(Node.input("x", SHAPE)));
    for (List<Step> steps :
        List.of(steps(conv(normed), Node.of(new Sigmoid(), normed)), steps(normed, conv(normed)))) {
      Step norm = steps.get(1);
      assertFalse(norm.makesTable());
      assertEquals(40, norm.statisticsLength());
      assertEquals(1, norm.parts().size());
      assertTrue(steps.get(2).parts().get(0).isPlain());
    }
  }

  @Test
  void aConcatenationOfChannelsIsReadInParts() {
    Node x = Node.input("x", SHAPE);
    Node skip = conv(x);
    List<Step> steps = steps(conv(Node.of(new Concat(), norm(skip), x)));
    List<Part> parts = steps.get(steps.size() - 1).parts();
    assertEquals(3, steps.size());
    assertEquals(List.of(skip, x), parts.stream().map(Part::source).toList());
    assertNull(parts.get(1).norm());
  }

  @Test
  void aConcatenationAlongAnotherAxisOrForAnotherReaderIsWritten() {
    Node x = Node.input("x", SHAPE);
    Node rows = Node.of(new Concat(1), x, x);
    assertEquals(2, steps(conv(rows)).size());
    Node channels = Node.of(new Concat(), x, x);
    assertEquals(3, steps(conv(channels), Node.of(new Sigmoid(), channels)).size());
  }

  private static Node slice(Node of, int from, int to) {
    return Node.of(Slice.along(of.shape().rank() - 1, from, to, of.shape().rank()), of);
  }

  @Test
  void slicesOfChannelsLieOneAfterAnotherWhereTheyAreWritten() {
    Node both = conv(Node.input("x", SHAPE));
    Node first = slice(both, 0, 1);
    Node second = slice(both, 1, 2);
    Graph graph = Graph.of(Node.of(new Sigmoid(), first), Node.of(new Sigmoid(), second));
    CpuPlan plan = new CpuPlan(graph, FACTORY);
    assertEquals(3, plan.steps().size());
    assertEquals(1, plan.steps().get(0).sliceChannels());
    assertEquals(2, plan.steps().get(1).sliceChannels() + plan.steps().get(2).sliceChannels());
    long at = plan.memory().offset(both);
    assertEquals(at, plan.memory().offset(first));
    assertEquals(at + SHAPE.elements() / 2, plan.memory().offset(second));
  }

  @Test
  void slicesThatAreNotAllOfTheNodesUsesAreCopied() {
    Node both = conv(Node.input("x", SHAPE));
    Node half = Node.of(new Sigmoid(), slice(both, 0, 1));
    Node rows = Node.of(new Sigmoid(), Node.of(Slice.along(1, 0, 2, 4), both));
    Node again = Node.of(new Sigmoid(), slice(both, 0, 1));
    for (List<Step> steps :
        List.of(
            steps(half, Node.of(new Sigmoid(), both)),
            steps(half, both),
            steps(half, rows),
            steps(half, again),
            steps(half, slice(both, 1, 2)),
            steps(rows))) {
      assertEquals(2, steps.get(0).sliceChannels(), steps.get(0).title());
      assertTrue(steps.stream().anyMatch(step -> step.node().op() instanceof Slice));
    }
  }

  /** What nobody reads is written too, and has to lie somewhere. */
  @Test
  void slicesThatDoNotDivideTheChannelsAreCopied() {
    Node x = Node.input("x", SHAPE);
    Node weight = Node.parameter("wide", Shape.of(3, 2, 3, 3));
    Node wide = Node.of(Conv.of(new int[] {1, 1}, new int[] {1, 1}), x, weight);
    for (Node slice : List.of(slice(wide, 0, 2), slice(wide, 0, 1))) {
      Graph graph = Graph.of(Node.of(new Sigmoid(), slice));
      boolean written = new CpuPlan(graph, FACTORY).steps().get(0).sliceChannels() != 3;
      assertEquals(slice.shape().dim(-1) == 1, written);
    }
  }

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  /** A piece of the arena and how long it is needed. */
  private record Piece(String what, long from, long to, int birth, int death) {
    boolean collides(Piece other) {
      return from < other.to && other.from < to && birth <= other.death && other.birth <= death;
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void tablesStatisticsAndSharedMemoryCollideWithNothing(long seed) {
    Graph graph = RandomGraphs.of(seed, 5 + (int) (seed % 40));
    CpuPlan plan = new CpuPlan(graph, FACTORY);
    Map<Node, Integer> lastRead = new IdentityHashMap<>();
    Map<Node, Integer> lastMeasured = new HashMap<>();
    for (int time = 0; time < plan.steps().size(); time++) {
      Step step = plan.steps().get(time);
      for (Node node : step.reads()) {
        lastRead.put(node, time);
      }
      if (step.statisticsLength() > 0) {
        lastMeasured.put(step.node().inputs().get(0), time);
      }
    }
    List<Piece> special = new ArrayList<>();
    List<Piece> values = new ArrayList<>();
    for (int time = 0; time < plan.steps().size(); time++) {
      Step step = plan.steps().get(time);
      long at = plan.memory().offset(step.result());
      int death = Math.max(time, lastRead.getOrDefault(step.result(), time));
      if (step.makesTable()) {
        special.add(new Piece("table " + time, at, at + 24, time, death));
      } else if (at >= 0) {
        long end = at + step.result().shape().elements();
        values.add(new Piece("value " + time, at, end, time, death));
      }
      if (step.leavesStatistics()) {
        long from = plan.memory().statisticsOffset(step.node());
        special.add(
            new Piece("statistics " + time, from, from + 40, time, lastMeasured.get(step.node())));
      }
      long shared = plan.memory().sharedOffset(time);
      if (shared >= 0) {
        special.add(new Piece("shared " + time, shared, shared + 50, time, time));
      }
    }
    for (int i = 0; i < special.size(); i++) {
      Piece piece = special.get(i);
      assertTrue(piece.from >= 0 && piece.to <= plan.memory().length(), "seed " + seed + piece);
      List<Piece> others = new ArrayList<>(special.subList(0, i));
      others.addAll(values);
      for (Piece other : others) {
        assertFalse(piece.collides(other), () -> "seed " + seed + ": " + piece + ", " + other);
      }
    }
  }
}
