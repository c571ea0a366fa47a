package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Group normalisation: every group of neighbouring channels of every sample gets mean 0 and
 * variance 1 over its channels and voxels.
 *
 * <p><b>Shapes</b>: input {@code [N, spatial…, C]}, optionally scale {@code [C]} and shift {@code
 * [C]} → the input's shape.
 *
 * <p><b>Formula</b>: {@code (x − mean) / sqrt(variance + epsilon) · scale + shift}, with the biased
 * variance (divided by voxels · C/groups).
 *
 * <p><b>Source</b>: {@code torch.nn.GroupNorm}; Wu and He 2018, arXiv 1803.08494.
 */
public record GroupNorm(int groups, double epsilon) implements Op {
  public GroupNorm {
    Checks.epsilon("GroupNorm", epsilon);
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 1, 3, "input, or input, scale and shift");
    Shape input = inputs.get(0);
    Checks.spatialRank(this, input);
    if (groups < 1 || input.dim(-1) % groups != 0) {
      throw new IllegalArgumentException(
          "GroupNorm's groups must be 1 or more and divide the channels, got "
              + groups
              + " groups and input "
              + input);
    }
    return Checks.affine(this, inputs);
  }
}
