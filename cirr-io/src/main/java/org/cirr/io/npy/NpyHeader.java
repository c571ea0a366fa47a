package org.cirr.io.npy;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cirr.io.file.MalformedFileException;
import org.cirr.tensor.Shape;

/**
 * The header of a {@code .npy} file.
 *
 * <p><b>Source</b>: NumPy Enhancement Proposal 1 and numpy.lib.format, versions 1.0 (length in two
 * bytes), 2.0 (in four) and 3.0 (UTF-8).
 */
record NpyHeader(NpyType type, boolean bigEndian, boolean fortranOrder, Shape shape) {
  private static final int MAX_LENGTH = 1 << 16;
  private static final int MAX_RANK = 64;
  private static final String REMEDY =
      "write the array again with numpy.save, as a boolean, integer or float type";

  /** Reads magic, version and dictionary. */
  static NpyHeader read(Path file, InputStream in) throws IOException {
    byte[] start = new byte[8];
    if (in.readNBytes(start, 0, 8) < 8 || !startsWithMagic(start)) {
      throw new MalformedFileException(
          file, "magic", "is not \\x93NUMPY", "this is not a .npy file; check how it was made");
    }
    int major = start[6];
    if (major < 1 || major > 3) {
      throw new MalformedFileException(
          file, "version", "is " + major + "." + start[7] + ", known are 1.0 to 3.0", REMEDY);
    }
    DataInputStream data = new DataInputStream(in);
    try {
      long length =
          major == 1
              ? Short.toUnsignedInt(Short.reverseBytes(data.readShort()))
              : Integer.toUnsignedLong(Integer.reverseBytes(data.readInt()));
      if (length > MAX_LENGTH) {
        throw new MalformedFileException(
            file, "header length", "is " + length + ", at most " + MAX_LENGTH + " allowed", REMEDY);
      }
      byte[] text = data.readNBytes((int) length);
      if (text.length < length) {
        throw new EOFException();
      }
      return parse(file, new String(text, StandardCharsets.UTF_8));
    } catch (EOFException e) {
      throw new MalformedFileException(
          file, "header", "is cut off", "the file is truncated; copy it again");
    }
  }

  static boolean startsWithMagic(byte[] start) {
    return start.length >= 6
        && start[0] == (byte) 0x93
        && new String(start, 1, 5, StandardCharsets.ISO_8859_1).equals("NUMPY");
  }

  private static NpyHeader parse(Path file, String text) throws MalformedFileException {
    Object tree;
    try {
      tree = new PythonLiteral(text).parse();
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(
          file, "header", "is not readable: " + e.getMessage(), REMEDY);
    }
    if (!(tree instanceof Map<?, ?> map)) {
      throw new MalformedFileException(file, "header", "is not a dictionary", REMEDY);
    }
    Object order = map.get("fortran_order");
    if (!(order instanceof Boolean fortran)) {
      throw new MalformedFileException(
          file, "fortran_order", "is " + order + ", expected True or False", REMEDY);
    }
    Object descr = map.get("descr");
    if (!(descr instanceof String code)) {
      throw new MalformedFileException(
          file,
          "descr",
          descr instanceof List ? "is a structured type, which is not read" : "is " + descr,
          REMEDY);
    }
    return new NpyHeader(
        type(file, code), code.startsWith(">"), fortran, shape(file, map.get("shape")));
  }

  private static NpyType type(Path file, String descr) throws MalformedFileException {
    boolean ordered = !descr.isEmpty() && "<>|=".indexOf(descr.charAt(0)) >= 0;
    NpyType type = NpyType.ofCode(ordered ? descr.substring(1) : descr);
    if (type == null) {
      throw new MalformedFileException(
          file,
          "descr",
          "'"
              + descr
              + "' is a type that is not read (read are b1, i1 to i8, u1 to u8, f2, f4, f8)",
          REMEDY);
    }
    return type;
  }

  private static Shape shape(Path file, Object value) throws MalformedFileException {
    if (!(value instanceof List<?> list) || list.size() > MAX_RANK) {
      throw new MalformedFileException(
          file, "shape", "is " + value + ", expected a tuple of at most 64 extents", REMEDY);
    }
    int[] extents = new int[list.size()];
    for (int axis = 0; axis < extents.length; axis++) {
      if (!(list.get(axis) instanceof Long extent) || extent < 0 || extent > Integer.MAX_VALUE) {
        throw new MalformedFileException(
            file,
            "shape",
            "is " + value + ", each extent must lie in 0.." + Integer.MAX_VALUE,
            REMEDY);
      }
      extents[axis] = extent.intValue();
    }
    Shape shape = Shape.of(extents);
    if (shape.elements() > Shape.MAX_ELEMENTS) {
      throw new MalformedFileException(
          file,
          "shape",
          "is " + shape + ", one array holds at most " + Shape.MAX_ELEMENTS + " elements",
          "split the array");
    }
    return shape;
  }

  /** The bytes of a version 1.0 header for C order, padded so that the data start at 64·n. */
  static byte[] write(NpyType type, Shape shape) {
    StringBuilder text = new StringBuilder();
    text.append("{'descr': '").append(type.descr()).append("', 'fortran_order': False, 'shape': (");
    for (int axis = 0; axis < shape.rank(); axis++) {
      text.append(axis == 0 ? "" : " ").append(shape.dim(axis)).append(',');
    }
    if (shape.rank() > 1) {
      text.setLength(text.length() - 1);
    }
    text.append("), }");
    int total = (10 + text.length() + 1 + 63) / 64 * 64;
    text.append(" ".repeat(total - 10 - text.length() - 1)).append('\n');
    byte[] header = new byte[total];
    byte[] magic = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    System.arraycopy(magic, 0, header, 0, 8);
    header[8] = (byte) text.length();
    header[9] = (byte) (text.length() >> 8);
    byte[] body = text.toString().getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(body, 0, header, 10, body.length);
    return header;
  }
}
