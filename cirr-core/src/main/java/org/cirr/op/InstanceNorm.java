package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Instance normalisation: every channel of every sample gets mean 0 and variance 1 over its voxels.
 *
 * <p><b>Shapes</b>: input {@code [N, spatial…, C]}, optionally scale {@code [C]} and shift {@code
 * [C]} → the input's shape.
 *
 * <p><b>Formula</b>: {@code (x − mean) / sqrt(variance + epsilon) · scale + shift}, with the biased
 * variance (divided by the number of voxels).
 *
 * <p><b>Source</b>: {@code torch.nn.InstanceNorm1d/2d/3d} without running statistics; Ulyanov et
 * al. 2016, arXiv 1607.08022.
 */
public record InstanceNorm(double epsilon) implements Op {
  public InstanceNorm {
    Checks.epsilon("InstanceNorm", epsilon);
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 1, 3, "input, or input, scale and shift");
    Shape input = inputs.get(0);
    Checks.spatialRank(this, input);
    return Checks.affine(this, inputs);
  }
}
