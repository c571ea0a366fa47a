package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Batch normalisation at inference: every channel is shifted and scaled by stored statistics.
 *
 * <p><b>Shapes</b>: input {@code [N, spatial…, C]}, then scale, shift, mean and variance {@code
 * [C]} each → the input's shape.
 *
 * <p><b>Formula</b>: {@code (x − mean) / sqrt(variance + epsilon) · scale + shift}.
 *
 * <p><b>Source</b>: {@code torch.nn.BatchNorm1d/2d/3d} in eval mode; Ioffe and Szegedy 2015.
 */
public record BatchNorm(double epsilon) implements Op {
  private static final List<String> VECTORS = List.of("scale", "shift", "mean", "variance");

  public BatchNorm {
    Checks.epsilon("BatchNorm", epsilon);
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 5, 5, "input, scale, shift, mean and variance");
    Shape input = inputs.get(0);
    Checks.spatialRank(this, input);
    for (int i = 1; i < inputs.size(); i++) {
      Checks.vector(this, VECTORS.get(i - 1), inputs.get(i), input.dim(-1));
    }
    return input;
  }
}
