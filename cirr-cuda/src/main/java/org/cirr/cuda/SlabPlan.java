package org.cirr.cuda;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.cpu.CpuPlan;
import org.cirr.backend.cpu.FixedInputs;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;

/**
 * Where every value of a graph lies in one piece of device memory: intermediate values as on the
 * CPU, sharing memory where their lives do not overlap, and behind them inputs and outputs.
 */
final class SlabPlan {
  private static final int LINE = 64; // floats that inputs and outputs begin at multiples of

  private final Arithmetic arithmetic;
  private final CpuPlan plan;
  private final Map<Node, Long> border = new IdentityHashMap<>(); // of inputs and outputs
  private final long length;

  SlabPlan(Graph graph, Arithmetic arithmetic) {
    this.arithmetic = arithmetic;
    plan = new CpuPlan(graph, new CudaAbilities(arithmetic));
    long end = plan.memory().length() + LINE - Operands.FIRST;
    end = end / LINE * LINE + Operands.FIRST;
    List<Node> nodes = new ArrayList<>(graph.inputs());
    nodes.addAll(graph.outputs());
    for (Node node : nodes) {
      if (!FixedInputs.fixed(node) && !border.containsKey(node)) {
        border.put(node, end);
        end += (node.shape().elements() + LINE - 1) / LINE * LINE;
      }
    }
    length = end - Operands.FIRST;
  }

  Arithmetic arithmetic() {
    return arithmetic;
  }

  List<Step> steps() {
    return plan.steps();
  }

  long bytes() {
    return length * Float.BYTES;
  }

  /** Where a computed value, the table of a deferred norm, or an input lies. */
  Place value(Node node) {
    Long place = border.get(node);
    return at(place != null ? place : plan.memory().offset(node));
  }

  /** The statistics that a node's step leaves. */
  Place statistics(Node node) {
    return at(plan.memory().statisticsOffset(node));
  }

  /** The memory that a step needs for itself. */
  Place shared(int time) {
    long offset = plan.memory().sharedOffset(time);
    return offset < 0 ? Place.NONE : at(offset);
  }

  /** The plan begins behind the header of a Java array; device memory has none. */
  private static Place at(long offset) {
    if (offset < Operands.FIRST) {
      throw new IllegalStateException("a value without a place");
    }
    return new Place(Place.Area.SLAB, offset - Operands.FIRST);
  }
}
