package org.cirr.io.checkpoint;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.cirr.io.file.MalformedFileException;

/** The arguments of pickle opcodes, each checked against what is left of the bytes. */
final class PickleInput {
  private static final int MAX_WHOLE_BYTES = 64;
  private final Path file;
  private final ByteBuffer bytes;

  PickleInput(Path file, byte[] bytes) {
    this.file = file;
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  int position() {
    return bytes.position();
  }

  boolean hasMore() {
    return bytes.hasRemaining();
  }

  int u1() throws MalformedFileException {
    need(1);
    return bytes.get() & 0xff;
  }

  int u2() throws MalformedFileException {
    need(2);
    return bytes.getShort() & 0xffff;
  }

  int i4() throws MalformedFileException {
    need(4);
    return bytes.getInt();
  }

  long u4() throws MalformedFileException {
    return Integer.toUnsignedLong(i4());
  }

  long i8() throws MalformedFileException {
    need(8);
    return bytes.getLong();
  }

  double bigEndianDouble() throws MalformedFileException {
    return Double.longBitsToDouble(Long.reverseBytes(i8()));
  }

  byte[] raw(long length) throws MalformedFileException {
    need(length);
    byte[] raw = new byte[(int) length];
    bytes.get(raw);
    return raw;
  }

  String text(long length, Charset charset) throws MalformedFileException {
    need(length);
    String text =
        new String(bytes.array(), bytes.arrayOffset() + bytes.position(), (int) length, charset);
    bytes.position(bytes.position() + (int) length);
    return text;
  }

  /** The text up to the end of the line. */
  String line() throws MalformedFileException {
    int end = bytes.position();
    while (end < bytes.limit() && bytes.get(end) != '\n') {
      end++;
    }
    if (end == bytes.limit()) {
      throw wrong("ends inside a line of text");
    }
    String line = text(end - bytes.position(), StandardCharsets.UTF_8);
    bytes.get();
    return line;
  }

  /** A little-endian two's complement number: a Long, or a BigInteger where it does not fit. */
  Number whole(long length) throws MalformedFileException {
    if (length < 0 || length > MAX_WHOLE_BYTES) {
      throw wrong("has a whole number of " + length + " bytes, at most 64 are read,");
    }
    byte[] little = raw(length);
    byte[] big = new byte[Math.max(1, little.length)];
    for (int i = 0; i < little.length; i++) {
      big[little.length - 1 - i] = little[i];
    }
    return narrow(new BigInteger(big));
  }

  /** A decimal number as text, with the L that Python 2 appends. */
  Number decimal(String text) throws MalformedFileException {
    String digits = text.endsWith("L") ? text.substring(0, text.length() - 1) : text;
    if (digits.length() > 2 * MAX_WHOLE_BYTES || !digits.matches("[+-]?[0-9]+")) {
      throw wrong("has no whole number where one should be,");
    }
    return narrow(new BigInteger(digits));
  }

  private static Number narrow(BigInteger value) {
    if (value.bitLength() < 64) {
      return value.longValue();
    }
    return value;
  }

  private void need(long count) throws MalformedFileException {
    if (count < 0 || count > bytes.remaining()) {
      throw wrong("needs " + count + " more bytes and has " + bytes.remaining());
    }
  }

  MalformedFileException wrong(String problem) {
    return new MalformedFileException(
        file,
        "pickle",
        problem + " at byte " + bytes.position(),
        "the file is damaged, or is no pickle of PyTorch or nnU-Net");
  }
}
