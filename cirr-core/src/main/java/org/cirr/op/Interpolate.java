package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Resizes the spatial axes to given extents.
 *
 * <p><b>Shapes</b>: {@code [N, spatial…, C] → [N, size…, C]}.
 *
 * <p><b>Formula</b>: output index k lies at {@code x = (k + 0.5)·n/size − 0.5} of the input, or,
 * with aligned corners, at {@code k·(n − 1)/(size − 1)}. {@code LINEAR} weighs the two neighbours
 * on every axis, clamped to the border; {@code NEAREST} takes {@code floor(k·n/size)}; {@code
 * NEAREST_EXACT} {@code floor((k + 0.5)·n/size)}.
 *
 * <p><b>Source</b>: {@code torch.nn.functional.interpolate}, modes {@code
 * linear/bilinear/trilinear}, {@code nearest} and {@code nearest-exact}.
 */
public record Interpolate(List<Integer> size, Mode mode, boolean alignCorners) implements Op {
  /** How a value between voxels is made. */
  public enum Mode {
    LINEAR,
    NEAREST,
    NEAREST_EXACT
  }

  public Interpolate {
    size = List.copyOf(size);
    if (alignCorners && mode != Mode.LINEAR) {
      throw new IllegalArgumentException(
          "Interpolate aligns corners only in mode LINEAR, not " + mode);
    }
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    return Checks.resized(this, inputs, size);
  }
}
