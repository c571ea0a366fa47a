package org.cirr.io.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * Bytes that can be read from any position: a file, or an array under a file's name.
 *
 * <p>Readers are written against this class, so that the same code reads files of any size and, in
 * tests, bytes that never touch a disk. A source holds no open file: each read opens and closes it,
 * so there is nothing to close and a source may be kept for as long as its file exists.
 *
 * <p><b>Errors</b>: {@link EOFException} for a read past the end; {@link IOException} when the
 * file's length changed after the source was made.
 */
public final class SeekableBytes {
  private final Path path;
  private final byte[] bytes; // null: the file's
  private final long size;

  private SeekableBytes(Path path, byte[] bytes, long size) {
    this.path = path;
    this.bytes = bytes;
    this.size = size;
  }

  /**
   * The bytes of a file.
   *
   * <p><b>Errors</b>: {@link NoSuchFileException} or {@link IOException} naming the file.
   */
  public static SeekableBytes of(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString(), null, "there is no such file; check the name");
    }
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": is a folder; name a file");
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": is no regular file; copy its content into one");
    }
    if (!Files.isReadable(file)) {
      throw new IOException(file + ": cannot be read (permission denied); check its rights");
    }
    return new SeekableBytes(file, null, Files.size(file));
  }

  /** The given bytes, not copied, under the name that errors are to show. */
  public static SeekableBytes of(Path name, byte[] bytes) {
    return new SeekableBytes(name, Objects.requireNonNull(bytes), bytes.length);
  }

  /** The name that errors show. */
  public Path path() {
    return path;
  }

  /** The number of bytes. */
  public long size() {
    return size;
  }

  /** Reads exactly {@code length} bytes that start at a position. */
  public void read(long position, byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (position < 0 || position > size - length) {
      throw new EOFException(
          path + ": ends at byte " + size + ", needed " + length + " bytes at " + position);
    }
    if (bytes != null) {
      System.arraycopy(bytes, (int) position, into, offset, length);
      return;
    }
    try (FileChannel channel = open()) {
      readFully(channel, position, ByteBuffer.wrap(into, offset, length));
    }
  }

  /** The bytes at a position as a new array; the caller has checked that they exist. */
  public byte[] read(long position, int length) throws IOException {
    if (position < 0 || position > size - length) {
      throw new EOFException(
          path + ": ends at byte " + size + ", needed " + length + " bytes at " + position);
    }
    byte[] result = new byte[length];
    read(position, result, 0, length);
    return result;
  }

  /**
   * A stream over {@code length} bytes that start at a position. It holds the file open until it is
   * closed.
   */
  public InputStream stream(long position, long length) throws IOException {
    if (position < 0 || length < 0 || position > size - length) {
      throw new EOFException(
          path + ": ends at byte " + size + ", needed " + length + " bytes at " + position);
    }
    return new Window(bytes == null ? open() : null, position, length);
  }

  private FileChannel open() throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    if (channel.size() != size) {
      long now = channel.size();
      channel.close();
      throw new IOException(
          path + ": had " + size + " bytes when it was opened and has " + now + "; open it again");
    }
    return channel;
  }

  private void readFully(FileChannel channel, long position, ByteBuffer into) throws IOException {
    // A heap buffer makes the JDK copy through a temporary direct buffer of the same size, which
    // it keeps per thread; pieces of 1 MiB keep that small.
    int end = into.limit();
    while (into.position() < end) {
      into.limit(Math.min(end, into.position() + (1 << 20)));
      int got = channel.read(into, position);
      if (got < 0) {
        throw new EOFException(path + ": became shorter while it was read; open it again");
      }
      position += got;
    }
  }

  /** A stream over a part of the source. */
  private final class Window extends InputStream {
    private final FileChannel channel;
    private long position;
    private long left;

    Window(FileChannel channel, long position, long length) {
      this.channel = channel;
      this.position = position;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, into.length);
      if (length == 0) {
        return 0;
      }
      if (left == 0) {
        return -1;
      }
      int count = (int) Math.min(left, length);
      if (channel == null) {
        System.arraycopy(bytes, (int) position, into, offset, count);
      } else {
        readFully(channel, position, ByteBuffer.wrap(into, offset, count));
      }
      position += count;
      left -= count;
      return count;
    }

    @Override
    public long skip(long count) {
      long skipped = Math.max(0, Math.min(count, left));
      position += skipped;
      left -= skipped;
      return skipped;
    }

    @Override
    public int available() {
      return (int) Math.min(left, Integer.MAX_VALUE);
    }

    @Override
    public void close() throws IOException {
      if (channel != null) {
        channel.close();
      }
    }
  }
}
