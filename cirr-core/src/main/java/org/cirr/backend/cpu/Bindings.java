package org.cirr.backend.cpu;

import java.util.List;
import java.util.function.Function;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Constant;
import org.cirr.op.Parameter;
import org.cirr.tensor.Tensor;

/** The checks of what a caller hands to a program, which are the same on all backends. */
public final class Bindings {
  private Bindings() {}

  /**
   * The value of a parameter or constant.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when a parameter is missing or has another
   * shape, {@link UnsupportedOperationException} when the node is computed.
   */
  public static Tensor parameter(Node node, Function<String, Tensor> parameters) {
    if (node.op() instanceof Constant constant) {
      return constant.value();
    }
    if (!(node.op() instanceof Parameter parameter)) {
      throw new UnsupportedOperationException(
          "weights, scales and shifts must be parameters of the graph, but one is computed by "
              + node);
    }
    Tensor tensor = parameters.apply(parameter.label());
    if (tensor == null) {
      throw new IllegalArgumentException(
          "parameter '" + parameter.label() + "' of shape " + parameter.shape() + " is missing");
    }
    if (!tensor.shape().equals(parameter.shape())) {
      throw new IllegalArgumentException(
          "parameter '"
              + parameter.label()
              + "' must have shape "
              + parameter.shape()
              + ", got "
              + tensor.shape());
    }
    return tensor;
  }

  /**
   * Checks what a run reads and writes.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when a tensor's shape is not the graph's, or
   * an output shares its array with an input or another output.
   */
  public static void check(Graph graph, List<Tensor> inputs, List<Tensor> outputs) {
    check("input", graph.inputs(), inputs);
    check("output", graph.outputs(), outputs);
    checkDistinct(inputs, outputs);
  }

  /** A step may write an output before another one reads an input. */
  private static void checkDistinct(List<Tensor> inputs, List<Tensor> outputs) {
    for (int i = 0; i < outputs.size(); i++) {
      float[] array = outputs.get(i).array();
      for (int j = 0; j < inputs.size() + i; j++) {
        boolean input = j < inputs.size();
        int other = input ? j : j - inputs.size();
        if (array.length > 0 && array == (input ? inputs : outputs).get(other).array()) {
          throw new IllegalArgumentException(
              "output "
                  + i
                  + " shares its array with "
                  + (input ? "input " : "output ")
                  + other
                  + "; hand in a tensor of its own");
        }
      }
    }
  }

  private static void check(String what, List<Node> nodes, List<Tensor> tensors) {
    if (nodes.size() != tensors.size()) {
      throw new IllegalArgumentException(
          "the graph has " + nodes.size() + " " + what + "s, got " + tensors.size());
    }
    for (int i = 0; i < nodes.size(); i++) {
      if (!nodes.get(i).shape().equals(tensors.get(i).shape())) {
        throw new IllegalArgumentException(
            what
                + " "
                + i
                + " must have shape "
                + nodes.get(i).shape()
                + ", got "
                + tensors.get(i).shape());
      }
    }
  }
}
