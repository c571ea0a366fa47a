package org.cirr.io.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders for outputs. */
public final class Folders {
  private Folders() {}

  /**
   * Makes a folder and those above it; one that is there, also through a symbolic link, is left as
   * it is.
   *
   * <p><b>Errors</b>: {@link IOException} when a file has the name, or the folder cannot be made.
   *
   * @return the folder
   */
  public static Path make(Path folder) throws IOException {
    for (Path above = folder; above != null; above = above.getParent()) {
      requireNoFile(above);
    }
    if (!Files.isDirectory(folder)) { // Java before 20 refuses a link to a folder
      Files.createDirectories(folder);
    }
    return folder;
  }

  /** Refuses a name that a file has, before the work whose results the folder is for. */
  public static void requireNoFile(Path folder) throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new IOException(folder + ": is a file; name another folder");
    }
  }
}
