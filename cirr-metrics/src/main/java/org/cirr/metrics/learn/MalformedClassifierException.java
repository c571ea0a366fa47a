package org.cirr.metrics.learn;

import java.io.IOException;

/**
 * A file that holds no classifier. The message names the file, the field, what is wrong with it,
 * and the remedy.
 */
public final class MalformedClassifierException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedClassifierException(String file, String field, String problem, String remedy) {
    super(file + ": " + field + " " + problem + "; " + remedy);
  }

  MalformedClassifierException(
      String file, String field, String problem, String remedy, Throwable cause) {
    super(file + ": " + field + " " + problem + "; " + remedy, cause);
  }
}
