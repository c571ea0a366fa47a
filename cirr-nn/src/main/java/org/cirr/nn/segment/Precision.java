package org.cirr.nn.segment;

import org.cirr.backend.Arithmetic;

/** In which precision the network computes, and logits are added up, kept and resampled. */
public enum Precision {
  /** Logits in half precision, rounded wherever nnU-Net rounds: the same voxels as nnU-Net. */
  REFERENCE(Arithmetic.FLOAT32),
  /** Single precision: more exact at the borders of the image, where nnU-Net's weights are tiny. */
  FLOAT32(Arithmetic.FLOAT32),
  /** Logits in single precision, of a network whose factors are rounded to tf32; on GPUs. */
  TF32(Arithmetic.TF32),
  /** Logits in single precision, of a network whose factors are rounded to bf16; on GPUs. */
  BF16(Arithmetic.BF16);

  private final Arithmetic arithmetic;

  Precision(Arithmetic arithmetic) {
    this.arithmetic = arithmetic;
  }

  /** What the network computes in. */
  public Arithmetic arithmetic() {
    return arithmetic;
  }
}
