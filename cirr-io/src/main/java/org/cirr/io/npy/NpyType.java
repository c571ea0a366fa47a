package org.cirr.io.npy;

/** The element types that are read and written, with NumPy's codes. */
public enum NpyType {
  BOOL("b1", 1),
  INT8("i1", 1),
  UINT8("u1", 1),
  INT16("i2", 2),
  UINT16("u2", 2),
  INT32("i4", 4),
  UINT32("u4", 4),
  INT64("i8", 8),
  UINT64("u8", 8),
  FLOAT16("f2", 2),
  FLOAT32("f4", 4),
  FLOAT64("f8", 8);

  private final String code;
  private final int bytes;

  NpyType(String code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** NumPy's description of the little-endian type, such as {@code <f4}. */
  public String descr() {
    return (bytes == 1 ? "|" : "<") + code;
  }

  /** The type with a code such as {@code f4}, or null. */
  static NpyType ofCode(String code) {
    if (code.equals("?")) {
      return BOOL;
    }
    for (NpyType type : values()) {
      if (type.code.equals(code)) {
        return type;
      }
    }
    return null;
  }
}
