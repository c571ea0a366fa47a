package org.cirr.op;

import java.util.ArrayList;
import java.util.List;
import org.cirr.tensor.Shape;

/**
 * The gradient of the input of {@link GroupNorm} or {@link InstanceNorm}, and of the rectifier
 * behind it where there is one.
 *
 * <p><b>Shapes</b>: the norm's input x {@code [N, spatial…, C]}, the gradient g of its rectified
 * output, the sums {@code [N, 4, C]} of {@link GroupNormSums}, optionally scale {@code [C]} and
 * shift {@code [C]} → x's shape.
 *
 * <p><b>Formula</b>: {@code (scale·g' − (A + x̂·B) / M) / sqrt(variance + epsilon)}, where M is the
 * number of values of a group, A the sum of {@code scale · Σ g'} and B that of {@code scale · Σ
 * g'·x̂} over the channels of the group; g' and x̂ as in {@link GroupNormSums}.
 *
 * @param groups as {@link GroupNorm} has them; all channels for {@link InstanceNorm}
 * @param slope of the rectifier behind the norm; 1 where there is none
 */
public record GroupNormGradient(int groups, double slope) implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 3, 5, "input, gradient and sums, optionally scale and shift");
    Shape input = check(this, inputs, groups, 3);
    Shape sums = Shape.of(input.dim(0), 4, input.dim(-1));
    if (!inputs.get(2).equals(sums)) {
      throw new IllegalArgumentException(
          "GroupNormGradient's sums must have shape " + sums + ", got " + inputs.get(2));
    }
    return input;
  }

  /** The input's shape, once gradient, groups, scale and shift fit it. */
  static Shape check(Op op, List<Shape> inputs, int groups, int data) {
    Shape input = Checks.equal(op, inputs.subList(0, 2), "input and gradient");
    Checks.spatialRank(op, input);
    if (groups < 1 || input.dim(-1) % groups != 0) {
      throw new IllegalArgumentException(
          op.name()
              + "'s groups must be 1 or more and divide the channels, got "
              + groups
              + " groups and input "
              + input);
    }
    List<Shape> affine = new ArrayList<>(inputs.subList(data, inputs.size()));
    affine.add(0, input);
    return Checks.affine(op, affine);
  }
}
