package org.cirr.io.npy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.cirr.io.file.MalformedFileException;
import org.cirr.tensor.Shape;

/** Turns the bytes of a {@code .npy} stream into typed arrays and back. */
final class NpyValues {
  private static final int CHUNK_BYTES = 1 << 16;

  private NpyValues() {}

  /**
   * Reads header and values.
   *
   * @param limit the most bytes that the stream can hold
   * @param exact whether the stream does hold that many, so that the values can be allocated at
   *     once; otherwise the array grows as values arrive
   */
  static NpyArray decode(Path file, InputStream in, long limit, boolean exact) throws IOException {
    NpyHeader header = NpyHeader.read(file, in);
    NpyType type = header.type();
    int count = (int) header.shape().elements();
    long needed = (long) count * type.bytes();
    if (needed > limit) {
      throw cutOff(file, header, needed, "at most " + limit);
    }
    ByteBuffer chunk =
        ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, needed))
            .order(header.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    Object values = allocate(type, exact ? count : Math.min(count, CHUNK_BYTES));
    int perChunk = CHUNK_BYTES / type.bytes();
    for (int done = 0; done < count; ) {
      int now = Math.min(perChunk, count - done);
      int got = in.readNBytes(chunk.array(), 0, now * type.bytes());
      if (got < now * type.bytes()) {
        throw cutOff(file, header, needed, "only " + ((long) done * type.bytes() + got));
      }
      if (Array.getLength(values) < done + now) {
        Object larger =
            allocate(type, (int) Math.min(count, Math.max(done + now, 2L * (done + now))));
        System.arraycopy(values, 0, larger, 0, done);
        values = larger;
      }
      get(chunk.clear(), values, done, now);
      done += now;
    }
    if (header.fortranOrder() && header.shape().rank() > 1) {
      values = fromFortran(values, header.shape());
    }
    return new NpyArray(header.shape(), type, values);
  }

  private static MalformedFileException cutOff(
      Path file, NpyHeader header, long needed, String found) {
    return new MalformedFileException(
        file,
        "shape",
        header.shape()
            + " of "
            + header.type()
            + " needs "
            + needed
            + " bytes, the file has "
            + found,
        "the file is truncated; copy it again");
  }

  private static Object allocate(NpyType type, int count) {
    return switch (type) {
      case BOOL, INT8, UINT8 -> new byte[count];
      case INT16, UINT16, FLOAT16 -> new short[count];
      case INT32, UINT32 -> new int[count];
      case INT64, UINT64 -> new long[count];
      case FLOAT32 -> new float[count];
      case FLOAT64 -> new double[count];
    };
  }

  private static void get(ByteBuffer from, Object values, int offset, int count) {
    if (values instanceof byte[] array) {
      from.get(array, offset, count);
    } else if (values instanceof short[] array) {
      from.asShortBuffer().get(array, offset, count);
    } else if (values instanceof int[] array) {
      from.asIntBuffer().get(array, offset, count);
    } else if (values instanceof long[] array) {
      from.asLongBuffer().get(array, offset, count);
    } else if (values instanceof float[] array) {
      from.asFloatBuffer().get(array, offset, count);
    } else {
      from.asDoubleBuffer().get((double[]) values, offset, count);
    }
  }

  private static Object fromFortran(Object values, Shape shape) {
    int count = Array.getLength(values);
    Object result = Array.newInstance(values.getClass().getComponentType(), count);
    int[] index = new int[shape.rank()];
    int from = 0;
    for (int to = 0; to < count; to++) {
      System.arraycopy(values, from, result, to, 1);
      // The next index in C order, and where Fortran order keeps it.
      int axis = index.length - 1;
      int stride = count / shape.dim(axis);
      while (axis > 0 && index[axis] == shape.dim(axis) - 1) {
        from -= index[axis] * stride;
        index[axis] = 0;
        axis--;
        stride /= shape.dim(axis);
      }
      index[axis]++;
      from += stride;
    }
    return result;
  }

  /** Writes header and values. */
  static void encode(NpyArray array, OutputStream out) throws IOException {
    out.write(NpyHeader.write(array.type(), array.shape()));
    put(array.values(), array.type(), out);
  }

  /** Writes one typed array, little-endian. */
  static void put(Object values, NpyType type, OutputStream out) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int count = Array.getLength(values);
    int perChunk = CHUNK_BYTES / type.bytes();
    for (int done = 0; done < count; done += perChunk) {
      int now = Math.min(perChunk, count - done);
      chunk.clear();
      if (values instanceof byte[] array) {
        chunk.put(array, done, now);
      } else if (values instanceof short[] array) {
        chunk.asShortBuffer().put(array, done, now);
      } else if (values instanceof int[] array) {
        chunk.asIntBuffer().put(array, done, now);
      } else if (values instanceof long[] array) {
        chunk.asLongBuffer().put(array, done, now);
      } else if (values instanceof float[] array) {
        chunk.asFloatBuffer().put(array, done, now);
      } else {
        chunk.asDoubleBuffer().put((double[]) values, done, now);
      }
      out.write(chunk.array(), 0, now * type.bytes());
    }
  }
}
