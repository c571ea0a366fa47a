package org.cirr.volume;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.joml.Matrix4d;
import org.joml.Vector3d;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrientationTest {
  private static final double TOLERANCE_MM = 1e-9;
  private static final Shape SHAPE = Shape.of(3, 5, 7);

  static Stream<String> all48() {
    List<String> all = new ArrayList<>();
    String[] pairs = {"RL", "AP", "SI"};
    for (int[] order :
        new int[][] {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}) {
      for (int signs = 0; signs < 8; signs++) {
        StringBuilder letters = new StringBuilder();
        for (int axis = 0; axis < 3; axis++) {
          letters.append(pairs[order[axis]].charAt(signs >> axis & 1));
        }
        all.add(letters.toString());
      }
    }
    return all.stream();
  }

  /** Voxel axes rotated by a few degrees and slightly sheared; nearest orientation RAS. */
  private static Affine oblique() {
    return Affine.of(
        new Matrix4d()
            .translation(-90, 126.5, -72.25)
            .rotateXYZ(0.2, -0.15, 0.1)
            .mul(new Matrix4d(0.8, 0, 0, 0, 0.01, 1.25, 0, 0, 0.02, 0, 5.5, 0, 0, 0, 0, 1)));
  }

  /** Every voxel has another value, so that a value names its voxel. */
  private static Volume numbered(Affine affine) {
    float[] values = new float[105];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return Volume.of(Tensor.of(SHAPE, values), affine);
  }

  @Test
  void thereAre48() {
    assertEquals(48, new HashSet<>(all48().map(Orientation::of).toList()).size());
  }

  @ParameterizedTest
  @MethodSource("all48")
  void lettersAndAffineNameTheSameOrientation(String letters) {
    Volume moved = numbered(oblique()).reoriented(Orientation.of(letters));
    assertEquals(letters, moved.geometry().orientation().toString());
    assertEquals(Orientation.of(letters), moved.geometry().orientation());
    assertEquals(Orientation.of(letters).hashCode(), moved.geometry().orientation().hashCode());
  }

  @ParameterizedTest
  @MethodSource("all48")
  void noVoxelMovesInSpace(String letters) {
    Volume before = numbered(oblique());
    Volume after = before.reoriented(Orientation.of(letters));
    for (int z = 0; z < after.shape().dim(0); z++) {
      for (int y = 0; y < after.shape().dim(1); y++) {
        for (int x = 0; x < after.shape().dim(2); x++) {
          int value = (int) after.get(z, y, x);
          Vector3d was = before.geometry().affine().toWorld(value % 7, value / 7 % 5, value / 35);
          Vector3d is = after.geometry().affine().toWorld(x, y, z);
          assertTrue(
              was.distance(is) < TOLERANCE_MM, () -> value + " moved by " + was.distance(is));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all48")
  void thereAndBackIsTheSameImage(String letters) {
    Volume before = numbered(oblique());
    Volume back = before.reoriented(Orientation.of(letters)).reoriented(Orientation.RAS);
    assertArrayEquals(before.tensor().array(), back.tensor().array());
    assertTrue(before.geometry().matches(back.geometry(), TOLERANCE_MM));
    assertEquals(before.geometry().spacing(), back.geometry().spacing());
  }

  @ParameterizedTest
  @MethodSource("all48")
  void labelsMoveAsVoxelsDo(String letters) {
    Volume volume = numbered(oblique());
    LabelMap bytes = LabelMap.zeros(volume.geometry(), 255);
    LabelMap shorts = LabelMap.zeros(volume.geometry(), 60000);
    for (int i = 0; i < bytes.length(); i++) {
      bytes.set(i, i * 2);
      shorts.set(i, i * 500);
    }
    Volume moved = volume.reoriented(Orientation.of(letters));
    LabelMap movedBytes = bytes.reoriented(Orientation.of(letters));
    LabelMap movedShorts = shorts.reoriented(Orientation.of(letters));
    assertTrue(moved.geometry().matches(movedBytes.geometry(), 0));
    assertEquals(1, movedBytes.bytesPerLabel());
    assertEquals(2, movedShorts.bytesPerLabel());
    for (int i = 0; i < bytes.length(); i++) {
      assertEquals((int) moved.tensor().array()[i] * 2, movedBytes.get(i));
      assertEquals((int) moved.tensor().array()[i] * 500, movedShorts.get(i));
    }
  }

  @Test
  void spacingAndShapeFollowTheAxes() {
    Geometry geometry = Geometry.of(SHAPE, Affine.ofSpacing(new Spacing(5.5, 1.25, 0.8)));
    Geometry moved = geometry.reoriented(Orientation.of("SLP"));
    assertEquals(Shape.of(5, 7, 3), moved.shape());
    assertEquals(new Spacing(1.25, 0.8, 5.5), moved.spacing());
    // x is now z; y is the old x backwards, so the first voxel is the old last one of a row
    Vector3d first = moved.affine().toWorld(0, 0, 0);
    assertTrue(first.distance(6 * 0.8, 4 * 1.25, 0) < TOLERANCE_MM, first::toString);
  }

  @Test
  void theFilesOwnSpacingIsKeptWhereItDiffersFromTheAffines() {
    Geometry geometry = new Geometry(SHAPE, oblique(), new Spacing(5, 2, 1));
    assertEquals(new Spacing(1, 2, 5), geometry.reoriented(Orientation.of("SAR")).spacing());
  }

  @Test
  void whatLiesRightAlreadyIsNotCopied() {
    Volume volume = numbered(oblique());
    assertSame(volume, volume.reoriented(Orientation.RAS));
    LabelMap labels = LabelMap.zeros(volume.geometry(), 1);
    assertSame(labels, labels.reoriented(Orientation.RAS));
  }

  @Test
  void anAxisAtExactly45DegreesStillGetsAnOrientation() {
    Affine turned = Affine.of(new Matrix4d().rotateZ(Math.PI / 4));
    String letters = Orientation.of(turned).toString();
    assertTrue(letters.equals("RAS") || letters.equals("APS") || letters.equals("ALS"), letters);
    assertEquals(Orientation.of(letters), Orientation.of(turned));
  }

  @Test
  void theLargestCosineDecidesFirst() {
    // x and y both come nearest to the world's x axis; y is nearer, so x has to take the y axis
    Affine affine =
        Affine.ofRows(
            new double[] {0.8, 0.9, 0, 0},
            new double[] {0.6, -0.436, 0, 0},
            new double[] {0, 0, 1, 0});
    assertEquals("ARS", Orientation.of(affine).toString());
  }

  @Test
  void lowerCaseLettersAreTheSame() {
    assertEquals(Orientation.LPS, Orientation.of("lps"));
    assertNotEquals(Orientation.LPS, Orientation.RAS);
    assertFalse(Orientation.RAS.equals("RAS"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "RA", "RAR", "RLS", "RASA", "XYZ", "RA "})
  void otherLettersAreRefused(String letters) {
    Exception thrown = assertThrows(IllegalArgumentException.class, () -> Orientation.of(letters));
    assertEquals(
        "an orientation is one letter of each of R/L, A/P and S/I, as in LPS; got '"
            + letters
            + "'",
        thrown.getMessage());
  }
}
