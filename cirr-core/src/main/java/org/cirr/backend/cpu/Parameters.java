package org.cirr.backend.cpu;

/** The values of a step's parameters and constants. */
@FunctionalInterface
public interface Parameters {
  /**
   * The values of one input of the step's op, or null when the op has no such input.
   *
   * <p><b>Errors</b>: {@link UnsupportedOperationException} when the input is computed by another
   * op.
   */
  float[] input(int index);
}
