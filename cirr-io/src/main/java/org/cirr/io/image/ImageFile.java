package org.cirr.io.image;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.cirr.io.file.AtomicFile;
import org.cirr.io.file.MalformedFileException;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;

/** STAND-IN: just enough of little-endian NIfTI-1 to work on the command line. */
public final class ImageFile {
  private ImageFile() {}

  /** Reads a volume. */
  public static Volume read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": no such file");
    }
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      ByteBuffer data = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      if (data.limit() < 352 || data.getInt(0) != 348) {
        throw new MalformedFileException(file, "sizeof_hdr", "is not 348", "convert it");
      }
      int width = data.getShort(42);
      int height = data.getShort(44);
      int depth = Math.max(1, data.getShort(46));
      Spacing spacing = new Spacing(data.getFloat(88), data.getFloat(84), data.getFloat(80));
      Affine affine = Affine.ofSpacing(spacing);
      if (data.getShort(254) > 0) {
        double[][] rows = new double[3][4];
        for (int index = 0; index < 12; index++) {
          rows[index / 4][index % 4] = data.getFloat(280 + 4 * index);
        }
        affine = Affine.ofRows(rows[0], rows[1], rows[2]);
      }
      Shape shape = Shape.of(depth, height, width);
      float[] values = new float[shape.arrayLength()];
      int type = data.getShort(70);
      int at = (int) data.getFloat(108);
      for (int index = 0; index < values.length; index++) {
        values[index] =
            switch (type) {
              case 2 -> data.get(at + index) & 0xff;
              case 4 -> data.getShort(at + 2 * index);
              case 512 -> data.getShort(at + 2 * index) & 0xffff;
              case 8 -> data.getInt(at + 4 * index);
              case 16 -> data.getFloat(at + 4 * index);
              case 64 -> (float) data.getDouble(at + 8 * index);
              default -> throw new IOException(file + ": datatype " + type);
            };
      }
      return Volume.of(Tensor.of(shape, values), new Geometry(shape, affine, spacing));
    } catch (java.util.zip.ZipException e) {
      throw new IOException(file + ": is no gzip file", e);
    }
  }

  /** Reads labels. */
  public static LabelMap readLabels(Path file) throws IOException {
    Volume volume = read(file);
    LabelMap labels = LabelMap.zeros(volume.geometry(), LabelMap.MAX_LABEL);
    for (int index = 0; index < labels.length(); index++) {
      labels.set(index, (int) volume.tensor().array()[index]);
    }
    return labels;
  }

  /** Writes labels. */
  public static void write(LabelMap labels, Path file) throws IOException {
    ByteBuffer data = header(labels.geometry(), 2, labels.length());
    for (int index = 0; index < labels.length(); index++) {
      data.put(352 + index, (byte) labels.get(index));
    }
    save(file, data);
  }

  /** Writes a volume. */
  public static void write(Volume volume, Path file) throws IOException {
    float[] values = volume.tensor().array();
    ByteBuffer data = header(volume.geometry(), 16, 4 * values.length);
    for (int index = 0; index < values.length; index++) {
      data.putFloat(352 + 4 * index, values[index]);
    }
    save(file, data);
  }

  private static void save(Path file, ByteBuffer data) throws IOException {
    AtomicFile.write(
        file,
        out -> {
          if (file.toString().endsWith(".gz")) {
            GZIPOutputStream zip = new GZIPOutputStream(out);
            zip.write(data.array());
            zip.finish();
          } else {
            out.write(data.array());
          }
        });
  }

  private static ByteBuffer header(Geometry geometry, int type, int bytes) {
    ByteBuffer data = ByteBuffer.allocate(352 + bytes).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt(0, 348);
    data.putShort(40, (short) 3);
    for (int axis = 0; axis < 3; axis++) {
      data.putShort(42 + 2 * axis, (short) geometry.shape().dim(2 - axis));
      data.putFloat(80 + 4 * axis, (float) geometry.spacing().toArray()[2 - axis]);
    }
    for (int axis = 4; axis < 8; axis++) {
      data.putShort(40 + 2 * axis, (short) 1);
    }
    data.putShort(70, (short) type);
    data.putShort(72, (short) (type == 2 ? 8 : 32));
    data.putFloat(76, 1);
    data.putFloat(108, 352);
    data.putShort(254, (short) 2);
    for (int row = 0; row < 3; row++) {
      for (int column = 0; column < 4; column++) {
        data.putFloat(
            280 + 16 * row + 4 * column, (float) geometry.affine().matrix().get(column, row));
      }
    }
    data.put(344, (byte) 'n').put(345, (byte) '+').put(346, (byte) '1');
    return data;
  }

  /** Describes a file. */
  public static String describe(Path file) throws IOException {
    return read(file).toString();
  }
}
