package org.cirr.io.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.cirr.tensor.Half;

/** Values as bytes, little-endian. */
final class FloatBytes {
  private static final int BLOCK = 1 << 16;

  private FloatBytes() {}

  static void write(float[] values, OutputStream out) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    int perBlock = BLOCK / Float.BYTES;
    for (int done = 0; done < values.length; done += perBlock) {
      int now = Math.min(perBlock, values.length - done);
      block.clear().asFloatBuffer().put(values, done, now);
      out.write(block.array(), 0, Float.BYTES * now);
    }
  }

  /** The nearest half-precision values. */
  static void writeHalf(float[] values, OutputStream out) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    int perBlock = BLOCK / Short.BYTES;
    for (int done = 0; done < values.length; done += perBlock) {
      int now = Math.min(perBlock, values.length - done);
      block.clear();
      for (int i = 0; i < now; i++) {
        block.putShort(Half.fromFloat(values[done + i]));
      }
      out.write(block.array(), 0, Short.BYTES * now);
    }
  }
}
