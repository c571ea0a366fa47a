package org.cirr.io.file;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file that cannot be read as what it claims to be. The message names the file, the field, what
 * is wrong with it, and the remedy.
 */
public final class MalformedFileException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * The refusal {@code FILE: FIELD PROBLEM; REMEDY}.
   *
   * @param field the part of the file at fault, such as {@code dim[1]}
   * @param problem what is wrong with it, with the value found and the values allowed
   * @param remedy what the user can do
   */
  public MalformedFileException(Path file, String field, String problem, String remedy) {
    super(file + ": " + field + " " + problem + "; " + remedy);
  }

  /** The same refusal with the exception that led to it. */
  public MalformedFileException(
      Path file, String field, String problem, String remedy, Throwable cause) {
    super(file + ": " + field + " " + problem + "; " + remedy, cause);
  }
}
