package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * The gradients of all inputs of a {@link SelectiveScan}, one behind the other.
 *
 * <p><b>Shapes</b>: the scan's inputs and the gradient of its output → {@code [sum of the elements
 * of the scan's inputs]}, in the order of the inputs.
 *
 * <p><b>Source</b>: the backward recurrence of {@code selective_scan_fn} of mamba-ssm.
 */
public record SelectiveScanGradient(SelectiveScan scan) implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException(
          "SelectiveScanGradient takes the inputs of the scan and a gradient, got none");
    }
    List<Shape> scanned = inputs.subList(0, inputs.size() - 1);
    Shape output = scan.infer(scanned);
    Shape gradient = inputs.get(inputs.size() - 1);
    if (!gradient.equals(output)) {
      throw new IllegalArgumentException(
          "SelectiveScanGradient's gradient must have shape " + output + ", got " + gradient);
    }
    long elements = scanned.stream().mapToLong(Shape::elements).sum();
    if (elements > Shape.MAX_ELEMENTS) {
      throw new IllegalArgumentException(
          "SelectiveScanGradient cannot make " + elements + " values in one tensor");
    }
    return Shape.of((int) elements);
  }

  @Override
  public long flops(List<Shape> inputs) {
    return 3 * scan.flops(inputs);
  }
}
