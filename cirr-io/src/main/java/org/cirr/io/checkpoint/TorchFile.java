package org.cirr.io.checkpoint;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.cirr.io.file.AtomicFile;
import org.cirr.tensor.Tensor;

/**
 * Writes PyTorch's {@code .pth}; {@link Checkpoint} reads them, and so does {@code
 * torch.load(weights_only=True)}.
 *
 * <p><b>Source</b>: torch.serialization, file format 3.
 */
public final class TorchFile {
  private static final int ALIGNMENT = 64;
  private static final int LOCAL_HEADER = 30;
  private static final int EXTRA_HEADER = 4;

  private TorchFile() {}

  /**
   * Writes values whole or not at all.
   *
   * <p>Values are null, {@link Boolean}, {@link Integer}, {@link Long}, {@link Float} and {@link
   * Double} (a Python float), {@link String}, {@link Tensor} (float32), {@link List} (a list),
   * {@code Object[]} (a tuple), {@link Map} with texts or whole numbers as keys (a dictionary in
   * the map's order).
   *
   * <p><b>Edge cases</b>: tensors on one array are one storage in the file, and one tensor again
   * when it is read. Equal values give equal files.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} naming the place of a value of another kind;
   * {@link IOException} naming the file when it cannot be written; an older file is intact then.
   */
  public static void write(Path file, Map<String, ?> content) throws IOException {
    List<float[]> storages = new ArrayList<>();
    byte[] pickle = PickleWriter.write(content, storages);
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    String top = (dot > 0 ? name.substring(0, dot) : name) + "/";
    AtomicFile.write(
        file,
        out -> {
          Counting counting = new Counting(out);
          ZipOutputStream zip = new ZipOutputStream(counting);
          add(zip, counting, top + "data.pkl", pickle.length, to -> to.write(pickle));
          add(zip, counting, top + "byteorder", "little");
          for (int key = 0; key < storages.size(); key++) {
            float[] values = storages.get(key);
            long bytes = (long) Float.BYTES * values.length;
            add(zip, counting, top + "data/" + key, bytes, to -> FloatBytes.write(values, to));
          }
          add(zip, counting, top + "version", "3\n");
          zip.finish();
        });
  }

  private static void add(ZipOutputStream zip, Counting counting, String name, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    add(zip, counting, name, bytes.length, to -> to.write(bytes));
  }

  /** A record that is stored, not compressed, and begins at a multiple of 64 bytes. */
  private static void add(
      ZipOutputStream zip, Counting counting, String name, long bytes, AtomicFile.Content content)
      throws IOException {
    CRC32 sum = new CRC32();
    content.writeTo(new CheckedOutputStream(OutputStream.nullOutputStream(), sum));
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(LocalDateTime.of(1980, 1, 2, 0, 0)); // the 1st would add a field
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes);
    entry.setCompressedSize(bytes);
    entry.setCrc(sum.getValue());
    int header = LOCAL_HEADER + name.getBytes(StandardCharsets.UTF_8).length + EXTRA_HEADER;
    entry.setExtra(padding((int) (-(counting.written + header) & (ALIGNMENT - 1))));
    zip.putNextEntry(entry);
    content.writeTo(zip);
    zip.closeEntry();
  }

  /** The extra field {@code FB} with a number of Zs, as PyTorch writes it. */
  private static byte[] padding(int length) {
    byte[] extra = new byte[EXTRA_HEADER + length];
    extra[0] = 'F';
    extra[1] = 'B';
    extra[2] = (byte) length;
    java.util.Arrays.fill(extra, EXTRA_HEADER, extra.length, (byte) 'Z');
    return extra;
  }

  /** Knows how much was written. */
  private static final class Counting extends FilterOutputStream {
    private long written;

    Counting(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
      written++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      written += length;
    }
  }
}
