package org.cirr.benchmarks.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers as the bytes that both formats hold. */
final class LittleEndian {
  private LittleEndian() {}

  static byte[] floats(float[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  static byte[] longs(long... values) {
    ByteBuffer buffer = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asLongBuffer().put(values);
    return buffer.array();
  }
}
