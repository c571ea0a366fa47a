package org.cirr.backend.cpu;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Function;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.tensor.Tensor;

/** The values of a graph's outputs that are parameters or constants themselves. */
public final class FixedOutputs {
  private final Map<Node, Tensor> values = new IdentityHashMap<>();

  /** Takes the values: before the first run, and again for other parameters. */
  public void bind(Graph graph, Function<String, Tensor> parameters) {
    for (Node output : graph.outputs()) {
      if (FixedInputs.fixed(output)) {
        values.put(output, Bindings.parameter(output, parameters));
      }
    }
  }

  /** The value of an output, or null if a run computes it. */
  public float[] array(Node output) {
    Tensor value = values.get(output);
    return value == null ? null : value.array();
  }
}
