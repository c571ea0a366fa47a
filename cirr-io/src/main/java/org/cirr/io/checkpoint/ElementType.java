package org.cirr.io.checkpoint;

import java.nio.ByteBuffer;
import org.cirr.tensor.Half;

/** The element types of stored tensors; all are read as float32. */
public enum ElementType {
  FLOAT64(8, "F64", "Double", "float64"),
  FLOAT32(4, "F32", "Float", "float32"),
  FLOAT16(2, "F16", "Half", "float16"),
  BFLOAT16(2, "BF16", "BFloat16", "bfloat16"),
  FLOAT8_E4M3(1, "F8_E4M3", null, "float8_e4m3fn"),
  FLOAT8_E5M2(1, "F8_E5M2", null, "float8_e5m2"),
  INT64(8, "I64", "Long", "int64"),
  INT32(4, "I32", "Int", "int32"),
  INT16(2, "I16", "Short", "int16"),
  INT8(1, "I8", "Char", "int8"),
  UINT64(8, "U64", null, "uint64"),
  UINT32(4, "U32", null, "uint32"),
  UINT16(2, "U16", null, "uint16"),
  UINT8(1, "U8", "Byte", "uint8"),
  BOOL(1, "BOOL", "Bool", "bool");

  private final int bytes;
  private final String safetensors;
  private final String storage; // torch.<storage>Storage
  private final String torch; // torch.<name>

  ElementType(int bytes, String safetensors, String storage, String torch) {
    this.bytes = bytes;
    this.safetensors = safetensors;
    this.storage = storage;
    this.torch = torch;
  }

  /** The bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** The type of a safetensors dtype such as {@code BF16}, or null. */
  static ElementType ofSafetensors(String dtype) {
    for (ElementType type : values()) {
      if (type.safetensors.equals(dtype)) {
        return type;
      }
    }
    return null;
  }

  /** The type of a PyTorch storage class such as {@code HalfStorage}, or null. */
  static ElementType ofStorage(String className) {
    for (ElementType type : values()) {
      if (type.storage != null && className.equals(type.storage + "Storage")) {
        return type;
      }
    }
    return null;
  }

  /** The type of a PyTorch dtype such as {@code uint16}, or null. */
  static ElementType ofTorch(String dtype) {
    for (ElementType type : values()) {
      if (type.torch.equals(dtype)) {
        return type;
      }
    }
    return null;
  }

  /** Converts {@code count} elements from the buffer's position on, in its byte order. */
  void decode(ByteBuffer from, float[] into, int offset, int count) {
    switch (this) {
      case FLOAT32 -> from.asFloatBuffer().get(into, offset, count);
      case FLOAT64 -> {
        for (int i = 0; i < count; i++) {
          into[offset + i] = (float) from.getDouble();
        }
      }
      case FLOAT16 -> {
        for (int i = 0; i < count; i++) {
          into[offset + i] = Half.toFloat(from.getShort());
        }
      }
      case BFLOAT16 -> {
        for (int i = 0; i < count; i++) {
          into[offset + i] = Float.intBitsToFloat(from.getShort() << 16);
        }
      }
      case FLOAT8_E5M2 -> {
        for (int i = 0; i < count; i++) {
          into[offset + i] = Half.toFloat((short) (from.get() << 8));
        }
      }
      case FLOAT8_E4M3 -> {
        for (int i = 0; i < count; i++) {
          into[offset + i] = e4m3(from.get());
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          into[offset + i] = whole(from);
        }
      }
    }
  }

  private float whole(ByteBuffer from) {
    return switch (this) {
      case INT64 -> from.getLong();
      case INT32 -> from.getInt();
      case INT16 -> from.getShort();
      case INT8 -> from.get();
      case UINT64 -> {
        long value = from.getLong(); // halved with a sticky last bit, so that one rounding is right
        yield value >= 0 ? (float) value : ((value >>> 1) | (value & 1)) * 2f;
      }
      case UINT32 -> from.getInt() & 0xffffffffL;
      case UINT16 -> from.getShort() & 0xffff;
      case UINT8 -> from.get() & 0xff;
      case BOOL -> from.get() != 0 ? 1 : 0;
      default -> throw new IllegalStateException(name() + " is not a type of whole numbers");
    };
  }

  /** Sign, four bits of exponent (bias 7), three of mantissa; no infinities, S.1111.111 is NaN. */
  private static float e4m3(byte bits) {
    int exponent = bits >> 3 & 15;
    int mantissa = bits & 7;
    float magnitude =
        exponent == 0
            ? mantissa * 0x1p-9f
            : exponent == 15 && mantissa == 7 ? Float.NaN : Math.scalb(8 + mantissa, exponent - 10);
    return bits < 0 ? -magnitude : magnitude;
  }
}
