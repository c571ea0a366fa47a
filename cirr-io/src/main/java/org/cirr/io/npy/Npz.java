package org.cirr.io.npy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipOutputStream;
import org.cirr.io.archive.ZipArchive;
import org.cirr.io.archive.ZipRecord;
import org.cirr.io.file.AtomicFile;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;
import org.cirr.tensor.Shape;

/**
 * Named arrays in one file, as numpy.savez and numpy.savez_compressed write them: a zip with one
 * {@code NAME.npy} per array.
 */
public final class Npz {
  private Npz() {}

  /** The float32 values of an array, one slab along the slowest axis at a time. */
  @FunctionalInterface
  public interface Slabs {
    /**
     * The values of slab {@code index}, in C order. The array may be the same one each time; it is
     * written before the next call.
     */
    float[] slab(int index) throws IOException;
  }

  /**
   * All arrays of an archive, in its order, by name without {@code .npy}.
   *
   * <p><b>Edge cases</b>: records that do not end in {@code .npy} are left out.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} as for {@link NpyArray}, with {@code
   * FILE!RECORD} as the name, and when a checksum is wrong.
   */
  public static Map<String, NpyArray> read(Path file) throws IOException {
    return read(SeekableBytes.of(file));
  }

  /** Reads the same from any source of bytes. */
  public static Map<String, NpyArray> read(SeekableBytes source) throws IOException {
    ZipArchive archive = ZipArchive.open(source);
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    for (ZipRecord record : archive.records().values()) {
      if (record.name().endsWith(".npy")) {
        String name = record.name().substring(0, record.name().length() - 4);
        arrays.put(name, read(source.path(), archive, record));
      }
    }
    return arrays;
  }

  private static NpyArray read(Path file, ZipArchive archive, ZipRecord record) throws IOException {
    Path name = Path.of(file + "!" + record.name().replaceAll("[^A-Za-z0-9._/-]", "_"));
    CRC32 crc = new CRC32();
    try (InputStream in = new CheckedInputStream(archive.stream(record), crc)) {
      NpyArray array = NpyValues.decode(name, in, record.bytes(), record.method() == 0);
      in.transferTo(OutputStream.nullOutputStream());
      if (record.crc() != 0 && record.crc() != (int) crc.getValue()) {
        throw new MalformedFileException(
            name, "checksum", "is wrong", "the file is damaged; copy it again");
      }
      return array;
    } catch (ZipException | EOFException e) {
      throw new MalformedFileException(
          name, "compressed data", "is damaged", "the file is truncated; copy it again", e);
    }
  }

  /** Writes arrays as numpy.savez_compressed does. */
  public static void write(Path file, Map<String, NpyArray> arrays) throws IOException {
    AtomicFile.write(
        file,
        out -> {
          ZipOutputStream zip = new ZipOutputStream(out);
          for (Map.Entry<String, NpyArray> array : arrays.entrySet()) {
            zip.putNextEntry(entry(array.getKey()));
            NpyValues.encode(array.getValue(), zip);
            zip.closeEntry();
          }
          zip.finish();
        });
  }

  /**
   * Writes one float32 array slab by slab, with no copy of the whole, as numpy.savez_compressed
   * does; nnU-Net's probabilities are {@code ("probabilities", [C, z, y, x])} with one class per
   * slab.
   *
   * <p><b>Edge cases</b>: the array may be larger than 4 GiB; the archive is then a zip64.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when a slab's length does not fit the shape.
   */
  public static void write(Path file, String name, Shape shape, Slabs slabs) throws IOException {
    if (shape.rank() == 0) {
      throw new IllegalArgumentException("an array written in slabs needs at least one axis");
    }
    int count = shape.dim(0);
    long each = count == 0 ? 0 : shape.elements() / count;
    AtomicFile.write(
        file,
        out -> {
          ZipOutputStream zip = new ZipOutputStream(out);
          zip.putNextEntry(entry(name));
          zip.write(NpyHeader.write(NpyType.FLOAT32, shape));
          for (int index = 0; index < count; index++) {
            float[] values = slabs.slab(index);
            if (values.length != each) {
              throw new IllegalArgumentException(
                  "slab "
                      + index
                      + " of shape "
                      + shape
                      + " needs "
                      + each
                      + " values, got "
                      + values.length);
            }
            NpyValues.put(values, NpyType.FLOAT32, zip);
          }
          zip.closeEntry();
          zip.finish();
        });
  }

  /** The same date for all, as NumPy writes it, so that equal arrays give equal files. */
  private static ZipEntry entry(String name) {
    ZipEntry entry = new ZipEntry(name + ".npy");
    entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
    return entry;
  }
}
