package org.cirr.backend;

import java.util.List;
import java.util.Optional;

/**
 * Offers a backend, if this machine can run it. Modules outside cirr-core (cirr-cuda) are found by
 * {@link java.util.ServiceLoader}.
 */
public interface BackendProvider {
  /** The backend's name. */
  String name();

  /**
   * The automatic choice takes the available backend with the highest rank: cuda 30, simd 20,
   * scalar 10.
   */
  int rank();

  /** Why the backend cannot run here, in one sentence with the remedy; empty when it can. */
  Optional<String> unavailable();

  /** What it runs on, such as {@code 512-bit vectors}; asked only when available. */
  String description();

  /**
   * The same on another device, as {@code 1} of {@code cuda:1}; empty where there is nothing to
   * choose.
   */
  default Optional<BackendProvider> on(String device) {
    return Optional.empty();
  }

  /** What it can compute in; asked only when available. */
  default List<Arithmetic> arithmetics() {
    return List.of(Arithmetic.FLOAT32);
  }

  /** The backend, in float32; asked only when available. */
  Backend create();

  /** The backend; asked only when available, and for one of {@link #arithmetics()}. */
  default Backend create(Arithmetic arithmetic) {
    return create();
  }
}
