package org.cirr.io.npy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;
import org.cirr.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzTest {
  @TempDir Path folder;

  @Test
  void readsEveryTypeByteOrderAndLayoutThatNumpyWrites() throws IOException {
    Map<String, NpyArray> arrays = Npz.read(NpyArrayTest.resource("types.npz"));
    assertEquals(12 * 4 + 3, arrays.size());
    for (NpyType type : NpyType.values()) {
      for (String variant : List.of("leC", "leF", "beC", "beF")) {
        String name = type.descr().substring(1) + variant;
        NpyArray array = arrays.get(name);
        assertEquals(type, array.type(), name);
        assertEquals(Shape.of(2, 3, 5), array.shape(), name);
        for (int i = 0; i < 30; i++) {
          assertEquals(type == NpyType.BOOL ? i % 2 : i, array.doubleAt(i), name);
          assertEquals(type == NpyType.BOOL ? i % 2 : i, array.toTensor().array()[i], name);
        }
      }
    }
    assertArrayEquals(new double[] {7.5}, arrays.get("scalar").toDoubles());
    assertEquals(Shape.of(3, 0, 2), arrays.get("empty").shape());
    assertEquals(3, arrays.get("line").longAt(2));
  }

  @Test
  void readsStoredRecords() throws IOException {
    Map<String, NpyArray> arrays = Npz.read(NpyArrayTest.resource("stored.npz"));
    assertEquals(List.of("a", "b"), List.copyOf(arrays.keySet()));
    assertArrayEquals(new float[] {0, 1, 2, 3, 4}, arrays.get("a").toTensor().array());
    assertEquals(1, arrays.get("b").longAt(0));
  }

  @Test
  void whatIsWrittenIsReadBackInOrder() throws IOException {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    arrays.put("z", NpyArray.of(Shape.of(3), 1f, 2f, 3f));
    arrays.put("a", NpyArray.of(Shape.of(1, 2), new int[] {4, 5}));
    Path file = folder.resolve("a.npz");
    Npz.write(file, arrays);
    Map<String, NpyArray> read = Npz.read(file);
    assertEquals(List.of("z", "a"), List.copyOf(read.keySet()));
    assertArrayEquals(new double[] {4, 5}, read.get("a").toDoubles());
  }

  @Test
  void slabsAreWrittenOneAfterTheOtherFromOneArray() throws IOException {
    Path file = folder.resolve("case.npz");
    float[] slab = new float[15];
    Npz.write(
        file,
        "probabilities",
        Shape.of(3, 1, 5, 3),
        index -> {
          java.util.Arrays.fill(slab, index * 0.25f);
          return slab;
        });
    NpyArray array = Npz.read(file).get("probabilities");
    assertEquals(Shape.of(3, 1, 5, 3), array.shape());
    assertEquals(NpyType.FLOAT32, array.type());
    assertEquals(0, array.doubleAt(14));
    assertEquals(0.25, array.doubleAt(15));
    assertEquals(0.5, array.doubleAt(44));
  }

  @Test
  void aSlabOfTheWrongLengthLeavesNoFile() {
    Path file = folder.resolve("case.npz");
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> Npz.write(file, "p", Shape.of(2, 3), index -> new float[4]));
    assertEquals("slab 0 of shape [2, 3] needs 3 values, got 4", refusal.getMessage());
    assertFalse(Files.exists(file));
    refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> Npz.write(file, "p", Shape.of(), index -> new float[1]));
    assertEquals("an array written in slabs needs at least one axis", refusal.getMessage());
  }

  @Test
  void aChangedByteIsNoticed() throws IOException {
    SeekableBytes good = NpyArrayTest.resource("stored.npz");
    byte[] bytes = good.read(0, (int) good.size());
    int at = 0;
    while (bytes[at] != 0x40 || bytes[at - 1] != 0x40) { // inside 3f = 0x40400000
      at++;
    }
    bytes[at] ^= 1;
    MalformedFileException refusal =
        assertThrows(
            MalformedFileException.class,
            () -> Npz.read(SeekableBytes.of(Path.of("a.npz"), bytes)));
    assertEquals(
        "a.npz!a.npy: checksum is wrong; the file is damaged; copy it again", refusal.getMessage());
  }

  @Test
  void aFileThatIsNoZipIsRefused() {
    MalformedFileException refusal =
        assertThrows(
            MalformedFileException.class,
            () -> Npz.read(SeekableBytes.of(Path.of("a.npz"), new byte[100])));
    assertEquals(
        "a.npz: zip directory is missing; the file is damaged or truncated; copy it again",
        refusal.getMessage());
  }
}
