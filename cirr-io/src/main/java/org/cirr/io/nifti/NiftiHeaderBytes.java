package org.cirr.io.nifti;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cirr.io.file.MalformedFileException;
import org.cirr.volume.Affine;
import org.cirr.volume.Spacing;

/**
 * The two binary layouts of a header, and what is refused in them.
 *
 * <p><b>Source</b>: {@code nifti1.h} (348 bytes) and {@code nifti2.h} (540 bytes).
 */
final class NiftiHeaderBytes {
  static final int LENGTH_1 = 348;
  static final int LENGTH_2 = 540;

  private static final String AGAIN = "copy or export the file again";

  private final Path path;
  private final ByteBuffer bytes;
  private final boolean v1;

  private NiftiHeaderBytes(Path path, byte[] header, boolean v1, ByteOrder order) {
    this.path = path;
    this.bytes = ByteBuffer.wrap(header).order(order);
    this.v1 = v1;
  }

  /** The length of the header that starts with these bytes, 348 or 540; 0 when it is no header. */
  static int length(byte[] start) {
    if (start.length < 4) {
      return 0;
    }
    int little = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
    for (int length : new int[] {LENGTH_1, LENGTH_2}) {
      if (little == length || Integer.reverseBytes(little) == length) {
        return length;
      }
    }
    return 0;
  }

  /** Whether these bytes are a NIfTI header's, of either version. */
  static boolean isNifti(byte[] start) {
    int length = length(start);
    int at = length == LENGTH_1 ? 344 : 4;
    return length != 0
        && start.length >= at + 4
        && start[at] == 'n'
        && (start[at + 1] == '+' || start[at + 1] == 'i')
        && start[at + 2] == (length == LENGTH_1 ? '1' : '2')
        && start[at + 3] == 0;
  }

  /** Whether these bytes may be the header of an Analyze 7.5 image. */
  static boolean isAnalyze(byte[] start) {
    return length(start) == LENGTH_1 && start.length >= LENGTH_1 && !isNifti(start);
  }

  /**
   * The header in the given bytes.
   *
   * @param header the first 348 or 540 bytes of the file, fewer if there are fewer
   */
  static NiftiHeader parse(Path path, byte[] header) throws MalformedFileException {
    int length = length(header);
    if (header.length == 0) {
      throw new MalformedFileException(path, "the file", "is empty", AGAIN);
    }
    if (length == 0) {
      throw new MalformedFileException(
          path,
          "sizeof_hdr",
          "is neither 348 nor 540, so this is not NIfTI",
          "name a .nii, .nii.gz or .hdr file, or read other formats with ImageFile");
    }
    if (header.length < length) {
      throw new MalformedFileException(
          path,
          "the header",
          "takes " + length + " bytes, but the file holds only " + header.length,
          AGAIN);
    }
    if (!isNifti(header)) {
      if (length == LENGTH_2) {
        throw new MalformedFileException(
            path, "magic", "is neither n+2 nor ni2, so this is not NIfTI-2", AGAIN);
      }
      throw new MalformedFileException(
          path,
          "magic",
          "is neither n+1 nor ni1: this is an Analyze 7.5 image, which does not say left from"
              + " right",
          "convert it to NIfTI with a program that knows its origin (such as nibabel or FSL)");
    }
    boolean little = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt(0) == length;
    return new NiftiHeaderBytes(
            path,
            header,
            length == LENGTH_1,
            little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
        .parse();
  }

  private NiftiHeader parse() throws MalformedFileException {
    if (!v1 && (bytes.get(8) != '\r' || bytes.get(9) != '\n' || bytes.get(10) != 0x1a)) {
      throw new MalformedFileException(
          path,
          "magic",
          "has changed line ends: the file was transferred as text",
          "transfer it again as binary");
    }
    boolean pair = bytes.get(v1 ? 345 : 5) == 'i';
    int intentAt = v1 ? 328 : 508;
    return new NiftiHeader(
        v1 ? 1 : 2,
        pair,
        bytes.order(),
        dims(),
        datatype(),
        reals(8, 76, 104),
        voxOffset(pair),
        real(112, 176),
        real(116, 184),
        code(252, 344),
        code(254, 348),
        reals(3, 256, 352),
        reals(3, 268, 376),
        reals(12, 280, 400),
        v1 ? bytes.get(123) & 0xff : bytes.getInt(500),
        real(128, 200),
        real(124, 192),
        v1 ? bytes.getShort(68) : bytes.getInt(504),
        text(intentAt, 16),
        text(v1 ? 148 : 240, 80));
  }

  private List<Long> dims() throws MalformedFileException {
    long rank = dim(0);
    if (rank < 1 || rank > 7) {
      throw new MalformedFileException(
          path, "dim[0]", "is " + rank + " but an image has 1 to 7 axes", AGAIN);
    }
    List<Long> dims = new ArrayList<>();
    long product = 16; // no voxel is larger, so byte counts fit too
    for (int axis = 1; axis <= rank; axis++) {
      long dim = dim(axis);
      if (dim < 1) {
        throw new MalformedFileException(
            path, "dim[" + axis + "]", "is " + dim + " but must be 1 or more", AGAIN);
      }
      if (Math.multiplyHigh(product, dim) != 0 || product * dim < 0) {
        throw new MalformedFileException(
            path, "dim", "asks for more than 2^59 voxels: " + dims + ", " + dim, AGAIN);
      }
      product *= dim;
      dims.add(dim);
    }
    return List.copyOf(dims);
  }

  private long dim(int index) {
    return v1 ? bytes.getShort(40 + 2 * index) : bytes.getLong(16 + 8 * index);
  }

  private NiftiDatatype datatype() throws MalformedFileException {
    int code = bytes.getShort(v1 ? 70 : 12);
    NiftiDatatype type = NiftiDatatype.ofCode(code);
    if (type == null) {
      String what =
          switch (code) {
            case 1 -> "1 (one bit per voxel)";
            case 1536 -> "1536 (float128)";
            case 2048 -> "2048 (complex256)";
            default -> code + ", which no NIfTI datatype has";
          };
      throw new MalformedFileException(
          path,
          "datatype",
          "is " + what + "; cirr reads 8 to 64-bit integers, float32, float64, complex and RGB(A)",
          "convert the voxels to float32");
    }
    return type;
  }

  private long voxOffset(boolean pair) throws MalformedFileException {
    double stated = v1 ? bytes.getFloat(108) : bytes.getLong(168);
    int least = pair ? 0 : (v1 ? LENGTH_1 : LENGTH_2) + 4;
    if (stated == 0) {
      return least;
    }
    if (!(stated >= least && stated < 0x1p62)) {
      throw new MalformedFileException(
          path,
          "vox_offset",
          "is " + stated + " but the voxels can start at byte " + least + " or later",
          AGAIN);
    }
    return v1 ? (long) stated : bytes.getLong(168);
  }

  private double real(int at1, int at2) {
    return v1 ? bytes.getFloat(at1) : bytes.getDouble(at2);
  }

  private List<Double> reals(int count, int at1, int at2) {
    List<Double> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      list.add(real(at1 + 4 * i, at2 + 8 * i));
    }
    return List.copyOf(list);
  }

