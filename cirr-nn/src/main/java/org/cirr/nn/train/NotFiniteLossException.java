package org.cirr.nn.train;

/** Training went astray: a loss or its gradients are NaN or infinite. */
public final class NotFiniteLossException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NotFiniteLossException(String message) {
    super(message);
  }
}
