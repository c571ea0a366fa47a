package org.cirr.io.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cirr.io.file.SeekableBytes;

/**
 * Writes zips as PyTorch does, for tests: stored, flags 0x0808, no sizes in the local header, data
 * descriptors, aligned data, a zip64 end record. With {@code zip64} all sizes and offsets are in
 * the central zip64 extra field.
 */
final class TorchZip {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
  private final List<String> names = new ArrayList<>();
  private final boolean zip64;
  private long skipped;

  TorchZip(boolean zip64) {
    this.zip64 = zip64;
  }

  TorchZip add(String name, byte[] content) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    long offset = out.size() + skipped;
    int padding = (int) (64 - (offset + 30 + text.length + 4) % 64) % 64;
    out.writeBytes(
        little(30)
            .putInt(0x04034b50)
            .putShort((short) 0)
            .putShort((short) 0x0808)
            .position(26)
            .putShort((short) text.length)
            .putShort((short) (4 + padding))
            .array());
    out.writeBytes(text);
    out.writeBytes(
        little(4 + padding).put((byte) 'F').put((byte) 'B').putShort((short) padding).array());
    out.writeBytes(content);
    out.writeBytes(
        little(16)
            .putInt(0x08074b50)
            .putInt(0)
            .putInt(content.length)
            .putInt(content.length)
            .array());
    int size = zip64 ? -1 : content.length;
    directory.writeBytes(
        little(46)
            .putInt(0x02014b50)
            .putInt(0)
            .putShort((short) 0x0808)
            .position(20)
            .putInt(size)
            .putInt(size)
            .putShort((short) text.length)
            .putShort((short) (zip64 ? 28 : 0))
            .position(42)
            .putInt(zip64 ? -1 : (int) offset)
            .array());
    directory.writeBytes(text);
    if (zip64) {
      directory.writeBytes(
          little(28)
              .putShort((short) 1)
              .putShort((short) 24)
              .putLong(content.length)
              .putLong(content.length)
              .putLong(offset)
              .array());
    }
    names.add(name);
    return this;
  }

  TorchZip add(String name, String content) {
    return add(name, content.getBytes(StandardCharsets.UTF_8));
  }

  SeekableBytes source() {
    return SeekableBytes.of(Path.of("x.pth"), bytes());
  }

  byte[] bytes() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(content());
    all.writeBytes(directory());
    return all.toByteArray();
  }

  /** The records without the directory. */
  byte[] content() {
    return out.toByteArray();
  }

  /** Puts what follows at a position that is farther on; the caller leaves the hole. */
  TorchZip skipTo(long position) {
    skipped = position - out.size();
    return this;
  }

  byte[] directory() {
    long start = out.size() + skipped;
    int size = directory.size();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(directory.toByteArray());
    long end = start + size;
    all.writeBytes(
        little(56)
            .putInt(0x06064b50)
            .putLong(44)
            .position(24)
            .putLong(names.size())
            .putLong(names.size())
            .putLong(size)
            .putLong(start)
            .array());
    all.writeBytes(little(20).putInt(0x07064b50).putInt(0).putLong(end).putInt(1).array());
    all.writeBytes(
        little(22)
            .putInt(0x06054b50)
            .putInt(0)
            .putShort((short) (zip64 ? -1 : names.size()))
            .putShort((short) (zip64 ? -1 : names.size()))
            .putInt(zip64 ? -1 : size)
            .putInt(zip64 ? -1 : (int) start)
            .array());
    return all.toByteArray();
  }

  static byte[] floats(ByteOrder order, float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(order);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return buffer.array();
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
