package org.cirr.backend.cpu;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
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
 * do not overlap share memory. Largest first, each at the lowest place that is free for its whole
 * life. Inputs, parameters and outputs are the caller's and take no room here.
 *
 * <p><b>Source</b>: Pisarchyk and Lee 2020, "Efficient memory management for deep neural net
 * inference", arXiv 2001.03288, "greedy by size".
 */
final class MemoryPlan {
  /** Floats per cache line. */
  private static final int LINE = 16;

  /** A large {@code float[]} has 16 bytes of header; 12 floats on, a cache line begins. */
  private static final int FIRST = 12;

  private final Map<Node, Buffer> buffers = new IdentityHashMap<>();
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

  MemoryPlan(Graph graph, List<Step> steps, KernelFactory factory) {
    Set<Node> outputs = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
    outputs.addAll(graph.outputs());
    Map<Node, Integer> lastUse = lastUses(steps);
    Set<Buffer> distinct = new HashSet<>();
    for (int time = 0; time < steps.size(); time++) {
      Step step = steps.get(time);
      for (Node input : step.dataInputs()) {
        if (buffers.containsKey(input)) {
          buffers.get(input).death = Math.max(buffers.get(input).death, time);
        }
      }
      if (outputs.contains(step.result())) {
        continue;
      }
      Node first = step.dataInputs().stream().findFirst().orElse(null);
      Buffer buffer = buffers.get(first);
      boolean takesOver =
          buffer != null
              && lastUse.get(first) == time
              && first.shape().elements() == step.result().shape().elements()
              && factory.inPlace(step);
      if (!takesOver) {
        buffer = new Buffer(roundUp(step.result().shape().elements()), time);
        distinct.add(buffer);
      }
      buffer.death = Math.max(buffer.death, time);
      buffers.put(step.result(), buffer);
    }
    this.length = place(new ArrayList<>(distinct));
  }

  private static Map<Node, Integer> lastUses(List<Step> steps) {
    Map<Node, Integer> last = new IdentityHashMap<>();
    for (int time = 0; time < steps.size(); time++) {
      for (Node input : steps.get(time).dataInputs()) {
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
    long end = FIRST;
    for (Buffer buffer : all) {
      long offset = FIRST;
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
    return (size + LINE - 1) / LINE * LINE;
  }

  /** The arena's length in floats. */
  long length() {
    return length;
  }

  /** Where a node's value begins, or −1 when it does not lie in the arena. */
  long offset(Node node) {
    Buffer buffer = buffers.get(node);
    return buffer == null || node.op() instanceof Input || Operands.fixed(node)
        ? -1
        : buffer.offset;
  }
}
