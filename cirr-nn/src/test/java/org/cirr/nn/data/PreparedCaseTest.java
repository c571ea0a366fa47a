package org.cirr.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.cirr.io.file.MalformedFileException;
import org.cirr.nn.augment.Patch;
import org.cirr.nn.random.NumpyRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparedCaseTest {
  private static final int[] SHAPE = {5, 7, 33};

  @TempDir Path folder;

  @Test
  void anyBoxIsReadAlsoBeyondTheBorders() throws IOException {
    PreparedCase one = TestCases.write(folder, "a", 2, SHAPE);
    int[][][] boxes = {
      {{0, 0, 0}, {5, 7, 33}},
      {{1, 2, 3}, {3, 3, 17}},
      {{-2, -3, -1}, {9, 13, 40}},
      {{4, 6, 32}, {1, 1, 1}},
      {{4, 6, 32}, {3, 5, 7}},
      {{-9, 0, 0}, {3, 3, 3}},
      {{0, 9, 0}, {3, 3, 3}}
    };
    for (int[][] box : boxes) {
      Patch patch = one.read(box[0], box[1]);
      int out = 0;
      for (int z = box[0][0]; z < box[0][0] + box[1][0]; z++) {
        for (int y = box[0][1]; y < box[0][1] + box[1][1]; y++) {
          for (int x = box[0][2]; x < box[0][2] + box[1][2]; x++, out++) {
            boolean inside = z >= 0 && z < 5 && y >= 0 && y < 7 && x >= 0 && x < 33;
            int index = (z * 7 + y) * 33 + x;
            for (int c = 0; c < 2; c++) {
              assertEquals(inside ? TestCases.value(c, index) : 0, patch.channel(c)[out]);
            }
            assertEquals(inside ? TestCases.label(SHAPE, index) : -1, patch.labels()[out]);
          }
        }
      }
    }
  }

  @Test
  void whatWasWrittenIsTold() throws IOException {
    PreparedCase one = TestCases.write(folder, "case.1", 1, SHAPE);
    assertEquals("case.1", one.name());
    assertEquals(1, one.channels());
    assertArrayEquals(SHAPE, one.shape());
    assertArrayEquals(new double[] {3, 2, 1}, one.spacing());
    assertEquals(2, one.classes());
    assertEquals(1, one.locations(1));
    assertArrayEquals(new int[] {4, 6, 32}, one.location(1, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> one.location(1, 1));
    assertTrue(PreparedCase.isCurrent(one.file(), "key of case.1"));
    assertFalse(PreparedCase.isCurrent(one.file(), "another key"));
    assertFalse(PreparedCase.isCurrent(folder.resolve("nothing"), ""));
  }

  @Test
  void labelsAbove127TakeTwoBytes() throws IOException {
    short[] labels = {-1, 0, 127, 128, 32000, 5};
    Path file = folder.resolve("b.case");
    PreparedCase.write(
        file,
        "",
        List.of(new float[6]),
        labels,
        new int[] {1, 2, 3},
        new double[] {1, 1, 1},
        List.of());
    PreparedCase one = PreparedCase.open(file);
    assertArrayEquals(labels, one.read(new int[3], one.shape()).labels());
    assertArrayEquals(
        new short[] {127, 32000}, // the column x = 1 … of rows 0 and 1, cut
        new short[] {
          one.read(new int[] {0, 0, 2}, new int[] {1, 1, 1}).labels()[0],
          one.read(new int[] {0, 1, 1}, new int[] {1, 1, 1}).labels()[0]
        });
  }

  @Test
  void damagedFilesAreRefusedByNameAndField() throws IOException {
    byte[] good = Files.readAllBytes(TestCases.write(folder, "a", 1, SHAPE).file());
    assertDamaged(new byte[0], "length is 0 bytes, expected at least 64");
    assertDamaged(java.util.Arrays.copyOf(good, good.length - 1), "length is ");
    byte[] other = good.clone();
    other[0] = 'X';
    assertDamaged(other, "start is not CIRRCASE");
    byte[] version = good.clone();
    version[8] = 9;
    assertDamaged(version, "version is 9, expected 1 to 1");
    byte[] key = good.clone();
    key[15] = 0x7f;
    assertDamaged(key, "key length is ");
    byte[] channels = good.clone();
    channels[16 + 8] = 0; // the key has 8 bytes
    assertDamaged(channels, "channels is 0, expected 1 to 1000");
    byte[] huge = good.clone();
    for (int axis = 0; axis < 3; axis++) {
      huge[16 + 8 + 4 + 4 * axis + 3] = 0x70;
    }
    assertDamaged(huge, "shape is [");
  }

  private void assertDamaged(byte[] bytes, String part) throws IOException {
    Path file = folder.resolve("bad.case");
    Files.write(file, bytes);
    String message =
        assertThrows(MalformedFileException.class, () -> PreparedCase.open(file)).getMessage();
    assertTrue(message.contains("bad.case: " + part), message);
    assertTrue(message.contains("delete the file and run cirr plan again"), message);
  }

  @Test
  void randomDamageNeverEndsInAnythingElse() throws IOException {
    byte[] good = Files.readAllBytes(TestCases.write(folder, "a", 1, SHAPE).file());
    Random random = new Random(1);
    Path file = folder.resolve("bad.case");
    for (int i = 0; i < 500; i++) {
      byte[] bad = good.clone();
      for (int k = 0; k <= random.nextInt(4); k++) {
        bad[random.nextInt(90)] = (byte) random.nextInt();
      }
      Files.write(file, bad);
      try {
        PreparedCase one = PreparedCase.open(file);
        one.read(new int[] {-1, 0, 2}, new int[] {3, 3, 3});
      } catch (IOException expected) {
        assertTrue(expected.getMessage().contains("bad.case"), expected.getMessage());
      }
    }
  }

  @Test
  void locationsAreTheOnesThatNumpyChooses() {
    short[] labels = new short[30_000];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (short) (i % 2 == 0 ? 1 : i % 3 == 0 ? 2 : 0);
    }
    List<int[]> places = ClassLocations.of(labels, List.of(List.of(1), List.of(2), List.of(3)));
    assertEquals(10_000, places.get(0).length);
    assertEquals(5000, places.get(1).length);
    assertEquals(0, places.get(2).length);
    NumpyRandom random = new NumpyRandom(1234);
    int[] order = random.permutation(15_000);
    assertEquals(2 * order[0], places.get(0)[0]);
    assertEquals(2 * order[9999], places.get(0)[9999]);
  }
}
