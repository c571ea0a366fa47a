package org.cirr.io.nifti;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.cirr.io.bytes.BinaryVoxels;
import org.cirr.io.bytes.ByteInput;
import org.cirr.io.bytes.ByteSource;
import org.cirr.io.bytes.VoxelFill;
import org.cirr.io.file.AtomicFile;
import org.cirr.io.file.MalformedFileException;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;

/**
 * Reads and writes volumes and label maps as NIfTI.
 *
 * <p><b>Formula</b>: a value is {@code slope · raw + inter} in double, rounded once to float32;
 * slope 0 or not finite means {@code raw}. NaN and infinite voxels pass through.
 *
 * <p><b>Edge cases</b>: a 2D file is a volume of one slice; further axes of extent 1 are dropped.
 * The affine follows {@link NiftiHeader#affine()}, the spacing {@link NiftiHeader#spacing()};
 * whether the axes are at right angles tells {@link Affine#isOrthogonal()}.
 *
 * <p><b>Errors</b>: {@link IOException}; {@link MalformedFileException} for a file that cannot be
 * what it claims. The memory taken is bounded by what the file really holds.
 *
 * <p><b>Source</b>: values as nibabel's {@code get_fdata(dtype=float64).astype(float32)}.
 */
public final class NiftiVolume {
  private static final int UNITS_UNKNOWN = 0;
  private static final int UNITS_MM = 2;

  private NiftiVolume() {}

  /** Reads a 3D image; {@code .nii}, {@code .nii.gz} or either file of a pair. */
  public static Volume read(Path path) throws IOException {
    return read(ByteSource.of(path));
  }

  static Volume read(ByteSource source) throws IOException {
    try (NiftiFile file = NiftiFile.open(source)) {
      requireOneFrame(source.path(), file.header());
      return frames(source.path(), file).get(0);
    }
  }

  /** Reads all frames of a 3D to 7D image, the first of the axes behind z running fastest. */
  public static List<Volume> readFrames(Path path) throws IOException {
    return readFrames(ByteSource.of(path));
  }

  static List<Volume> readFrames(ByteSource source) throws IOException {
    try (NiftiFile file = NiftiFile.open(source)) {
      return frames(source.path(), file);
    }
  }

  /**
   * Reads a segmentation.
   *
   * <p><b>Errors</b>: a voxel that is not a whole number from 0 to 65535 is named and refused.
   */
  public static LabelMap readLabels(Path path) throws IOException {
    return readLabels(ByteSource.of(path));
  }

  static LabelMap readLabels(ByteSource source) throws IOException {
    Path path = source.path();
    try (NiftiFile file = NiftiFile.open(source)) {
      requireOneFrame(path, file.header());
      ByteInput in = file.voxels();
      BinaryVoxels voxels = voxels(path, file.header(), in);
      Geometry geometry = geometry(path, file.header());
      LabelMap labels = VoxelFill.labels(voxels, geometry, in.justified(), path);
      in.finish();
      return labels;
    }
  }

  /** Reads only the header; voxels and extensions are not touched. */
  public static NiftiHeader readHeader(Path path) throws IOException {
    return readHeader(ByteSource.of(path));
  }

  static NiftiHeader readHeader(ByteSource source) throws IOException {
    try (NiftiFile file = NiftiFile.open(source)) {
      return file.header();
    }
  }

  private static List<Volume> frames(Path path, NiftiFile file) throws IOException {
    NiftiHeader header = file.header();
    ByteInput in = file.voxels();
    BinaryVoxels voxels = voxels(path, header, in);
    Geometry geometry = geometry(path, header);
    VoxelFill.requireFrames(path, "dim", header.frames());
    List<Volume> frames = new ArrayList<>();
    for (long frame = 0; frame < header.frames(); frame++) {
      float[] values = VoxelFill.floats(voxels, geometry.shape().arrayLength(), in.justified());
      frames.add(Volume.of(Tensor.of(geometry.shape(), values), geometry));
    }
    in.finish();
    return frames;
  }

  private static void requireOneFrame(Path path, NiftiHeader header) throws MalformedFileException {
    if (header.frames() > 1) {
      throw new MalformedFileException(
          path,
          "dim",
          "says "
              + header.sizeText()
              + ", but one 3D image is needed and these are "
              + header.frames(),
          "split the file, or choose one in Java with NiftiVolume.readFrames");
    }
  }

  private static BinaryVoxels voxels(Path path, NiftiHeader header, ByteInput in)
      throws IOException {
    NiftiDatatype type = header.datatype();
    if (type.components() > 1) {
      throw new MalformedFileException(
          path,
          "datatype",
          "is " + type + ", so a voxel is " + type.components() + " numbers and not one",
          type.isComplex()
              ? "read it with NiftiImage and take magnitude(), or component(0) and (1) for the real"
                  + " and imaginary part"
              : "read it with NiftiImage and take component(0), (1), (2) for red, green, blue");
    }
    String claim = claim(header);
    BinaryVoxels.checkHolds(in, header.voxels() * type.bytes(), claim);
    boolean scaled = isScaled(path, header);
    return new BinaryVoxels(
        in,
        type.component(),
        header.order(),
        scaled ? header.sclSlope() : 1,
        scaled ? header.sclInter() : 0,
        claim);
  }

