package org.cirr.io.nifti;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.cirr.io.bytes.BinaryVoxels;
import org.cirr.io.bytes.ByteInput;
import org.cirr.io.bytes.ByteSource;
import org.cirr.io.file.AtomicFile;
import org.cirr.io.file.MalformedFileException;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/**
 * All that a NIfTI file holds: every header field, the extensions, and the voxels as they are
 * stored. Reading and writing again changes no header field (but {@code vox_offset} and {@code
 * magic}, when a pair becomes a single file or the other way round), no extension and no bit of a
 * voxel.
 *
 * <p><b>Shapes</b>: tensors have the file's axes in reverse, slowest first: {@code [.., t, z, y,
 * x]}.
 */
public final class NiftiImage {
  private final NiftiHeader header;
  private final byte[] headerBytes;
  private final List<NiftiExtension> extensions;
  private final byte[] raw;

  private NiftiImage(
      NiftiHeader header, byte[] headerBytes, List<NiftiExtension> extensions, byte[] raw) {
    this.header = header;
    this.headerBytes = headerBytes;
    this.extensions = List.copyOf(extensions);
    this.raw = raw;
  }

  /**
   * Reads a file or pair of any number of axes and any datatype.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} for a file that cannot be what it claims, or
   * has more than 2 GiB of voxels.
   */
  public static NiftiImage read(Path path) throws IOException {
    return read(ByteSource.of(path));
  }

  static NiftiImage read(ByteSource source) throws IOException {
    try (NiftiFile file = NiftiFile.open(source)) {
      NiftiHeader header = file.header();
      List<NiftiExtension> extensions = file.extensions();
      ByteInput in = file.voxels();
      long needed = header.voxels() * header.datatype().bytes();
      String claim = NiftiVolume.claim(header);
      BinaryVoxels.checkHolds(in, needed, claim);
      if (needed > Shape.MAX_ELEMENTS) {
        throw new MalformedFileException(
            source.path(),
            "dim",
            String.format(Locale.ROOT, "asks for %s, %.1f GiB", claim, needed * 0x1p-30)
                + ", but a NiftiImage holds at most 2 GiB",
            "read the frames with NiftiVolume.readFrames");
      }
      NiftiVolume.isScaled(source.path(), header);
      byte[] raw = in.readUpTo((int) needed);
      BinaryVoxels.checkCame(in, raw.length, needed, claim);
      in.finish();
      return new NiftiImage(header, file.headerBytes(), extensions, raw);
    }
  }

  /** The header's fields. */
  public NiftiHeader header() {
    return header;
  }

  /** The extensions in file order. */
  public List<NiftiExtension> extensions() {
    return extensions;
  }

  /** The same image with other extensions. */
  public NiftiImage withExtensions(List<NiftiExtension> others) {
    return new NiftiImage(header, headerBytes, others, raw);
  }

  /** The stored voxels in the file's byte order; not a copy. */
  public byte[] rawBytes() {
    return raw;
  }

