package org.cirr.io.nifti;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.cirr.io.bytes.ByteSource;

/** NIfTI files made by hand, field by field, without the code under test. */
final class NiftiBytes {
  final int version;
  final ByteOrder order;
  final ByteBuffer header;
  boolean pair;
  byte[] extensions = new byte[0];
  byte[] voxels = new byte[0];

  NiftiBytes(int version, ByteOrder order) {
    this.version = version;
    this.order = order;
    header = ByteBuffer.allocate(version == 1 ? 348 : 540).order(order);
    header.putInt(0, version == 1 ? 348 : 540);
    pixdim(1, 1, 1, 1);
    real(112, 176, 1);
  }

  static NiftiBytes v1() {
    return new NiftiBytes(1, ByteOrder.LITTLE_ENDIAN);
  }

  /** A 2×2×2 uint8 image holding 0 to 7. */
  static NiftiBytes small() {
    return v1().dims(2, 2, 2).datatype(2, 8).voxels(new byte[] {0, 1, 2, 3, 4, 5, 6, 7});
  }

  NiftiBytes dims(long... dims) {
    dim(0, dims.length);
    for (int i = 1; i <= 7; i++) {
      dim(i, i <= dims.length ? dims[i - 1] : 1);
    }
    return this;
  }

  NiftiBytes dim(int index, long value) {
    if (version == 1) {
      header.putShort(40 + 2 * index, (short) value);
    } else {
      header.putLong(16 + 8 * index, value);
    }
    return this;
  }

  NiftiBytes datatype(int code, int bits) {
    header.putShort(version == 1 ? 70 : 12, (short) code);
    header.putShort(version == 1 ? 72 : 14, (short) bits);
    return this;
  }

  NiftiBytes real(int at1, int at2, double value) {
    if (version == 1) {
      header.putFloat(at1, (float) value);
    } else {
      header.putDouble(at2, value);
    }
    return this;
  }

  NiftiBytes pixdim(double... values) {
    for (int i = 0; i < values.length; i++) {
      real(76 + 4 * i, 104 + 8 * i, values[i]);
    }
    return this;
  }

  NiftiBytes scale(double slope, double inter) {
    return real(112, 176, slope).real(116, 184, inter);
  }

  NiftiBytes sform(int code, double... rows) {
    if (version == 1) {
      header.putShort(254, (short) code);
    } else {
      header.putInt(348, code);
    }
    for (int i = 0; i < rows.length; i++) {
      real(280 + 4 * i, 400 + 8 * i, rows[i]);
    }
    return this;
  }

  NiftiBytes qform(int code, double b, double c, double d, double x, double y, double z) {
    if (version == 1) {
      header.putShort(252, (short) code);
    } else {
      header.putInt(344, code);
    }
    double[] values = {b, c, d, x, y, z};
    for (int i = 0; i < 6; i++) {
      real(256 + 4 * i, 352 + 8 * i, values[i]);
    }
    return this;
  }

  NiftiBytes voxels(byte[] bytes) {
    voxels = bytes;
    return this;
  }

  NiftiBytes extensions(byte[] bytes) {
    extensions = bytes;
    return this;
  }

  NiftiBytes pair() {
    pair = true;
    return this;
  }

  /** The header with magic, flag and extensions; for a single file the voxels follow. */
  byte[] bytes() {
    int offset = pair ? 0 : header.capacity() + 4 + extensions.length;
    return bytes(offset);
  }

  /** The same with a vox_offset of any value. */
  byte[] bytes(double offset) {
    char kind = pair ? 'i' : '+';
    if (version == 1) {
      header.put(344, new byte[] {'n', (byte) kind, '1', 0});
      header.putFloat(108, (float) offset);
    } else {
      header.put(4, new byte[] {'n', (byte) kind, '2', 0, '\r', '\n', 0x1a, '\n'});
      header.putLong(168, (long) offset);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(header.array());
    out.writeBytes(new byte[] {(byte) (extensions.length > 0 ? 1 : 0), 0, 0, 0});
    out.writeBytes(extensions);
    if (!pair) {
      out.writeBytes(voxels);
    }
    return out.toByteArray();
  }

  /** The file in memory: {@code a.nii}, or {@code a.hdr} with its {@code a.img}. */
  ByteSource source(boolean packed) {
    String end = packed ? ".gz" : "";
    Map<String, byte[]> files = new HashMap<>();
    if (pair) {
      files.put("a.img" + end, packed ? gzip(voxels) : voxels);
    }
    byte[] main = packed ? gzip(bytes()) : bytes();
    files.put("a.hdr" + end, main);
    return ByteSource.of(Path.of((pair ? "a.hdr" : "a.nii") + end), main, files);
  }

  static ByteSource source(byte[] bytes) {
    return ByteSource.of(Path.of("a.nii"), bytes, Map.of());
  }

  static byte[] gzip(byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  static byte[] cut(byte[] bytes, int length) {
    return Arrays.copyOf(bytes, length);
  }
}
