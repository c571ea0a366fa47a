package org.cirr.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Turns good files into bad ones: flips bits, overwrites integers with boundary values and floats
 * with special ones, changes digits of text, truncates, duplicates, splices, inserts.
 *
 * <p>The same seed and the same input number always give the same bytes. Half of the mutations hit
 * the first {@value #HEADER} bytes, where headers are. Files in gzip are mutated inside, and packed
 * again, three times out of four.
 */
public final class Mutator {
  private static final int HEADER = 1024;

  private static final long[] BOUNDARIES = {
    0,
    1,
    2,
    3,
    4,
    5,
    7,
    8,
    15,
    16,
    127,
    128,
    255,
    256,
    32767,
    32768,
    65535,
    65536,
    1 << 20,
    1 << 24,
    Integer.MAX_VALUE,
    1L + Integer.MAX_VALUE,
    0xffffffffL,
    1L << 40,
    Long.MAX_VALUE,
    -1,
    -2,
    -5,
    -128,
    Short.MIN_VALUE,
    Integer.MIN_VALUE,
    Long.MIN_VALUE
  };

  private static final float[] FLOATS = {
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    0,
    -0f,
    1,
    -1,
    Float.MAX_VALUE,
    Float.MIN_VALUE,
    352,
    351.5f,
    1e9f,
    1e20f,
    -1e20f
  };

  private static final String[] TEXTS = {
    "-1", "0", "999999999999999999999", "nan", "inf", "-", "\n", "\n\n", " ", ":", "=", "\"", "{",
    "}", "[", "]", ",", "(", ")", "\\", "\\u0000", "/etc/passwd", "../../x", "%d", "1e999", "none",
    "\0"
  };

  private final long seed;
  private final List<byte[]> seeds;
  private final List<byte[]> unpacked = new ArrayList<>();

  /** A mutator of the given good files. */
  public Mutator(long seed, List<byte[]> seeds) {
    if (seeds.isEmpty()) {
      throw new IllegalArgumentException("a mutator needs at least one good file");
    }
    this.seed = seed;
    this.seeds = List.copyOf(seeds);
    for (byte[] file : seeds) {
      unpacked.add(isGzip(file) ? gunzip(file) : null);
    }
  }

  /** The mutated file of a number; one of twenty of them is left whole. */
  public byte[] mutated(long number) {
    Random random = new Random((seed * 0x9E3779B97F4A7C15L) ^ (number * 0xD1B54A32D192ED03L));
    random.nextInt();
    int pick = random.nextInt(seeds.size());
    byte[] inner = unpacked.get(pick);
    if (inner != null && random.nextInt(4) > 0) {
      return gzip(mutate(inner, random));
    }
    return mutate(seeds.get(pick), random);
  }

  private byte[] mutate(byte[] file, Random random) {
    byte[] bytes = file.clone();
    int count = random.nextInt(20) == 0 ? 0 : 1 + random.nextInt(random.nextInt(4) == 0 ? 8 : 2);
    for (int i = 0; i < count; i++) {
      bytes = mutateOnce(bytes, random);
    }
    return bytes;
  }

  private byte[] mutateOnce(byte[] bytes, Random random) {
    if (bytes.length == 0) {
      return insert(bytes, 0, randomBytes(random));
    }
    int at = position(bytes.length, random);
    switch (random.nextInt(12)) {
      case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> bytes[at] = (byte) random.nextInt(256);
      case 3, 4 -> putInteger(bytes, at, boundary(random), random);
      case 5 -> putFloat(bytes, at, random);
      case 6 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)); // truncate
      case 7 -> bytes = insert(bytes, at, slice(bytes, random)); // duplicate
      case 8 -> bytes = insert(bytes, at, randomBytes(random));
      case 9 -> bytes = remove(bytes, at, 1 + random.nextInt(32));
      case 10 -> bytes = text(bytes, at, random);
      default -> bytes = splice(bytes, random);
    }
    return bytes;
  }

  private static int position(int length, Random random) {
    return random.nextBoolean() ? random.nextInt(Math.min(length, HEADER)) : random.nextInt(length);
  }

  private static long boundary(Random random) {
    long value = BOUNDARIES[random.nextInt(BOUNDARIES.length)];
    return random.nextInt(3) == 0 ? value + random.nextInt(3) - 1 : value;
  }

  private static void putInteger(byte[] bytes, int at, long value, Random random) {
    int width = 1 << random.nextInt(4);
    int start = random.nextInt(4) > 0 ? at / width * width : at;
    boolean little = random.nextBoolean();
    for (int i = 0; i < width && start + i < bytes.length; i++) {
      bytes[start + i] = (byte) (value >>> 8 * (little ? i : width - 1 - i));
    }
  }

  private static void putFloat(byte[] bytes, int at, Random random) {
    float value = FLOATS[random.nextInt(FLOATS.length)];
    int width = random.nextBoolean() ? 4 : 8;
    long bits = width == 4 ? Float.floatToRawIntBits(value) : Double.doubleToRawLongBits(value);
    int start = at / 4 * 4;
    boolean little = random.nextBoolean();
    for (int i = 0; i < width && start + i < bytes.length; i++) {
      bytes[start + i] = (byte) (bits >>> 8 * (little ? i : width - 1 - i));
    }
  }

  /** Changes a digit, or puts an odd text in or over. */
  private static byte[] text(byte[] bytes, int at, Random random) {
    if (random.nextBoolean()) {
      for (int i = at; i < Math.min(bytes.length, at + 64); i++) {
        if (bytes[i] >= '0' && bytes[i] <= '9') {
          bytes[i] = (byte) ('0' + random.nextInt(10));
          return bytes;
        }
      }
    }
    byte[] odd = TEXTS[random.nextInt(TEXTS.length)].getBytes(StandardCharsets.ISO_8859_1);
    if (random.nextBoolean()) {
      return insert(bytes, at, odd);
    }
    System.arraycopy(odd, 0, bytes, at, Math.min(odd.length, bytes.length - at));
    return bytes;
  }

  /** The head of this file and the tail of another one. */
  private byte[] splice(byte[] bytes, Random random) {
    int other = random.nextInt(seeds.size());
    byte[] tail = unpacked.get(other) != null ? unpacked.get(other) : seeds.get(other);
    int cut = random.nextInt(bytes.length + 1);
    int from = random.nextBoolean() ? Math.min(cut, tail.length) : random.nextInt(tail.length + 1);
    byte[] out = Arrays.copyOf(bytes, cut + tail.length - from);
    System.arraycopy(tail, from, out, cut, tail.length - from);
    return out;
  }

  private static byte[] slice(byte[] bytes, Random random) {
    int from = position(bytes.length, random);
    return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 1 + random.nextInt(256)));
  }

  private static byte[] randomBytes(Random random) {
    byte[] bytes = new byte[1 + random.nextInt(32)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] insert(byte[] bytes, int at, byte[] more) {
    byte[] out = Arrays.copyOf(bytes, bytes.length + more.length);
    System.arraycopy(more, 0, out, at, more.length);
    System.arraycopy(bytes, at, out, at + more.length, bytes.length - at);
    return out;
  }

  private static byte[] remove(byte[] bytes, int at, int count) {
    int end = Math.min(bytes.length, at + count);
    byte[] out = Arrays.copyOf(bytes, bytes.length - (end - at));
    System.arraycopy(bytes, end, out, at, bytes.length - end);
    return out;
  }

  static boolean isGzip(byte[] file) {
    return file.length > 2 && file[0] == 0x1f && file[1] == (byte) 0x8b;
  }

  /** What a gzip file holds, as far as it can be unpacked. */
  static byte[] gunzip(byte[] file) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(file))) {
      byte[] buffer = new byte[8192];
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // What came out so far counts.
    }
    return out.toByteArray();
  }

  private static byte[] gzip(byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gz =
        new GZIPOutputStream(out) {
          {
            def.setLevel(Deflater.BEST_SPEED);
          }
        }) {
      gz.write(content);
    } catch (IOException e) {
      throw new AssertionError("writing to memory cannot fail", e);
    }
    return out.toByteArray();
  }
}
