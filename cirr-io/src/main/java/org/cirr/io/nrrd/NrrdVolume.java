package org.cirr.io.nrrd;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.cirr.io.bytes.ByteSource;
import org.cirr.io.bytes.VoxelFill;
import org.cirr.io.file.AtomicFile;
import org.cirr.io.file.MalformedFileException;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;
import org.joml.Matrix4dc;

/**
 * Reads and writes volumes and label maps as NRRD.
 *
 * <p><b>Edge cases</b>: files of one or two axes are volumes of one row or slice; axes that are not
 * space ({@code none} in {@code space directions}, or a kind such as {@code list}) count frames.
 *
 * <p><b>Errors</b>: {@link IOException}; {@link MalformedFileException} for a file that cannot be
 * what it claims, and for bzip2. The memory taken is bounded by what the file really holds.
 */
public final class NrrdVolume {
  private NrrdVolume() {}

  /** Reads a 3D image. */
  public static Volume read(Path path) throws IOException {
    return read(ByteSource.of(path));
  }

  static Volume read(ByteSource source) throws IOException {
    try (NrrdFile file = NrrdFile.open(source)) {
      requireOneFrame(source.path(), file.header());
      return frames(source.path(), file).get(0);
    }
  }

  /** Reads all frames of an image, the fastest of the axes that are not space first. */
  public static List<Volume> readFrames(Path path) throws IOException {
    return readFrames(ByteSource.of(path));
  }

