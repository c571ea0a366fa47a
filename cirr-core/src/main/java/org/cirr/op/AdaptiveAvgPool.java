package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Pooling to given extents: the mean of every window. To extents of 1 it is global pooling.
 *
 * <p><b>Shapes</b>: {@code [N, spatial…, C] → [N, size…, C]}.
 *
 * <p><b>Formula</b>: output index k sees the voxels from {@code floor(k·n/size)} up to, not
 * including, {@code ceil((k + 1)·n/size)}; windows may overlap.
 *
 * <p><b>Source</b>: {@code torch.nn.AdaptiveAvgPool1d/2d/3d}.
 */
public record AdaptiveAvgPool(List<Integer> size) implements Op {
  public AdaptiveAvgPool {
    size = List.copyOf(size);
  }

  /** Global pooling over as many spatial axes. */
  public static AdaptiveAvgPool global(int spatialAxes) {
    return new AdaptiveAvgPool(Checks.repeat(1, spatialAxes));
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    return Checks.resized(this, inputs, size);
  }
}
