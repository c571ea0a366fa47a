package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * The recurrence of a selective state space model (Mamba's S6), for every channel.
 *
 * <p><b>Shapes</b>: input u and step Δ {@code [N, L, D]}, B and C {@code [N, L, groups·S]}, where
 * {@link #gated} says so a gate z {@code [N, L, D]}; then the trained A_log {@code [D, S]}, where
 * {@link #skip} says so D {@code [D]}, and where {@link #stepBias} says so the bias of Δ {@code
 * [D]} → {@code [N, L, D]}. Channel d belongs to group {@code d / (D / groups)}.
 *
 * <p><b>Formula</b>: {@code δ = softplus(Δ + bias)}, {@code h_t = exp(−δ·exp(A_log)) · h_{t−1} +
 * δ·B_t·u_t} with {@code h_{−1} = 0} for each of S states, {@code y_t = Σ_s C_t[s]·h_t[s] + D·u_t},
 * times {@code silu(z_t)}.
 *
 * <p><b>Source</b>: Gu and Dao 2023, arXiv 2312.00752; {@code selective_scan_fn} of mamba-ssm with
 * {@code delta_softplus=True}, channels last.
 */
public record SelectiveScan(int groups, boolean gated, boolean skip, boolean stepBias)
    implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    int count = 5 + (gated ? 1 : 0) + (skip ? 1 : 0) + (stepBias ? 1 : 0);
    String what =
        "u, step, B, C"
            + (gated ? ", gate" : "")
            + ", A_log"
            + (skip ? ", D" : "")
            + (stepBias ? ", step bias" : "");
    Checks.inputs(this, inputs, count, count, what);
    Shape u = inputs.get(0);
    Shape b = inputs.get(2);
    Shape a = inputs.get(logInput());
    if (u.rank() != 3 || groups < 1 || u.dim(2) % groups != 0) {
      throw new IllegalArgumentException(
          "SelectiveScan needs u [N, L, D] with D a multiple of the groups, got "
              + u
              + " and "
              + groups
              + " groups");
    }
    if (a.rank() != 2 || a.dim(0) != u.dim(2)) {
      throw new IllegalArgumentException(
          "SelectiveScan's A_log must have shape [" + u.dim(2) + ", states], got " + a);
    }
    Shape parts = Shape.of(u.dim(0), u.dim(1), Math.multiplyExact(groups, a.dim(1)));
    boolean fits =
        inputs.get(1).equals(u)
            && b.equals(parts)
            && inputs.get(3).equals(parts)
            && (!gated || inputs.get(4).equals(u));
    if (!fits) {
      throw new IllegalArgumentException(
          "SelectiveScan needs step"
              + (gated ? " and gate " : " ")
              + u
              + " and B and C "
              + parts
              + ", got "
              + inputs);
    }
    for (int i = logInput() + 1; i < count; i++) {
      boolean isSkip = skip && i == logInput() + 1;
      Checks.vector(this, isSkip ? "D" : "step bias", inputs.get(i), u.dim(2));
    }
    return u;
  }

  /** Which input is A_log; the other trained ones are behind it. */
  public int logInput() {
    return gated ? 5 : 4;
  }

  @Override
  public long flops(List<Shape> inputs) {
    return 6 * inputs.get(0).elements() * inputs.get(logInput()).dim(1);
  }
}
