package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * The sum of two tensors, element by element.
 *
 * <p><b>Shapes</b>: two that broadcast: counted from the last axis on, extents are equal or one of
 * them is 1; missing axes count as 1. {@code [N, D, H, W, C]} and {@code [C]} fit, and so do {@code
 * [N, D, H, W, C]} and {@code [N, D, H, W, 1]}.
 *
 * <p><b>Formula</b>: {@code a + b}.
 *
 * <p><b>Source</b>: {@code torch.add}.
 */
public record Add() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    return Checks.broadcast(this, inputs);
  }
}
