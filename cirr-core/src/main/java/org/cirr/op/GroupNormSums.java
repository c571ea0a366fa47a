package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * What {@link GroupNormGradient} and the gradients of scale and shift need to know of a whole
 * sample.
 *
 * <p><b>Shapes</b>: the norm's input x {@code [N, spatial…, C]} and the gradient g of its rectified
 * output, optionally scale {@code [C]} and shift {@code [C]} → {@code [N, 4, C]}.
 *
 * <p><b>Formula</b>: for every sample and channel the mean of its group, {@code 1 / sqrt(variance +
 * epsilon)} of its group, {@code Σ g'} and {@code Σ g'·x̂} over its voxels, where {@code x̂ = (x −
 * mean) / sqrt(variance + epsilon)} and {@code g' = g} where {@code x̂·scale + shift > 0}, else
 * {@code slope · g}.
 *
 * @param groups as {@link GroupNorm} has them; all channels for {@link InstanceNorm}
 * @param slope of the rectifier behind the norm; 1 where there is none
 */
public record GroupNormSums(int groups, double epsilon, double slope) implements Op {
  public GroupNormSums {
    Checks.epsilon("GroupNormSums", epsilon);
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 2, 4, "input and gradient, optionally scale and shift");
    Shape input = GroupNormGradient.check(this, inputs, groups, 2);
    return Shape.of(input.dim(0), 4, input.dim(-1));
  }
}
