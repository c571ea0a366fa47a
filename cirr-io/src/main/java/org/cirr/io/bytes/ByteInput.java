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
  private final long length; // of the file, or of the packed bytes
  private final boolean exact; // whether length bytes will come; else at most 1032 times as many
  private final InputStream in;
  private final byte[] buffer;
  private int next;
  private int end;
  private long position;

  private ByteInput(Path path, long length, boolean exact, InputStream in) {
    this.path = path;
    this.length = length;
    this.exact = exact;
    this.in = in;
    this.buffer = new byte[(int) Math.max(512, Math.min(BUFFER, length))];
  }

  /** Opens a file at its first byte without looking for gzip. */
  public static ByteInput openPlain(ByteSource source) throws IOException {
    long length = source.length();
    return new ByteInput(source.path(), length, true, source.open());
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
      return new ByteInput(path, length, true, sniffed);
    }
    try {
      int packedBuffer = (int) Math.max(512, Math.min(BUFFER / 4, length));
      return new ByteInput(path, length, false, new GZIPInputStream(sniffed, packedBuffer));
    } catch (EOFException e) {
      throw brokenOff(path, 0, e);
    } catch (ZipException e) {
      throw corrupt(path, 0, e);
    }
  }

  /** The rest as gzip, or as it is if it is not; for packed data behind a plain header. */
  public ByteInput gunzipRest() throws IOException {
    return wrap(path, mostLeft(), new Rest());
  }

  /** The rest as pairs of hexadecimal digits; other characters are skipped. */
  public ByteInput hexRest() {
    InputStream bytes =
        new Rest() {
          @Override
          public int read() throws IOException {
            int high = digit();
            int low = digit();
            return low < 0 ? -1 : high << 4 | low;
          }

          @Override
          public int read(byte[] to, int offset, int count) throws IOException {
            int done = 0;
            for (int next = 0; done < count && (next = read()) >= 0; done++) {
              to[offset + done] = (byte) next;
            }
            return done == 0 && count > 0 ? -1 : done;
          }

          private int digit() throws IOException {
            int next = ByteInput.this.read();
            while (next >= 0 && Character.digit(next, 16) < 0) {
              next = ByteInput.this.read();
            }
            return next < 0 ? -1 : Character.digit(next, 16);
          }
        };
    return new ByteInput(path, mostLeft(), false, bytes);
  }

  /** What this input still gives, as a stream. */
  private class Rest extends InputStream {
    @Override
    public int read() throws IOException {
      return ByteInput.this.read();
    }

    @Override
    public int read(byte[] to, int offset, int count) throws IOException {
      return count == 0 ? 0 : ByteInput.this.read(to, offset, count);
    }

    @Override
    public int available() throws IOException {
      return end > next ? end - next : in.available();
    }

    @Override
    public void close() throws IOException {
      ByteInput.this.close();
    }
  }

  /** Whether the bytes are packed in the file, so that their number is not known beforehand. */
  public boolean isPacked() {
    return !exact;
  }

  /** The file named in errors. */
  public Path path() {
    return path;
  }

  /** The number of (unpacked) bytes read so far. */
  public long position() {
    return position;
  }

  /** The most bytes that can still come: exact for a plain file, else a bound. */
  public long mostLeft() {
    return (exact ? length : length * MOST_PER_PACKED_BYTE) - position;
  }

  /** How many bytes of float32 values may be taken before any was read. */
  public long justified() {
    return exact ? Float.BYTES * mostLeft() : (1L << 19) + 16 * length;
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
    if (!exact && next == end) {
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
