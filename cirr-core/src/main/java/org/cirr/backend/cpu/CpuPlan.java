package org.cirr.backend.cpu;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Add;
import org.cirr.op.Attention;
import org.cirr.op.BatchNorm;
import org.cirr.op.Concat;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.Divide;
import org.cirr.op.Gather;
import org.cirr.op.GroupNorm;
import org.cirr.op.GroupNormGradient;
import org.cirr.op.GroupNormSums;
import org.cirr.op.Input;
import org.cirr.op.InstanceNorm;
import org.cirr.op.LayerNorm;
import org.cirr.op.LayerNormGradient;
import org.cirr.op.Linear;
import org.cirr.op.MatMul;
import org.cirr.op.Multiply;
import org.cirr.op.Op;
import org.cirr.op.PRelu;
import org.cirr.op.Parameter;
import org.cirr.op.PointwiseGradient;
import org.cirr.op.RmsNorm;
import org.cirr.op.ScatterAdd;
import org.cirr.op.SelectiveScan;
import org.cirr.op.SelectiveScanGradient;
import org.cirr.op.Subtract;

/**
 * The steps of a graph and their memory: all that can be known without weights. The CUDA backend
 * plans with it too.
 */
public final class CpuPlan {
  private final List<Step> steps = new ArrayList<>();
  private final MemoryPlan memory;

  /** Plans a graph for kernels with the given abilities. */
  public CpuPlan(Graph graph, KernelAbilities factory) {
    Fusion fusion = new Fusion(graph, factory);
    Map<Node, Long> statistics = new IdentityHashMap<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Input || FixedInputs.fixed(node)) {
        continue;
      }
      checkParameters(node);
      if (!fusion.isAbsorbed(node)) {
        steps.add(step(node, fusion, factory, statistics));
      }
    }
    this.memory = new MemoryPlan(graph, steps, fusion, factory);
  }

  private static Step step(
      Node node, Fusion fusion, KernelAbilities factory, Map<Node, Long> statistics) {
    List<Part> parts = new ArrayList<>();
    for (Node input : node.inputs()) {
      if (!FixedInputs.fixed(input)) {
        parts.addAll(fusion.parts(input));
      }
    }
    long left =
        factory.takesStatistics(node) ? statistics.getOrDefault(node.inputs().get(0), 0L) : 0;
    if (node.op() instanceof InstanceNorm) {
      if (fusion.isDeferred(node)) {
        List<Part> read = left > 0 ? List.of() : parts;
        return new Step(node, null, node, read, false, true, left, Step.channels(node));
      }
      Node next = fusion.activation(node);
      Op behind = next == null ? null : next.op();
      Node result = fusion.result(node);
      return new Step(node, behind, result, parts, false, false, left, Step.channels(node));
    }
    Node next = fusion.activation(node);
    Op behind = next == null ? null : next.op();
    Step step =
        new Step(
            node,
            behind,
            fusion.result(node),
            parts,
            false,
            false,
            left,
            fusion.sliceChannels(node));
    if (next == null && !fusion.norms(node).isEmpty()) {
      Step leaving = new Step(node, null, node, parts, true, false, 0, Step.channels(node));
      long length = factory.statisticsLength(leaving);
      if (length > 0) {
        statistics.put(node, length);
        return leaving;
      }
    }
    return step;
  }

  /** Which ops take parameters and constants: some as any input, some behind the first one. */
  private static boolean takesFixed(Op op, int input) {
    boolean anywhere =
        op instanceof Add
            || op instanceof Attention
            || op instanceof Concat
            || op instanceof Divide
            || op instanceof Gather
            || op instanceof MatMul
            || op instanceof Multiply
            || op instanceof PointwiseGradient
            || op instanceof ScatterAdd
            || op instanceof SelectiveScanGradient
            || op instanceof Subtract
            || Rearrangement.knows(op);
    boolean weighted =
        op instanceof BatchNorm
            || op instanceof Conv
            || op instanceof ConvTranspose
            || op instanceof GroupNorm
            || op instanceof GroupNormGradient
            || op instanceof GroupNormSums
            || op instanceof InstanceNorm
            || op instanceof LayerNorm
            || op instanceof LayerNormGradient
            || op instanceof Linear
            || op instanceof PRelu
            || op instanceof RmsNorm
            || op instanceof SelectiveScan;
    return anywhere || weighted && input >= firstWeight(op);
  }

  /** The first input that is weights: what comes before are values, and gradients by them. */
  private static int firstWeight(Op op) {
    if (op instanceof GroupNormGradient) {
      return 3;
    }
    return op instanceof GroupNormSums || op instanceof LayerNormGradient ? 2 : 1;
  }

  private static void checkParameters(Node node) {
    for (int i = 0; i < node.inputs().size(); i++) {
      Node input = node.inputs().get(i);
      if (FixedInputs.fixed(input) && !takesFixed(node.op(), i)) {
        boolean parameter = input.op() instanceof Parameter;
        throw new UnsupportedOperationException(
            node.op().name()
                + " cannot take the "
                + (parameter
                    ? "parameter '" + Graph.label(input) + "'"
                    : "constant of shape " + input.shape())
                + " as input "
                + i
                + "; hand it in as an input of the graph");
      }
    }
  }

  /** The steps, in the order in which they run. */
  public List<Step> steps() {
    return steps;
  }

  /** Where their values lie. */
  public MemoryPlan memory() {
    return memory;
  }
}
