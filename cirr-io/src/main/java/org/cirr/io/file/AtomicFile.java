package org.cirr.io.file;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Files that appear whole or not at all. */
public final class AtomicFile {
  private AtomicFile() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything; the stream is buffered and is closed by the caller. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes to a hidden temporary file in the target's folder, forces it to the disk and moves it
   * into place.
   *
   * <p><b>Errors</b>: whatever the content throws, or an {@link IOException} naming the target; in
   * both cases the temporary file is gone and an older target is untouched.
   */
  public static void write(Path target, Content content) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path folder = absolute.getParent();
    if (folder == null || Files.isDirectory(absolute)) {
      throw new IOException(target + ": is a folder; name a file");
    }
    if (!Files.isDirectory(folder)) {
      throw new IOException(target + ": its folder does not exist; create " + folder);
    }
    Path temporary =
        folder.resolve("." + absolute.getFileName() + "." + UUID.randomUUID() + ".tmp");
    boolean moved = false;
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
        content.writeTo(out);
        out.flush();
        channel.force(true);
      }
      try {
        Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(temporary, absolute, StandardCopyOption.REPLACE_EXISTING);
      }
      moved = true;
    } catch (java.nio.file.AccessDeniedException e) {
      throw new IOException(
          target + ": cannot be written (permission denied); choose another folder", e);
    } catch (java.nio.file.FileSystemException e) {
      throw new IOException(target + ": cannot be written (" + e.getReason() + ")", e);
    } finally {
      if (!moved) {
        Files.deleteIfExists(temporary);
      }
    }
  }
}
