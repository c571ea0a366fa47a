package org.cirr.backend.cpu;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Input;

/**
 * Where every intermediate value of a graph lies in one arena.
 *
 * <p>A value lives from the step that makes it to the last step that reads it; values whose lives
 * do not overlap share memory, and so do statistics and what the threads of a step share. Slices
 * that a step writes one after another have one life. Largest first, each at the lowest place that
 * is free for its whole life. Inputs, parameters and outputs are the caller's and take no room
 * here.
 *
 * <p><b>Source</b>: Pisarchyk and Lee 2020, "Efficient memory management for deep neural net
 * inference", arXiv 2001.03288, "greedy by size".
 */
public final class MemoryPlan {
  /** Floats per cache line. */
  private static final int LINE = 16;

  /**
   * Floats between large values. Those of a power of two floats, as most are, would lie a power of
   * two apart, and what a kernel streams of several of them at once would, we think, hit the same
   * bank of the memory at the same time: norms' gradients took a fifth longer. 1 KB gains nothing,
   * 16 KB half of it, 64 KB and all above the same.
   */
  private static final int APART = 1041 * LINE;

  /** From so many floats on, a value is large: more than a core has caches of its own. */
  private static final int LARGE = 1 << 20;

  /** More than any memory has, so that sums of absurd sizes stay absurd instead of wrapping. */
  private static final long MOST = 1L << 43;

  private final Map<Node, Buffer> buffers = new IdentityHashMap<>();
  private final Map<Node, Long> shifts = new IdentityHashMap<>(); // from where a buffer begins
  private final Map<Node, Buffer> statistics = new IdentityHashMap<>();
  private final List<Buffer> shared = new ArrayList<>(); // by step, null where there is none
  private final long length;

  /** One piece of the arena. */
  private static final class Buffer {
    final long size;
    final int birth;
    int death;
    long offset = -1;

    Buffer(long size, int birth) {
      this.size = size;
      this.birth = birth;
      this.death = birth;
    }
  }

  MemoryPlan(Graph graph, List<Step> steps, Fusion fusion, KernelAbilities factory) {
    Set<Node> outputs = Collections.newSetFromMap(new IdentityHashMap<>());
    outputs.addAll(graph.outputs());
    Map<Node, Integer> lastUse = lastUses(steps);
    List<Buffer> all = new ArrayList<>();
    for (int time = 0; time < steps.size(); time++) {
      Step step = steps.get(time);
      for (Node input : step.reads()) {
        extend(buffers.get(input), time);
      }
      if (step.statisticsLength() > 0) {
        extend(statistics.get(step.node().inputs().get(0)), time);
      }
      if (step.leavesStatistics()) {
        statistics.put(step.node(), add(all, factory.statisticsLength(step), time));
      }
      long needed = factory.sharedLength(step);
      shared.add(needed == 0 ? null : add(all, needed, time));
      if (outputs.contains(step.result())) {
        continue;
      }
      Buffer overwritten = overwritten(step, time, lastUse, factory);
      if (overwritten != null) {
        extend(overwritten, time);
        buffers.put(step.result(), overwritten);
        shifts.put(step.result(), shift(step.parts().get(0).source()));
      } else {
        long size =
            step.makesTable() ? factory.tableLength(step.node()) : step.result().shape().elements();
        buffers.put(step.result(), add(all, size, time));
      }
      for (Node slice : fusion.slices(step.node())) {
        buffers.put(slice, buffers.get(step.node()));
        shifts.put(slice, Fusion.offset(slice));
      }
    }
    this.length = place(all);
  }

  private long shift(Node node) {
    return shifts.getOrDefault(node, 0L);
  }

  private static Buffer add(List<Buffer> all, long size, int time) {
    Buffer buffer = new Buffer(roundUp(size), time);
    all.add(buffer);
    return buffer;
  }

  private static void extend(Buffer buffer, int time) {
    if (buffer != null) {
      buffer.death = Math.max(buffer.death, time);
    }
  }

  /** The buffer of the first input where the step may write over it, or null. */
  private Buffer overwritten(
      Step step, int time, Map<Node, Integer> lastUse, KernelAbilities factory) {
    if (step.makesTable() || step.parts().isEmpty()) {
      return null;
    }
    Node first = step.parts().get(0).source();
    boolean last = buffers.containsKey(first) && lastUse.get(first) == time;
    return last
            && first.shape().elements() == step.result().shape().elements()
            && factory.inPlace(step)
        ? buffers.get(first)
        : null;
  }

  private static Map<Node, Integer> lastUses(List<Step> steps) {
    Map<Node, Integer> last = new IdentityHashMap<>();
    for (int time = 0; time < steps.size(); time++) {
      for (Node input : steps.get(time).reads()) {
        last.put(input, time);
      }
    }
    return last;
  }

  private static long place(List<Buffer> all) {
    all.sort(
        Comparator.comparingLong((Buffer buffer) -> -buffer.size)
            .thenComparingInt(buffer -> buffer.birth));
    List<Buffer> placed = new ArrayList<>(); // sorted by offset
    long end = Operands.FIRST;
    for (Buffer buffer : all) {
      long offset = Operands.FIRST;
      for (Buffer other : placed) {
        boolean together = other.birth <= buffer.death && buffer.birth <= other.death;
        if (together && offset < other.offset + other.size && other.offset < offset + buffer.size) {
          offset = other.offset + other.size;
        }
      }
      buffer.offset = offset;
      end = Math.max(end, offset + buffer.size);
      placed.add(buffer);
      placed.sort(Comparator.comparingLong(other -> other.offset));
    }
    return end;
  }

  private static long roundUp(long size) {
    long bounded = Math.min(size, MOST);
    return (bounded + LINE - 1) / LINE * LINE + (bounded < LARGE ? 0 : APART);
  }

  /** The arena's length in floats. */
  public long length() {
    return length;
  }

  /** Where a node's value begins, or −1 when it does not lie in the arena. */
  public long offset(Node node) {
    Buffer buffer = buffers.get(node);
    return buffer == null || node.op() instanceof Input || FixedInputs.fixed(node)
        ? -1
        : buffer.offset + shift(node);
  }

  /** Where the statistics that a node's step leaves begin. */
  public long statisticsOffset(Node node) {
    return statistics.get(node).offset;
  }

  /** Where the memory begins that the threads of a step share, or −1 when it needs none. */
  public long sharedOffset(int time) {
    return shared.get(time) == null ? -1 : shared.get(time).offset;
  }
}
