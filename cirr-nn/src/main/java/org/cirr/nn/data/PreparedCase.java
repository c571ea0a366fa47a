package org.cirr.nn.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.cirr.io.file.AtomicFile;
import org.cirr.io.file.MalformedFileException;
import org.cirr.nn.augment.Patch;
import org.cirr.tensor.Shape;

/**
 * A training case as the network wants it, in a file of which any box can be read alone.
 *
 * <p>Safe for use by many threads; nothing is kept open.
 */
public final class PreparedCase {
  /*
   * The file, little-endian: "CIRRCASE", version, key (length, UTF-8), channels, extents z y x,
   * spacing z y x (double), bytes per label (1 or 2), number of classes, locations of each class;
   * then the channels (float32), the labels (signed; −1 is outside the body), the locations (int32
   * flat indices). Not compressed: a patch is a few hundred runs of rows, read in a millisecond
   * from the page cache, where unpacking would cost more than the augmentation. Float32 and not
   * half, so that training sees what prediction sees.
   */
  /** The ending of the files. */
  public static final String ENDING = ".case";

  private static final byte[] MAGIC = "CIRRCASE".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int MAX_KEY = 1 << 16;
  private static final int MAX_CHANNELS = 1000;
  private static final int MAX_CLASSES = 1 << 16;
  private static final int FIXED = 8 + 3 * 4 + 3 * 4 + 3 * 8 + 2 * 4;

  private final Path file;
  private final String key;
  private final int channels;
  private final int[] shape;
  private final double[] spacing;
  private final int labelBytes;
  private final int[] locations;
  private final long dataStart;

  private PreparedCase(Path file, Header header) {
    this.file = file;
    this.key = header.key;
    this.channels = header.channels;
    this.shape = header.shape;
    this.spacing = header.spacing;
    this.labelBytes = header.labelBytes;
    this.locations = header.locations;
    this.dataStart = header.length();
  }

  /** What stands before the voxels. */
  private record Header(
      String key, int channels, int[] shape, double[] spacing, int labelBytes, int[] locations) {
    long length() {
      return FIXED + key.getBytes(StandardCharsets.UTF_8).length + 4L * locations.length;
    }

    long voxels() {
      return Shape.of(shape).elements();
    }

    long fileLength() {
      long sum = 0;
      for (int count : locations) {
        sum += count;
      }
      return length() + voxels() * (4L * channels + labelBytes) + 4 * sum;
    }

    ByteBuffer bytes() {
      byte[] text = key.getBytes(StandardCharsets.UTF_8);
      ByteBuffer out = little(FIXED + text.length + 4 * locations.length);
      out.put(MAGIC).putInt(VERSION).putInt(text.length).put(text).putInt(channels);
      Arrays.stream(shape).forEach(out::putInt);
      Arrays.stream(spacing).forEach(out::putDouble);
      out.putInt(labelBytes).putInt(locations.length);
      Arrays.stream(locations).forEach(out::putInt);
      return out.flip();
    }
  }

  /**
   * Writes a case whole or not at all.
   *
   * @param key what it was made from; a later call compares it to know whether to make it again
   * @param channels the values, {@code [z, y, x]}
   * @param labels the labels on the same grid, −1 outside the body
   * @param locations flat indices of voxels of each class
   */
  static void write(
      Path file,
      String key,
      List<float[]> channels,
      short[] labels,
      int[] shape,
      double[] spacing,
      List<int[]> locations)
      throws IOException {
    int largest = 0;
    for (short label : labels) {
      largest = Math.max(largest, label);
    }
    Header header =
        new Header(
            key,
            channels.size(),
            shape,
            spacing,
            largest <= Byte.MAX_VALUE ? 1 : 2,
            locations.stream().mapToInt(places -> places.length).toArray());
    AtomicFile.write(
        file,
        out -> {
          out.write(header.bytes().array());
          for (float[] channel : channels) {
            writeBlocks(out, channel.length, 4, (into, i) -> into.putFloat(channel[i]));
          }
          if (header.labelBytes == 1) {
            writeBlocks(out, labels.length, 1, (into, i) -> into.put((byte) labels[i]));
          } else {
            writeBlocks(out, labels.length, 2, (into, i) -> into.putShort(labels[i]));
          }
          for (int[] places : locations) {
            writeBlocks(out, places.length, 4, (into, i) -> into.putInt(places[i]));
          }
        });
  }

