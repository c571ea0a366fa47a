package org.cirr.nn.segment;

/** Which nnU-Net's masks are reproduced where versions differ. */
public enum Parity {
  /** nnU-Net 2.8: argmax of the logits. */
  NNUNET_2_8,
  /**
   * nnU-Net 2.2, which every MRSegmentator up to 1.3.2 uses: argmax of the softmax, and the way
   * back decides on separate resampling by the spacing before the plans' transposition.
   */
  NNUNET_2_2
}