  /** The axes of the tensors, slowest first. */
  public Shape shape() {
    int rank = header.dims().size();
    int[] extents = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      extents[axis] = (int) header.dim(rank - 1 - axis);
    }
    return Shape.of(extents);
  }

  /** The scaled values of a file whose voxels are single numbers. */
  public Tensor values() {
    if (header.datatype().components() > 1) {
      throw new IllegalArgumentException(
          header.datatype()
              + " voxels are "
              + header.datatype().components()
              + " numbers each; take component(i)"
              + (header.datatype().isComplex() ? " or magnitude()" : ""));
    }
    return component(0);
  }

  /**
   * One number of every voxel, scaled and rounded to float32: 0 the real part or red, 1 the
   * imaginary part or green, 2 blue, 3 alpha. Colours are never scaled.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for a component that voxels have not.
   */
  public Tensor component(int index) {
    NiftiDatatype type = header.datatype();
    if (index < 0 || index >= type.components()) {
      throw new IllegalArgumentException(
          type + " voxels have components 0 to " + (type.components() - 1) + ", got " + index);
    }
    double[] values = decoded(index);
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return Tensor.of(shape(), floats);
  }

  /**
   * The absolute values of complex voxels.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when voxels are not complex.
   */
  public Tensor magnitude() {
    if (!header.datatype().isComplex()) {
      throw new IllegalArgumentException(
          header.datatype() + " voxels are not complex; take values() or component(i)");
    }
    double[] re = decoded(0);
    double[] im = decoded(1);
    float[] floats = new float[re.length];
    for (int i = 0; i < re.length; i++) {
      floats[i] = (float) Math.hypot(re[i], im[i]);
    }
    return Tensor.of(shape(), floats);
  }

  private double[] decoded(int component) {
    NiftiDatatype type = header.datatype();
    ByteBuffer buffer = ByteBuffer.wrap(raw).order(header.order());
    double[] values = new double[shape().arrayLength()];
    double[] one = new double[1];
    boolean scaled = header.isScaled() && !type.isColour();
    for (int i = 0; i < values.length; i++) {
      buffer.position(i * type.bytes() + component * type.component().bytes());
      type.component().decode(buffer, one, 1);
      values[i] = scaled ? header.sclSlope() * one[0] + header.sclInter() : one[0];
    }
    return values;
  }

  /**
   * Writes a single file ({@code .nii}, {@code .nii.gz}) or, when the name ends in {@code .hdr} or
   * {@code .img} (or these with {@code .gz}), a pair.
   *
   * <p><b>Errors</b>: {@link IOException} naming the target; each file is written whole or not at
   * all.
   */
  public void write(Path path) throws IOException {
    String name = path.getFileName() == null ? "" : path.getFileName().toString();
    String lower = name.toLowerCase(Locale.ROOT);
    boolean packed = lower.endsWith(".gz");
    String stem = packed ? name.substring(0, name.length() - 3) : name;
    if (!stem.toLowerCase(Locale.ROOT).endsWith(".hdr")
        && !stem.toLowerCase(Locale.ROOT).endsWith(".img")) {
      boolean gz = NiftiVolume.isPacked(path, ".nii");
      long offset = offset(false);
      writeFile(path, gz, out -> writeSingle(out, offset));
      return;
    }
    boolean upper = stem.endsWith("HDR") || stem.endsWith("IMG");
    String plain = stem.substring(0, stem.length() - 3);
    String end = packed ? name.substring(name.length() - 3) : "";
    long offset = offset(true);
    writeFile(
        path.resolveSibling(plain + (upper ? "IMG" : "img") + end),
        packed,
        out -> {
          writeZeros(out, offset);
          out.write(raw);
        });
    writeFile(
        path.resolveSibling(plain + (upper ? "HDR" : "hdr") + end),
        packed,
        out -> writeHeader(out, true, offset));
  }

  private static void writeFile(Path path, boolean packed, AtomicFile.Content content)
      throws IOException {
    AtomicFile.write(path, out -> NiftiVolume.pack(out, packed, content));
  }

  /** Where the voxels start: where they did, or behind extensions that need more room. */
  private long offset(boolean pair) {
    if (pair) {
      return header.pair() ? header.voxOffset() : 0;
    }
    long least = headerBytes.length + 4;
    for (NiftiExtension extension : extensions) {
      least += 8 + extension.data().length;
    }
    least = (least + 15) / 16 * 16;
    long stated = header.pair() ? 0 : header.voxOffset();
    return Math.max(stated, least);
  }

  private void writeSingle(OutputStream out, long offset) throws IOException {
    long written = writeHeader(out, false, offset);
    writeZeros(out, offset - written);
    out.write(raw);
  }

  private long writeHeader(OutputStream out, boolean pair, long offset) throws IOException {
    out.write(NiftiHeaderBytes.moved(headerBytes, header, pair, offset));
    out.write(new byte[] {(byte) (extensions.isEmpty() ? 0 : 1), 0, 0, 0});
    long written = headerBytes.length + 4;
    for (NiftiExtension extension : extensions) {
      byte[] data = extension.data();
      out.write(
          ByteBuffer.allocate(8)
              .order(header.order())
              .putInt(8 + data.length)
              .putInt(extension.code())
              .array());
      out.write(data);
      written += 8 + data.length;
    }
    return written;
  }

  private static void writeZeros(OutputStream out, long count) throws IOException {
    byte[] zeros = new byte[(int) Math.min(1 << 16, count)];
    for (long done = 0; done < count; ) {
      int step = (int) Math.min(zeros.length, count - done);
      out.write(zeros, 0, step);
      done += step;
    }
  }
}