  static String claim(NiftiHeader header) {
    return header.sizeText()
        + " = "
        + header.voxels() * header.datatype().bytes()
        + " bytes from byte "
        + header.voxOffset();
  }

  static boolean isScaled(Path path, NiftiHeader header) throws MalformedFileException {
    if (header.isScaled() && !Double.isFinite(header.sclInter())) {
      throw new MalformedFileException(
          path,
          "scl_inter",
          "is " + header.sclInter() + " beside a valid scl_slope of " + header.sclSlope(),
          "set scl_inter to 0, or scl_slope to 0 for unscaled values");
    }
    return header.isScaled();
  }

  /** Shape, affine and spacing of one frame. */
  static Geometry geometry(Path path, NiftiHeader header) throws MalformedFileException {
    for (int axis = 0; axis < 3; axis++) {
      if (header.dim(axis) > Shape.MAX_ELEMENTS) {
        throw new MalformedFileException(
            path,
            "dim[" + (axis + 1) + "]",
            "is " + header.dim(axis) + ", more than one volume can hold",
            "split the image");
      }
    }
    try {
      Shape shape = Shape.of((int) header.dim(2), (int) header.dim(1), (int) header.dim(0));
      shape.arrayLength();
      return new Geometry(shape, header.affine(), header.spacing());
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(
          path, "the geometry", "cannot be used: " + e.getMessage(), "mend the header", e);
    }
  }

  /**
   * Writes float32 voxels, in mm, with the volume's affine as sform (code 2) and its spacing as
   * {@code pixdim}; {@code .nii} or {@code .nii.gz}, whole or not at all. NIfTI-1 unless an extent
   * is above 32767.
   *
   * <p><b>Errors</b>: {@link IOException} naming the target; an older target is untouched.
   */
  public static void write(Volume volume, Path path) throws IOException {
    Geometry geometry = volume.geometry();
    byte[] header =
        NiftiHeaderBytes.create(
            dims(geometry), NiftiDatatype.FLOAT32, geometry.affine(), geometry.spacing(), UNITS_MM);
    float[] values = volume.tensor().array();
    write(path, header, out -> writeChunks(out, values.length, 4, (b, i) -> b.putFloat(values[i])));
  }

  /**
   * Writes a segmentation with the header that nnU-Net's {@code NibabelIO} writes, byte for byte up
   * to the last bit of a quaternion: uint8 if all labels are below 255, else uint16; {@code pixdim}
   * from the affine's columns; sform code 2, qform code 0, no units.
   *
   * <p><b>Errors</b>: as {@link #write(Volume, Path)}.
   */
  public static void write(LabelMap labels, Path path) throws IOException {
    Geometry geometry = labels.geometry();
    boolean words = labels.counts().length > 255; // counts() ends at the largest label present
    byte[] header =
        NiftiHeaderBytes.create(
            dims(geometry),
            words ? NiftiDatatype.UINT16 : NiftiDatatype.UINT8,
            geometry.affine(),
            null,
            UNITS_UNKNOWN);
    write(
        path,
        header,
        out ->
            writeChunks(
                out,
                labels.length(),
                words ? 2 : 1,
                (b, i) -> {
                  if (words) {
                    b.putShort((short) labels.get(i));
                  } else {
                    b.put((byte) labels.get(i));
                  }
                }));
  }

  private static long[] dims(Geometry geometry) {
    return new long[] {geometry.shape().dim(2), geometry.shape().dim(1), geometry.shape().dim(0)};
  }

  private static void write(Path path, byte[] header, AtomicFile.Content voxels)
      throws IOException {
    boolean packed = isPacked(path, ".nii");
    AtomicFile.write(
        path,
        out ->
            pack(
                out,
                packed,
                stream -> {
                  stream.write(header);
                  stream.write(new byte[4]); // no extensions
                  voxels.writeTo(stream);
                }));
  }

  /** Whether the name ends in {@code .gz} behind the given ending; refuses any other name. */
  static boolean isPacked(Path path, String ending) throws IOException {
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(ending + ".gz") || name.endsWith(ending)) {
      return name.endsWith(".gz");
    }
    throw new IOException(path + ": a NIfTI file's name must end in .nii or .nii.gz; rename it");
  }

  /** Writes the content through gzip, or as it is; the stream stays open. */
  static void pack(OutputStream out, boolean packed, AtomicFile.Content content)
      throws IOException {
    if (!packed) {
      content.writeTo(out);
      return;
    }
    GZIPOutputStream gzip =
        new GZIPOutputStream(out, 1 << 16) {
          {
            def.setLevel(Deflater.BEST_SPEED); // as nibabel
          }
        };
    content.writeTo(gzip);
    gzip.finish();
  }

  /** Puts the value of an index into a buffer. */
  private interface Put {
    void put(ByteBuffer buffer, int index);
  }

  private static void writeChunks(OutputStream out, int count, int bytesEach, Put put)
      throws IOException {
    int chunk = 8192;
    byte[] bytes = new byte[chunk * bytesEach];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int start = 0; start < count; start += chunk) {
      buffer.clear();
      int end = Math.min(count, start + chunk);
      for (int i = start; i < end; i++) {
        put.put(buffer, i);
      }
      out.write(bytes, 0, buffer.position());
    }
  }
}
