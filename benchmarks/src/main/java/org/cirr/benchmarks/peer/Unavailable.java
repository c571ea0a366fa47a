package org.cirr.benchmarks.peer;

import java.util.Optional;

/** Why a library cannot be loaded. */
final class Unavailable {
  private Unavailable() {}

  /** The reason for which an action fails; empty when it succeeds. */
  static Optional<String> reason(Runnable loading) {
    try {
      loading.run();
      return Optional.empty();
    } catch (LinkageError e) { // no jar beside us, or no library for this machine
      return Optional.of("cannot be loaded here: " + innermost(e));
    } catch (RuntimeException e) {
      return Optional.of("cannot be started here: " + innermost(e));
    }
  }

  private static String innermost(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.toString();
  }
}
