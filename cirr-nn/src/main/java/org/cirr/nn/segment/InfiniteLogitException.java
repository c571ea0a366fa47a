package org.cirr.nn.segment;

/**
 * The network's output overflowed, so that there is no mask; the message names class and voxel.
 *
 * <p><b>Source</b>: nnU-Net refuses infinite logits too.
 */
public final class InfiniteLogitException extends ArithmeticException {
  private static final long serialVersionUID = 1L;

  /** The refusal. */
  public InfiniteLogitException(String message) {
    super(message);
  }
}
