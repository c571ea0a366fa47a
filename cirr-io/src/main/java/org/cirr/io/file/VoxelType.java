package org.cirr.io.file;

import java.nio.ByteBuffer;
import java.util.Locale;

/** The kinds of numbers that image files store. */
public enum VoxelType {
  /** Unsigned bytes. */
  UINT8(1) {
    @Override
    public void decode(ByteBuffer in, double[] out, int count) {
      for (int i = 0; i < count; i++) {
        out[i] = in.get() & 0xff;
      }
    }
  },
  /** Signed bytes. */
  INT8(1) {
    @Override
    public void decode(ByteBuffer in, double[] out, int count) {
      for (int i = 0; i < count; i++) {
        out[i] = in.get();
      }
    }
  },
  /** Unsigned 16-bit integers. */
  UINT16(2) {
    @Override
    public void decode(ByteBuffer in, double[] out, int count) {
      for (int i = 0; i < count; i++) {
        out[i] = in.getShort() & 0xffff;
      }
    }
  },
  /** Signed 16-bit integers. */
  INT16(2) {
    @Override
    public void decode(ByteBuffer in, double[] out, int count) {
      for (int i = 0; i < count; i++) {
        out[i] = in.getShort();
      }
    }
  },
  /** Unsigned 32-bit integers. */
  UINT32(4) {
    @Override
    public void decode(ByteBuffer in, double[] out, int count) {
      for (int i = 0; i < count; i++) {
        out[i] = in.getInt() & 0xffffffffL;
      }
    }
  },
  /** Signed 32-bit integers. */
  INT32(4) {
    @Override
    public void decode(ByteBuffer in, double[] out, int count) {
      for (int i = 0; i < count; i++) {
        out[i] = in.getInt();
      }
    }
  },
  /** Unsigned 64-bit integers, rounded to the nearest double. */
  UINT64(8) {
    @Override
    public void decode(ByteBuffer in, double[] out, int count) {
      for (int i = 0; i < count; i++) {
        long bits = in.getLong();
        // Above 2^63 half of it is rounded; the lost bit stays as a sticky one.
        out[i] = bits >= 0 ? bits : 2.0 * (bits >>> 1 | bits & 1);
      }
    }
  },
  /** Signed 64-bit integers, rounded to the nearest double. */
  INT64(8) {
    @Override
    public void decode(ByteBuffer in, double[] out, int count) {
      for (int i = 0; i < count; i++) {
        out[i] = in.getLong();
      }
    }
  },
  /** Single precision. */
  FLOAT32(4) {
    @Override
    public void decode(ByteBuffer in, double[] out, int count) {
      for (int i = 0; i < count; i++) {
        out[i] = in.getFloat();
      }
    }
  },
  /** Double precision. */
  FLOAT64(8) {
    @Override
    public void decode(ByteBuffer in, double[] out, int count) {
      for (int i = 0; i < count; i++) {
        out[i] = in.getDouble();
      }
    }
  };

  private final int bytes;

  VoxelType(int bytes) {
    this.bytes = bytes;
  }

  /** The bytes of one number. */
  public int bytes() {
    return bytes;
  }

  /** Takes the next {@code count} numbers from the buffer, in the buffer's byte order. */
  public abstract void decode(ByteBuffer in, double[] out, int count);

  /** The name in lower case, as NumPy's. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
