package org.cirr.io.bytes;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.cirr.io.file.MalformedFileException;

/**
 * The bytes of a file, unpacked if it is gzip. Gzip is recognised by its first two bytes, never by
 * the file's name; several members are read as one, and what follows the last one is ignored.
 *
 * <p><b>Errors</b>: {@link MalformedFileException} when gzip data break off or are corrupt.
 */
public final class ByteInput implements Closeable {
  /** Deflate packs at most 1032 bytes into one. */
  private static final long MOST_PER_PACKED_BYTE = 1032;

  private static final int BUFFER = 1 << 16;

  private final Path path;
  private final long fileLength;
  private final boolean gzip;
  private final InputStream in;
  private final byte[] buffer;
  private int next;
  private int end;
  private long position;

  private ByteInput(Path path, long fileLength, boolean gzip, InputStream in) {
    this.path = path;
    this.fileLength = fileLength;
    this.gzip = gzip;
    this.in = in;
    this.buffer = new byte[(int) Math.max(512, Math.min(BUFFER, fileLength))];
  }

  /** Opens a file at its first byte. */
  public static ByteInput open(ByteSource source) throws IOException {
    long length = source.length();
    InputStream file = source.open();
    try {
      return wrap(source.path(), length, file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static ByteInput wrap(Path path, long length, InputStream file) throws IOException {
    PushbackInputStream sniffed = new PushbackInputStream(file, 2);
    byte[] magic = sniffed.readNBytes(2);
    sniffed.unread(magic);
    if (magic.length < 2 || magic[0] != 0x1f || magic[1] != (byte) 0x8b) {
      return new ByteInput(path, length, false, sniffed);
    }
    try {
      int packedBuffer = (int) Math.max(512, Math.min(BUFFER / 4, length));
      return new ByteInput(path, length, true, new GZIPInputStream(sniffed, packedBuffer));
    } catch (EOFException e) {
      throw brokenOff(path, 0, e);
    } catch (ZipException e) {
      throw corrupt(path, 0, e);
    }
  }

  /** The rest of a stream as gzip; for formats whose packed data follow a plain header. */
  public ByteInput gunzipRest() throws IOException {
    InputStream rest =
        new InputStream() {
          @Override
          public int read() throws IOException {
            return ByteInput.this.read();
          }

          @Override
          public int read(byte[] to, int offset, int length) throws IOException {
            return length == 0 ? 0 : ByteInput.this.read(to, offset, length);
          }

          @Override
          public int available() throws IOException {
            return end - next > 0 ? end - next : in.available();
          }

          @Override
          public void close() throws IOException {
            ByteInput.this.close();
          }
        };
    return wrap(path, fileLength, rest);
  }

  /** Whether the file is gzip. */
  public boolean isGzip() {
    return gzip;
  }

  /** The file named in errors. */
  public Path path() {
    return path;
  }

  /** The number of (unpacked) bytes read so far. */
  public long position() {
    return position;
  }

  /** The most bytes that can still come: exact for a plain file, a bound for gzip. */
  public long mostLeft() {
    return (gzip ? fileLength * MOST_PER_PACKED_BYTE : fileLength) - position;
  }

  /** How many bytes of float32 values may be taken before any was read. */
  public long justified() {
    return gzip ? (1L << 19) + 16 * fileLength : Float.BYTES * mostLeft();
  }

  /** The next byte, or −1 at the end. */
  public int read() throws IOException {
    if (next == end && !fill()) {
      return -1;
    }
    position++;
    return buffer[next++] & 0xff;
  }

  /** As many bytes as come at once, at least one, or −1 at the end. */
  public int read(byte[] to, int offset, int length) throws IOException {
    if (next == end) {
      if (length >= buffer.length) {
        int count = readFile(to, offset, length);
        position += Math.max(0, count);
        return count;
      }
      if (!fill()) {
        return -1;
      }
    }
    int count = Math.min(length, end - next);
    System.arraycopy(buffer, next, to, offset, count);
    next += count;
    position += count;
    return count;
  }

  /** Reads until the range is full or the file ends; the number of bytes read. */
  public int readFully(byte[] to, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int count = read(to, offset + done, length - done);
      if (count < 0) {
        break;
      }
      done += count;
    }
    return done;
  }

  /** Up to that many bytes, fewer at the end of the file; memory grows with what is there. */
  public byte[] readUpTo(int length) throws IOException {
    byte[] bytes = new byte[(int) Math.min(length, Math.max(1024, justified() / Float.BYTES))];
    int done = 0;
    while (true) {
      done += readFully(bytes, done, bytes.length - done);
      if (done < bytes.length || done == length) {
        return done == bytes.length ? bytes : Arrays.copyOf(bytes, done);
      }
      bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * bytes.length));
    }
  }

  /** Skips bytes; the number skipped is smaller only at the end of the file. */
  public long skip(long count) throws IOException {
    long done = 0;
    while (done < count && (next < end || fill())) {
      int step = (int) Math.min(count - done, end - next);
      next += step;
      position += step;
      done += step;
    }
    return done;
  }

  /** Looks one byte further, so that gzip's check sum is compared where the data end here. */
  public void finish() throws IOException {
    if (gzip && next == end) {
      fill();
    }
  }

  private boolean fill() throws IOException {
    int count = readFile(buffer, 0, buffer.length);
    next = 0;
    end = Math.max(0, count);
    return count > 0;
  }

  private int readFile(byte[] to, int offset, int length) throws IOException {
    try {
      return in.read(to, offset, length);
    } catch (EOFException e) {
      throw brokenOff(path, position, e);
    } catch (ZipException e) {
      throw corrupt(path, position, e);
    }
  }

  private static MalformedFileException brokenOff(Path path, long position, IOException cause) {
    return new MalformedFileException(
        path,
        "its gzip data",
        "break off after " + position + " unpacked bytes, so the file is truncated",
        "copy or export it again",
        cause);
  }

  private static MalformedFileException corrupt(Path path, long position, IOException cause) {
    return new MalformedFileException(
        path,
        "its gzip data",
        "are corrupt after " + position + " unpacked bytes (" + cause.getMessage() + ")",
        "copy or export it again",
        cause);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