  @FunctionalInterface
  private interface Put {
    void put(ByteBuffer into, int index);
  }

  private static void writeBlocks(OutputStream out, int count, int size, Put put)
      throws IOException {
    ByteBuffer block = little(1 << 16);
    for (int i = 0; i < count; i++) {
      put.put(block, i);
      if (block.remaining() < size || i == count - 1) {
        out.write(block.array(), 0, block.position());
        block.clear();
      }
    }
  }

  /**
   * Reads what stands before the voxels.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} when the file is no such case or was cut.
   */
  public static PreparedCase open(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = in.size();
      Header header = readHeader(file, in, size);
      if (header.fileLength() != size) {
        throw damaged(file, "length", "is " + size + " bytes, expected " + header.fileLength());
      }
      return new PreparedCase(file, header);
    }
  }

  private static Header readHeader(Path file, FileChannel in, long size) throws IOException {
    if (size < FIXED) {
      throw damaged(file, "length", "is " + size + " bytes, expected at least " + FIXED);
    }
    ByteBuffer start = read(file, in, 0, 16);
    byte[] magic = new byte[MAGIC.length];
    start.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw damaged(file, "start", "is not CIRRCASE");
    }
    within(file, "version", start.getInt(), VERSION, VERSION);
    int keyLength = within(file, "key length", start.getInt(), 0, MAX_KEY);
    if (size < FIXED + keyLength) {
      throw damaged(file, "length", "is " + size + " bytes, too short for its key");
    }
    ByteBuffer rest = read(file, in, 16, FIXED - 16 + keyLength);
    byte[] text = new byte[keyLength];
    rest.get(text);
    int channels = within(file, "channels", rest.getInt(), 1, MAX_CHANNELS);
    int[] shape = new int[3];
    double[] spacing = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      shape[axis] = within(file, "extent " + axis, rest.getInt(), 1, Integer.MAX_VALUE);
    }
    if (Shape.of(shape).elements() > Shape.MAX_ELEMENTS) {
      throw damaged(file, "shape", "is " + Arrays.toString(shape) + ", too large for memory");
    }
    for (int axis = 0; axis < 3; axis++) {
      spacing[axis] = rest.getDouble();
    }
    int labelBytes = within(file, "bytes per label", rest.getInt(), 1, 2);
    int classes = within(file, "classes", rest.getInt(), 0, MAX_CLASSES);
    if (size < FIXED + keyLength + 4L * classes) {
      throw damaged(file, "length", "is " + size + " bytes, too short for its classes");
    }
    ByteBuffer counts = read(file, in, FIXED + keyLength, 4 * classes);
    int[] locations = new int[classes];
    for (int i = 0; i < classes; i++) {
      int count = counts.getInt();
      locations[i] = within(file, "locations of class " + i, count, 0, Integer.MAX_VALUE);
    }
    String key = new String(text, StandardCharsets.UTF_8);
    return new Header(key, channels, shape, spacing, labelBytes, locations);
  }

  private static int within(Path file, String field, int value, int least, int most)
      throws MalformedFileException {
    if (value < least || value > most) {
      throw damaged(file, field, "is " + value + ", expected " + least + " to " + most);
    }
    return value;
  }

  private static MalformedFileException damaged(Path file, String field, String problem) {
    return new MalformedFileException(
        file, field, problem, "delete the file and run cirr plan again");
  }

  private static ByteBuffer read(Path file, FileChannel in, long position, int length)
      throws IOException {
    return readInto(file, in, position, little(length));
  }

  private static ByteBuffer readInto(Path file, FileChannel in, long position, ByteBuffer into)
      throws IOException {
    while (into.hasRemaining()) {
      int got = in.read(into, position);
      if (got < 0) {
        throw new EOFException(file + ": became shorter while it was read; run cirr plan again");
      }
      position += got;
    }
    return into.flip();
  }

  private static ByteBuffer little(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /**
   * Refuses a case that was made with another preparation, such as one for another spacing.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} naming the file and the plans.
   *
   * @param plans the file that the preparation is of, for the message
   */
  public void require(CasePreparation preparation, Path plans) throws MalformedFileException {
    if (!key.startsWith(preparation.planKey() + ";")) {
      throw new MalformedFileException(
          file, "preparation", "is that of other plans than " + plans, "run cirr plan again");
    }
  }

  /** The file's name without its ending. */
  public String name() {
    String name = file.getFileName().toString();
    return name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
  }

  /** Whether a file is there that was made from the same. */
  static boolean isCurrent(Path file, String key) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try {
      return open(file).key.equals(key);
    } catch (IOException e) {
      return false; // damaged: it is made again
    }
  }

  /** The number of image channels. */
  public int channels() {
    return channels;
  }

  /** The extents {@code [z, y, x]}. */
  public int[] shape() {
    return shape.clone();
  }

  /** The spacing in the same order, mm. */
  public double[] spacing() {
    return spacing.clone();
  }

  /** The number of classes with locations. */
  public int classes() {
    return locations.length;
  }

  /** How many voxels of a class are remembered; 0 where the case does not have it. */
  public int locations(int classIndex) {
    return locations[classIndex];
  }

  /** The voxel {@code z, y, x} of one of the remembered locations of a class. */
  public int[] location(int classIndex, int number) throws IOException {
    if (number < 0 || number >= locations[classIndex]) {
      throw new IndexOutOfBoundsException(
          "location " + number + " of " + locations[classIndex] + " of class " + classIndex);
    }
    long voxels = Shape.of(shape).elements();
    long position = dataStart + voxels * (4L * channels + labelBytes) + 4L * number;
    for (int before = 0; before < classIndex; before++) {
      position += 4L * locations[before];
    }
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      int index = read(file, in, position, 4).getInt();
      if (index < 0 || index >= voxels) {
        throw damaged(file, "location", "is " + index + ", expected 0 to " + (voxels - 1));
      }
      int x = index % shape[2];
      return new int[] {index / shape[2] / shape[1], index / shape[2] % shape[1], x};
    }
  }

  /**
   * Reads a box, which may reach over the borders; there images are 0 and labels −1.
   *
   * @param lower the first voxel {@code z, y, x}; may be negative
   * @param size the extents
   */
  public Patch read(int[] lower, int[] size) throws IOException {
    Patch patch = Patch.empty(channels, size);
    int[] from = new int[3];
    int[] end = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      from[axis] = Math.max(0, lower[axis]);
      end[axis] = (int) Math.min(shape[axis], (long) lower[axis] + size[axis]);
      if (from[axis] >= end[axis]) {
        return patch;
      }
    }
    // The rows y of a slice are one run of bytes: read it, and take of each row what is wanted.
    int run = (end[1] - from[1] - 1) * shape[2] + end[2] - from[2];
    ByteBuffer buffer = little(4 * run);
    long voxels = Shape.of(shape).elements();
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      for (int z = from[0]; z < end[0]; z++) {
        long start = ((long) z * shape[1] + from[1]) * shape[2] + from[2];
        int out = ((z - lower[0]) * size[1] + from[1] - lower[1]) * size[2] + from[2] - lower[2];
        for (int c = 0; c < channels; c++) {
          buffer.clear();
          readInto(file, in, dataStart + 4 * (c * voxels + start), buffer);
          for (int y = 0; y < end[1] - from[1]; y++) {
            buffer
                .position(4 * y * shape[2])
                .asFloatBuffer()
                .get(patch.channel(c), out + y * size[2], end[2] - from[2]);
          }
        }
        buffer.clear().limit(labelBytes * run);
        readInto(file, in, dataStart + 4 * channels * voxels + labelBytes * start, buffer);
        for (int y = 0; y < end[1] - from[1]; y++) {
          for (int x = 0; x < end[2] - from[2]; x++) {
            int at = y * shape[2] + x;
            patch.labels()[out + y * size[2] + x] =
                labelBytes == 1 ? buffer.get(at) : buffer.getShort(2 * at);
          }
        }
      }
    }
    return patch;
  }

  @Override
  public String toString() {
    return "PreparedCase[" + name() + ", " + channels + " x " + Arrays.toString(shape) + "]";
  }
}
