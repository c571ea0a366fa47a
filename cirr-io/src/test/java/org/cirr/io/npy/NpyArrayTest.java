package org.cirr.io.npy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;
import org.cirr.tensor.Half;
import org.cirr.tensor.Shape;
import org.cirr.testing.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyArrayTest {
  @TempDir Path folder;

  static SeekableBytes resource(String name) throws IOException {
    try (InputStream in = NpyArrayTest.class.getResourceAsStream(name)) {
      return SeekableBytes.of(Path.of(name), in.readAllBytes());
    }
  }

  private static SeekableBytes npy(String header, int... data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.write(header.length());
    out.write(header.length() >> 8);
    out.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
    for (int value : data) {
      out.write(value);
    }
    return SeekableBytes.of(Path.of("x.npy"), out.toByteArray());
  }

  private static String refusal(SeekableBytes source) {
    return assertThrows(MalformedFileException.class, () -> NpyArray.read(source)).getMessage();
  }

  @Test
  void readsTheThreeVersionsOfTheFormat() throws IOException {
    for (int version = 1; version <= 3; version++) {
      NpyArray array = NpyArray.read(resource("version" + version + ".npy"));
      assertEquals(Shape.of(2, 3), array.shape());
      assertEquals(NpyType.FLOAT64, array.type());
      assertArrayEquals(new double[] {0, 1, 2, 3, 4, 5}, array.toDoubles());
    }
  }

  @Test
  void readsGzippedFilesByTheirFirstBytes() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out);
        InputStream in = getClass().getResourceAsStream("version1.npy")) {
      in.transferTo(gzip);
    }
    byte[] bytes = out.toByteArray();
    NpyArray array = NpyArray.read(SeekableBytes.of(Path.of("x.npy"), bytes));
    assertArrayEquals(new double[] {0, 1, 2, 3, 4, 5}, array.toDoubles());
    byte[] cut = Arrays.copyOf(bytes, bytes.length - 20);
    assertEquals(
        "x.npy: gzip data is damaged; the file is truncated; copy it again",
        refusal(SeekableBytes.of(Path.of("x.npy"), cut)));
  }

  @Test
  void readsHalfBitsAndFloatsOfTheGoldens() throws IOException {
    Path units = Shared.require("goldens/nnunet/units");
    NpyArray gaussian = NpyArray.read(units.resolve("gaussian_24x32x40_f16.npy.gz"));
    assertEquals(Shape.of(24, 32, 40), gaussian.shape());
    int centre = (12 * 32 + 16) * 40 + 20;
    assertEquals(10, Half.toFloat(gaussian.halfBits()[centre]));
    NpyArray image = NpyArray.read(units.resolve("crop_in_f32.npy.gz"));
    assertEquals(NpyType.FLOAT32, image.type());
    assertSame(image.toTensor().array(), image.toTensor().array());
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    long seed = 17;
    Random random = new Random(seed);
    float[] floats = new float[3 * 5 * 7];
    double[] doubles = new double[3 * 5 * 7];
    long[] longs = new long[3 * 5 * 7];
    short[] halves = new short[3 * 5 * 7];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = random.nextFloat();
      doubles[i] = random.nextDouble();
      longs[i] = random.nextLong();
      halves[i] = (short) random.nextInt();
    }
    Shape shape = Shape.of(3, 5, 7);
    Path file = folder.resolve("a.npy");
    NpyArray.of(shape, floats).write(file);
    assertEquals(128 + 4 * 105, Files.size(file), "a header of 128 bytes as NumPy writes it");
    assertArrayEquals(floats, NpyArray.read(file).toTensor().array());
    NpyArray.of(shape, doubles).write(file);
    assertArrayEquals(doubles, NpyArray.read(file).toDoubles());
    NpyArray.of(shape, longs).write(file);
    assertEquals(longs[104], NpyArray.read(file).longAt(104), "seed " + seed);
    NpyArray.ofHalf(shape, halves).write(file);
    assertArrayEquals(halves, NpyArray.read(file).halfBits());
    NpyArray.of(Shape.of(), 7.5).write(file);
    assertEquals(Shape.of(), NpyArray.read(file).shape());
    NpyArray.of(Shape.of(3), new byte[] {1, 2, (byte) 200}).write(file);
    assertEquals(200, NpyArray.read(file).longAt(2));
    NpyArray.of(Shape.of(3), new int[] {1, 2, -200}).write(file);
    assertEquals(-200, NpyArray.read(file).doubleAt(2));
  }

  @Test
  void theHeaderIsByteForByteNumpys() throws IOException {
    byte[] expected = resource("version1.npy").read(0, 128);
    assertArrayEquals(expected, NpyHeader.write(NpyType.FLOAT64, Shape.of(2, 3)));
  }

  @Test
  void unsignedLongsBecomeTheNearestDouble() {
    NpyArray array = new NpyArray(Shape.of(2), NpyType.UINT64, new long[] {-1, Long.MIN_VALUE});
    assertEquals(0x1p64, array.doubleAt(0));
    assertEquals(0x1p63, array.doubleAt(1));
  }

  @Test
  void typesThatAreNotReadAreNamed() throws IOException {
    String read = "is a type that is not read (read are b1, i1 to i8, u1 to u8, f2, f4, f8)";
    String remedy = "; write the array again with numpy.save, as a boolean, integer or float type";
    assertEquals("complex.npy: descr '<c8' " + read + remedy, refusal(resource("complex.npy")));
    assertEquals("text.npy: descr '<U2' " + read + remedy, refusal(resource("text.npy")));
    assertEquals(
        "structure.npy: descr is a structured type, which is not read" + remedy,
        refusal(resource("structure.npy")));
  }

  @Test
  void aHeaderThatLiesIsRefusedBeforeAnythingIsAllocated() {
    String remedy = "; the file is truncated; copy it again";
    assertEquals(
        "x.npy: shape [1000, 1000, 1000] of FLOAT64 needs 8000000000 bytes, the file has at most 89"
            + remedy,
        refusal(
            npy(
                "{'descr': '<f8', 'fortran_order': False, 'shape': (1000, 1000, 1000), }\n       ")));
    assertEquals(
        "x.npy: shape is [100000, 100000, 100000], one array holds at most 2147483639 elements;"
            + " split the array",
        refusal(
            npy("{'descr': '<f8', 'fortran_order': False, 'shape': (100000, 100000, 100000), }")));
    assertEquals(
        "x.npy: shape [3] of UINT16 needs 6 bytes, the file has only 4" + remedy,
        refusal(npy("{'descr': '<u2', 'fortran_order': False, 'shape': (3,), }", 1, 0, 2, 0)));
  }

  @Test
  void brokenHeadersAreRefusedByField() {
    String remedy = "; write the array again with numpy.save, as a boolean, integer or float type";
    assertEquals(
        "x.npy: magic is not \\x93NUMPY; this is not a .npy file; check how it was made",
        refusal(SeekableBytes.of(Path.of("x.npy"), new byte[20])));
    assertEquals(
        "x.npy: header is not readable: expected a value at character 1" + remedy,
        refusal(npy("{descr")));
    assertEquals(
        "x.npy: header is not readable: expected at most 8 levels at character 9" + remedy,
        refusal(npy("(".repeat(60_000))));
    assertEquals("x.npy: header is not a dictionary" + remedy, refusal(npy("(1, 2)")));
    assertEquals(
        "x.npy: fortran_order is 1, expected True or False" + remedy,
        refusal(npy("{'fortran_order': 1}")));
    assertEquals(
        "x.npy: shape is [-1], each extent must lie in 0..2147483647" + remedy,
        refusal(npy("{'descr': '<u2', 'fortran_order': False, 'shape': (-1,)}")));
    assertEquals(
        "x.npy: shape is null, expected a tuple of at most 64 extents" + remedy,
        refusal(npy("{'descr': '<u2', 'fortran_order': False}")));
    byte[] newer = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 4, 0, 0, 0};
    assertEquals(
        "x.npy: version is 4.0, known are 1.0 to 3.0" + remedy,
        refusal(SeekableBytes.of(Path.of("x.npy"), newer)));
    byte[] cut = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 50, 0, '{'};
    assertEquals(
        "x.npy: header is cut off; the file is truncated; copy it again",
        refusal(SeekableBytes.of(Path.of("x.npy"), cut)));
    byte[] giant = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, 0, 0, 0, 127};
    assertEquals(
        "x.npy: header length is 2130706432, at most 65536 allowed" + remedy,
        refusal(SeekableBytes.of(Path.of("x.npy"), giant)));
  }

  @Test
  void askingForTheWrongTypeNamesTheType() {
    NpyArray floats = NpyArray.of(Shape.of(1), 1f);
    assertEquals(
        "the array is FLOAT32, not FLOAT16; use toTensor",
        assertThrows(IllegalStateException.class, floats::halfBits).getMessage());
    assertEquals(
        "the array is FLOAT32, not of bytes; use longAt",
        assertThrows(IllegalStateException.class, floats::bytes).getMessage());
    assertEquals(
        "the array is FLOAT32, not of whole numbers; use doubleAt",
        assertThrows(IllegalStateException.class, () -> floats.longAt(0)).getMessage());
    assertEquals(
        "shape [3] needs 3 values, got 1",
        assertThrows(IllegalArgumentException.class, () -> NpyArray.of(Shape.of(3), 1f))
            .getMessage());
  }
}
