package org.cirr.backend;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * To what the factors of convolutions, linear layers and matrix products are rounded. Sums, and all
 * other ops, have single precision in any case.
 */
public enum Arithmetic {
  /** Not rounded: 24 bits. What every backend can do. */
  FLOAT32,
  /** 11 bits and float's range, as the tensor cores of GPUs since Ampere take them. */
  TF32,
  /** 8 bits and float's range, twice as fast. */
  BF16;

  /** As users write it, such as {@code bf16}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@code float32, tf32, bf16}. */
  public static String list(Collection<Arithmetic> all) {
    return all.stream().map(Arithmetic::toString).collect(Collectors.joining(", "));
  }
}
