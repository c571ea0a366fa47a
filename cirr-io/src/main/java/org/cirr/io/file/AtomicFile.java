package org.cirr.io.file;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
   * <p><b>Errors</b>: whatever the content throws, or an {@link IOException} naming the target and
   * what the disk said (full, permission denied); in both cases the temporary file is gone and an
   * older target is untouched.
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
      try (FileChannel channel = open(target, temporary)) {
        OutputStream out =
            new BufferedOutputStream(
                new NamedOutput(target, Channels.newOutputStream(channel)), 1 << 16);
        content.writeTo(out);
        out.flush();
        force(target, channel);
      }
      move(target, temporary, absolute);
      moved = true;
    } finally {
      if (!moved) {
        Files.deleteIfExists(temporary);
      }
    }
  }

  private static FileChannel open(Path target, Path temporary) throws IOException {
    try {
      return FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw unwritable(target, e);
    }
  }

  private static void force(Path target, FileChannel channel) throws IOException {
    try {
      channel.force(true);
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) { // some disks tell only now that they are full
      throw unwritable(target, e);
    }
  }

  private static void move(Path target, Path temporary, Path absolute) throws IOException {
    try {
      Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(temporary, absolute, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw unwritable(target, e);
    }
  }

  /** A disk's refusal with the name of the file that the user asked for. */
  private static IOException unwritable(Path target, IOException e) {
    String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
    if (e instanceof AccessDeniedException) {
      reason = "permission denied";
    } else if (reason == null) {
      reason = e instanceof NoSuchFileException ? "the folder takes no new files" : e.toString();
    }
    return new IOException(
        target + ": cannot be written (" + reason + "); free some space or choose another folder",
        e);
  }

  /** Passes bytes on; a failure names the target. */
  private static final class NamedOutput extends OutputStream {
    private final Path target;
    private final OutputStream out;

    NamedOutput(Path target, OutputStream out) {
      this.target = target;
      this.out = out;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (ClosedByInterruptException e) {
        throw e; // the thread was told to stop; the disk is not to blame
      } catch (IOException e) {
        throw unwritable(target, e);
      }
    }
  }
}