  static List<Volume> readFrames(ByteSource source) throws IOException {
    try (NrrdFile file = NrrdFile.open(source)) {
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
    try (NrrdFile file = NrrdFile.open(source)) {
      requireOneFrame(path, file.header());
      Geometry geometry = geometry(path, file.header());
      LabelMap labels = VoxelFill.labels(file, geometry, file.justified(), path);
      file.finish();
      return labels;
    }
  }

  /** Reads only the header; the values are not touched. */
  public static NrrdHeader readHeader(Path path) throws IOException {
    return readHeader(ByteSource.of(path));
  }

  static NrrdHeader readHeader(ByteSource source) throws IOException {
    try (NrrdFile file = NrrdFile.open(source)) {
      return file.header();
    }
  }

  private static void requireOneFrame(Path path, NrrdHeader header) throws MalformedFileException {
    if (header.frames() > 1) {
      throw new MalformedFileException(
          path,
          "sizes",
          "says "
              + header.sizeText()
              + ", but one 3D image is needed and these are "
              + header.frames(),
          "split the file, or choose one in Java with NrrdVolume.readFrames");
    }
  }

  private static Geometry geometry(Path path, NrrdHeader header) throws MalformedFileException {
    NrrdAxes axes = NrrdAxes.of(header);
    try {
      Shape shape = Shape.of(extent(axes, 2), extent(axes, 1), extent(axes, 0));
      shape.arrayLength();
      return new Geometry(shape, axes.affine(), axes.spacing());
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(
          path, "the geometry", "cannot be used: " + e.getMessage(), "mend the header", e);
    }
  }

  private static int extent(NrrdAxes axes, int axis) {
    return (int) Math.min(Integer.MAX_VALUE, axes.size(axis)); // arrayLength refuses the largest
  }

  private static List<Volume> frames(Path path, NrrdFile file) throws IOException {
    NrrdHeader header = file.header();
    NrrdAxes axes = NrrdAxes.of(header);
    long justified = file.justified();
    Geometry geometry = geometry(path, header);
    int length = geometry.shape().arrayLength();
    VoxelFill.requireFrames(path, "sizes", axes.frames());
    List<Volume> frames = new ArrayList<>();
    if (axes.areFramesWhole()) {
      for (long frame = 0; frame < axes.frames(); frame++) {
        float[] values = VoxelFill.floats(file, length, justified);
        frames.add(Volume.of(Tensor.of(geometry.shape(), values), geometry));
      }
    } else {
      for (float[] values : parted(path, file, axes, length)) {
        frames.add(Volume.of(Tensor.of(geometry.shape(), values), geometry));
      }
    }
    file.finish();
    return frames;
  }

  /** The frames of a file that stores their values alternating. */
  private static float[][] parted(Path path, NrrdFile file, NrrdAxes axes, int length)
      throws IOException {
    NrrdHeader header = file.header();
    if (header.values() > Shape.MAX_ELEMENTS) {
      throw new MalformedFileException(
          path,
          "sizes",
          "says " + header.sizeText() + ", more than can be taken apart at once",
          "store the axis that is not space last");
    }
    float[] all = VoxelFill.floats(file, (int) header.values(), file.justified());
    int rank = header.sizes().size();
    int[] voxelStep = new int[rank];
    int[] frameStep = new int[rank];
    int voxel = 1;
    int frame = 1;
    for (int axis = 0; axis < rank; axis++) {
      int size = (int) (long) header.sizes().get(axis);
      if (axes.spatial().contains(axis)) {
        voxelStep[axis] = voxel;
        voxel *= size;
      } else {
        frameStep[axis] = frame;
        frame *= size;
      }
    }
    float[][] frames = new float[frame][length];
    int[] index = new int[rank];
    for (float value : all) {
      int toVoxel = 0;
      int toFrame = 0;
      for (int axis = 0; axis < rank; axis++) {
        toVoxel += index[axis] * voxelStep[axis];
        toFrame += index[axis] * frameStep[axis];
      }
      frames[toFrame][toVoxel] = value;
      for (int axis = 0; axis < rank && ++index[axis] == header.sizes().get(axis); axis++) {
        index[axis] = 0;
      }
    }
    return frames;
  }

  /**
   * Writes float32 voxels in LPS space, packed by gzip: {@code .nrrd}, or {@code .nhdr} with its
   * data in {@code .raw.gz} beside it.
   *
   * <p><b>Errors</b>: {@link IOException} naming the target; an older target is untouched.
   */
  public static void write(Volume volume, Path path) throws IOException {
    float[] values = volume.tensor().array();
    write(path, volume.geometry(), "float", values.length, 4, (b, i) -> b.putFloat(values[i]));
  }

  /**
   * Writes a segmentation as uint8, or as uint16 where it is stored so.
   *
   * <p><b>Errors</b>: as {@link #write(Volume, Path)}.
   */
  public static void write(LabelMap labels, Path path) throws IOException {
    if (labels.bytesPerLabel() == 1) {
      write(
          path,
          labels.geometry(),
          "uint8",
          labels.length(),
          1,
          (b, i) -> b.put((byte) labels.get(i)));
    } else {
      write(
          path,
          labels.geometry(),
          "uint16",
          labels.length(),
          2,
          (b, i) -> b.putShort((short) labels.get(i)));
    }
  }

  /** Puts the value of an index into a buffer. */
  private interface Put {
    void put(ByteBuffer buffer, int index);
  }

  private static void write(
      Path path, Geometry geometry, String type, int count, int bytesEach, Put put)
      throws IOException {
    String name = path.getFileName() == null ? "" : path.getFileName().toString();
    String lower = name.toLowerCase(Locale.ROOT);
    String header = header(geometry, type);
    AtomicFile.Content data = out -> writeGzip(out, count, bytesEach, put);
    if (lower.endsWith(".nrrd")) {
      AtomicFile.write(
          path,
          out -> {
            out.write((header + "\n").getBytes(StandardCharsets.UTF_8));
            data.writeTo(out);
          });
    } else if (lower.endsWith(".nhdr")) {
      String dataName = name.substring(0, name.length() - 5) + ".raw.gz";
      AtomicFile.write(path.resolveSibling(dataName), data);
      String text = header + "data file: " + dataName + "\n";
      AtomicFile.write(path, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    } else {
      throw new IOException(path + ": an NRRD file's name must end in .nrrd or .nhdr; rename it");
    }
  }

  private static String header(Geometry geometry, String type) {
    Matrix4dc m = geometry.affine().matrix();
    StringBuilder directions = new StringBuilder();
    for (int axis = 0; axis < 3; axis++) {
      directions.append(axis == 0 ? "" : " ").append(lps(m, axis));
    }
    return "NRRD0004\n"
        + "type: "
        + type
        + "\ndimension: 3\nspace: left-posterior-superior\nsizes: "
        + geometry.shape().dim(2)
        + " "
        + geometry.shape().dim(1)
        + " "
        + geometry.shape().dim(0)
        + "\nspace directions: "
        + directions
        + "\nkinds: domain domain domain\nendian: little\nencoding: gzip\nspace origin: "
        + lps(m, 3)
        + "\n";
  }

  private static String lps(Matrix4dc m, int column) {
    return "("
        + (0 - m.get(column, 0))
        + ","
        + (0 - m.get(column, 1))
        + ","
        + m.get(column, 2)
        + ")";
  }

  private static void writeGzip(OutputStream out, int count, int bytesEach, Put put)
      throws IOException {
    GZIPOutputStream gzip = new GZIPOutputStream(out, 1 << 16);
    byte[] bytes = new byte[8192 * bytesEach];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int start = 0; start < count; start += 8192) {
      buffer.clear();
      int end = Math.min(count, start + 8192);
      for (int i = start; i < end; i++) {
        put.put(buffer, i);
      }
      gzip.write(bytes, 0, buffer.position());
    }
    gzip.finish();
  }
}
