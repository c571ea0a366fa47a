package org.cirr.benchmarks.export;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A protocol buffers message, written field after field.
 *
 * <p><b>Formula</b>: a field is the varint {@code number · 8 + wire type} and its value: wire type
 * 0 a varint, 2 a length and that many bytes, 5 four bytes.
 *
 * <p><b>Source</b>: protobuf.dev, "Encoding".
 */
final class ProtoMessage {
  /* A list of pieces, so that a message inside a message is not copied: weights are most of a file. */

  private static final int VARINT = 0;
  private static final int LENGTH = 2;
  private static final int FOUR_BYTES = 5;

  private final List<byte[]> pieces = new ArrayList<>();
  private long size;

  ProtoMessage number(int field, long value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    varint(bytes, field * 8L + VARINT);
    varint(bytes, value);
    return add(bytes.toByteArray());
  }

  ProtoMessage float32(int field, float value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    varint(bytes, field * 8L + FOUR_BYTES);
    bytes.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
    return add(bytes.toByteArray());
  }

  ProtoMessage text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtoMessage bytes(int field, byte[] value) {
    return length(field, value.length).add(value);
  }

  ProtoMessage message(int field, ProtoMessage value) {
    length(field, value.size);
    pieces.addAll(value.pieces);
    size += value.size;
    return this;
  }

  void writeTo(OutputStream out) throws IOException {
    for (byte[] piece : pieces) {
      out.write(piece);
    }
  }

  private ProtoMessage length(int field, long length) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    varint(bytes, field * 8L + LENGTH);
    varint(bytes, length);
    return add(bytes.toByteArray());
  }

  private ProtoMessage add(byte[] piece) {
    pieces.add(piece);
    size += piece.length;
    return this;
  }

  /** Seven bits at a time, the lowest first; the eighth says that more follow. */
  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
