package org.cirr.io.npy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.cirr.io.file.AtomicFile;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;
import org.cirr.tensor.Half;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/**
 * A NumPy array: a shape, an element type and the values in C order (the last axis is the fastest).
 *
 * <p>Both byte orders and Fortran order are turned into native values in C order when read; the
 * element type stays, so half-precision bits and 64-bit integers are exact.
 *
 * <p><b>Edge cases</b>: a 0-dimensional array has one value; bytes after the values are ignored, as
 * numpy.load does.
 *
 * <p><b>Errors</b>: {@link MalformedFileException} naming the header's field, also for types that
 * are not read (complex, strings, objects, dates, structures, long double).
 */
public final class NpyArray {
  private final Shape shape;
  private final NpyType type;
  private final Object values; // byte[], short[], int[], long[], float[] or double[], by type

  NpyArray(Shape shape, NpyType type, Object values) {
    this.shape = shape;
    this.type = type;
    this.values = values;
  }

  /** Reads a {@code .npy} file, gzipped or not; the first bytes decide, not the name. */
  public static NpyArray read(Path file) throws IOException {
    return read(SeekableBytes.of(file));
  }

  /** Reads the same from any source of bytes. */
  public static NpyArray read(SeekableBytes source) throws IOException {
    byte[] start = source.read(0, (int) Math.min(2, source.size()));
    boolean gzip = start.length == 2 && start[0] == 0x1f && start[1] == (byte) 0x8b;
    // Deflate makes at most 1032 bytes out of one, so a shape that needs more is a lie.
    long limit =
        gzip ? Math.multiplyExact(Math.min(source.size(), 1L << 40), 1032L) : source.size();
    try (InputStream raw = source.stream(0, source.size());
        InputStream in = gzip ? new GZIPInputStream(raw, 1 << 16) : raw) {
      return NpyValues.decode(source.path(), in, limit, !gzip);
    } catch (ZipException | EOFException e) {
      throw new MalformedFileException(
          source.path(), "gzip data", "is damaged", "the file is truncated; copy it again", e);
    }
  }

  /** A float32 array over the given values, which are not copied. */
  public static NpyArray of(Shape shape, float... values) {
    return checked(shape, NpyType.FLOAT32, values, values.length);
  }

  /** A float64 array over the given values, which are not copied. */
  public static NpyArray of(Shape shape, double... values) {
    return checked(shape, NpyType.FLOAT64, values, values.length);
  }

  /** An int32 array over the given values, which are not copied. */
  public static NpyArray of(Shape shape, int... values) {
    return checked(shape, NpyType.INT32, values, values.length);
  }

  /** An int64 array over the given values, which are not copied. */
  public static NpyArray of(Shape shape, long... values) {
    return checked(shape, NpyType.INT64, values, values.length);
  }

  /** A uint8 array over the given values, which are not copied. */
  public static NpyArray of(Shape shape, byte... values) {
    return checked(shape, NpyType.UINT8, values, values.length);
  }

  /** A float16 array over the given bits, which are not copied. */
  public static NpyArray ofHalf(Shape shape, short... bits) {
    return checked(shape, NpyType.FLOAT16, bits, bits.length);
  }

  private static NpyArray checked(Shape shape, NpyType type, Object values, int length) {
    if (shape.elements() != length) {
      throw new IllegalArgumentException(
          "shape " + shape + " needs " + shape.elements() + " values, got " + length);
    }
    return new NpyArray(shape, type, values);
  }

  /** The extents, slowest axis first. */
  public Shape shape() {
    return shape;
  }

  /** The element type of the file. */
  public NpyType type() {
    return type;
  }

  /** The number of values. */
  public int size() {
    return shape.arrayLength();
  }

  /**
   * One value by its position in C order, as double.
   *
   * <p><b>Edge cases</b>: true is 1; 64-bit integers beyond 2⁵³ are rounded, see {@link #longAt}.
   */
  public double doubleAt(int index) {
    Objects.checkIndex(index, size());
    return switch (type) {
      case FLOAT16 -> Half.toFloat(((short[]) values)[index]);
      case FLOAT32 -> ((float[]) values)[index];
      case FLOAT64 -> ((double[]) values)[index];
      case UINT64 -> unsignedToDouble(((long[]) values)[index]);
      default -> longAt(index);
    };
  }

  /**
   * One value of an integer or boolean array by its position in C order.
   *
   * <p><b>Edge cases</b>: uint64 values from 2⁶³ on come out negative, with the same bits.
   *
   * <p><b>Errors</b>: {@link IllegalStateException} for a floating-point array.
   */
  public long longAt(int index) {
    Objects.checkIndex(index, size());
    return switch (type) {
      case BOOL -> ((byte[]) values)[index] != 0 ? 1 : 0;
      case INT8 -> ((byte[]) values)[index];
      case UINT8 -> ((byte[]) values)[index] & 0xff;
      case INT16 -> ((short[]) values)[index];
      case UINT16 -> ((short[]) values)[index] & 0xffff;
      case INT32 -> ((int[]) values)[index];
      case UINT32 -> ((int[]) values)[index] & 0xffffffffL;
      case INT64, UINT64 -> ((long[]) values)[index];
      case FLOAT16, FLOAT32, FLOAT64 ->
          throw new IllegalStateException(
              "the array is " + type + ", not of whole numbers; use doubleAt");
    };
  }

  /** The values in C order as a new array of doubles. */
  public double[] toDoubles() {
    double[] result = new double[size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = doubleAt(i);
    }
    return result;
  }

  /**
   * The values as float32.
   *
   * <p><b>Edge cases</b>: a FLOAT32 array is shared, not copied; other types are converted, with
   * rounding to nearest.
   */
  public Tensor toTensor() {
    if (type == NpyType.FLOAT32) {
      return Tensor.of(shape, (float[]) values);
    }
    float[] result = new float[size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = type == NpyType.INT64 ? (float) longAt(i) : (float) doubleAt(i);
    }
    return Tensor.of(shape, result);
  }

  /**
   * The bits of a FLOAT16 array, not copied; see {@link Half}.
   *
   * <p><b>Errors</b>: {@link IllegalStateException} for any other type.
   */
  public short[] halfBits() {
    if (type != NpyType.FLOAT16) {
      throw new IllegalStateException("the array is " + type + ", not FLOAT16; use toTensor");
    }
    return (short[]) values;
  }

  /**
   * The bytes of a BOOL, INT8 or UINT8 array, not copied.
   *
   * <p><b>Errors</b>: {@link IllegalStateException} for any other type.
   */
  public byte[] bytes() {
    if (!(values instanceof byte[] bytes)) {
      throw new IllegalStateException("the array is " + type + ", not of bytes; use longAt");
    }
    return bytes;
  }

  /** Writes a {@code .npy} file, version 1.0, little-endian, C order. */
  public void write(Path file) throws IOException {
    AtomicFile.write(file, out -> NpyValues.encode(this, out));
  }

  private static double unsignedToDouble(long value) {
    // Halving keeps the last bit as a sticky bit, so that the one rounding is the right one.
    return value >= 0 ? value : ((value >>> 1) | (value & 1)) * 2.0;
  }

  Object values() {
    return values;
  }

  @Override
  public String toString() {
    return "NpyArray" + shape + " " + type;
  }
}
