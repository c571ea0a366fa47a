package org.cirr.nn.segment;

/** In which precision logits are added up, kept and resampled. */
public enum Precision {
  /** Half precision, rounded wherever nnU-Net rounds: the same voxels as nnU-Net. */
  REFERENCE,
  /** Single precision: more exact at the borders of the image, where nnU-Net's weights are tiny. */
  FLOAT32
}
