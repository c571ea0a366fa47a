package org.cirr.metrics.radiomics.feature;

/** A region has so many grey levels that a texture matrix would fill the memory. */
public final class MatrixTooLargeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  MatrixTooLargeException(int levels, int most) {
    super(
        "a texture matrix of "
            + levels
            + " grey levels has more than "
            + most
            + " different entries; a larger 'binWidth' gives fewer");
  }
}