  private int code(int at1, int at2) {
    return v1 ? bytes.getShort(at1) : bytes.getInt(at2);
  }

  private String text(int at, int length) {
    int end = at;
    while (end < at + length && bytes.get(end) != 0) {
      end++;
    }
    return new String(bytes.array(), at, end - at, StandardCharsets.ISO_8859_1);
  }

  /**
   * A new little-endian header of a single file without extensions: sform code 2 with the affine,
   * qform code 0 with the nearest quaternion, slope 1, inter 0. Version 1 where the extents fit.
   *
   * @param zooms what goes to {@code pixdim}, or null for the lengths of the affine's columns
   */
  static byte[] create(
      long[] dims, NiftiDatatype type, Affine affine, Spacing zooms, int xyztUnits) {
    boolean v1 = Arrays.stream(dims).allMatch(dim -> dim <= Short.MAX_VALUE);
    NiftiHeaderBytes header =
        new NiftiHeaderBytes(null, new byte[v1 ? LENGTH_1 : LENGTH_2], v1, ByteOrder.LITTLE_ENDIAN);
    header.fill(dims, type, affine, zooms);
    ByteBuffer bytes = header.bytes;
    if (v1) {
      bytes.put(123, (byte) xyztUnits);
      bytes.putFloat(108, LENGTH_1 + 4);
      bytes.put(344, new byte[] {'n', '+', '1', 0});
    } else {
      bytes.putInt(500, xyztUnits);
      bytes.putLong(168, LENGTH_2 + 4);
      bytes.put(4, new byte[] {'n', '+', '2', 0, '\r', '\n', 0x1a, '\n'});
    }
    return bytes.array();
  }

  private void fill(long[] dims, NiftiDatatype type, Affine affine, Spacing spacing) {
    bytes.putInt(0, v1 ? LENGTH_1 : LENGTH_2);
    putDim(0, dims.length);
    for (int axis = 1; axis <= 7; axis++) {
      putDim(axis, axis <= dims.length ? dims[axis - 1] : 1);
      putReal(76 + 4 * axis, 104 + 8 * axis, 1);
    }
    bytes.putShort(v1 ? 70 : 12, (short) type.code());
    bytes.putShort(v1 ? 72 : 14, (short) (8 * type.bytes()));
    putReal(112, 176, 1);
    NiftiAffine.Quaternion q = NiftiAffine.Quaternion.of(affine);
    double[] zooms =
        spacing == null ? q.zooms() : new double[] {spacing.x(), spacing.y(), spacing.z()};
    putReal(76, 104, q.qfac());
    if (v1) {
      bytes.putShort(254, (short) 2);
    } else {
      bytes.putInt(348, 2);
    }
    for (int axis = 0; axis < 3; axis++) {
      putReal(80 + 4 * axis, 112 + 8 * axis, zooms[axis]);
      putReal(256 + 4 * axis, 352 + 8 * axis, q.bcd()[axis]);
      putReal(268 + 4 * axis, 376 + 8 * axis, affine.matrix().get(3, axis));
      for (int column = 0; column < 4; column++) {
        int index = 4 * axis + column;
        putReal(280 + 4 * index, 400 + 8 * index, affine.matrix().get(column, axis));
      }
    }
  }

  private void putDim(int index, long value) {
    if (v1) {
      bytes.putShort(40 + 2 * index, (short) value);
    } else {
      bytes.putLong(16 + 8 * index, value);
    }
  }

  private void putReal(int at1, int at2, double value) {
    if (v1) {
      bytes.putFloat(at1, (float) value);
    } else {
      bytes.putDouble(at2, value);
    }
  }

  /** The same header with another {@code vox_offset}, and said to be of a pair or a single file. */
  static byte[] moved(byte[] header, NiftiHeader parsed, boolean pair, long voxOffset) {
    ByteBuffer bytes = ByteBuffer.wrap(header.clone()).order(parsed.order());
    if (parsed.version() == 1) {
      bytes.put(345, (byte) (pair ? 'i' : '+'));
      bytes.putFloat(108, voxOffset);
    } else {
      bytes.put(5, (byte) (pair ? 'i' : '+'));
      bytes.putLong(168, voxOffset);
    }
    return bytes.array();
  }
}
