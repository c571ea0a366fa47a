package org.cirr.volume;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** {@link Geometry} and {@link Spacing}, and the {@link Volume} and {@link LabelMap} on them. */
class GeometryTest {
  private static final Affine AFFINE = Affine.ofSpacing(new Spacing(5, 2, 1));
  private static final Geometry GEOMETRY = Geometry.of(Shape.of(2, 3, 5), AFFINE);

  private static String refusal(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }

  @Test
  void spacingMustBePositiveAndFinite() {
    assertEquals(
        "spacing must be positive and finite, got z 0.0, y 1.0, x 2.0 mm",
        refusal(() -> new Spacing(0, 1, 2)));
    for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      refusal(() -> new Spacing(bad, 1, 1));
      refusal(() -> new Spacing(1, bad, 1));
      refusal(() -> new Spacing(1, 1, bad));
    }
    assertArrayEquals(new double[] {5, 2, 1}, new Spacing(5, 2, 1).toArray());
    assertEquals(10, new Spacing(5, 2, 1).voxelVolume());
  }

  @Test
  void aVolumeHasThreeAxesAndAtLeastOneVoxel() {
    assertEquals(
        "a volume needs three axes z, y, x of at least one voxel, got shape [3, 5]",
        refusal(() -> Geometry.of(Shape.of(3, 5), AFFINE)));
    assertEquals(
        "a volume needs three axes z, y, x of at least one voxel, got shape [3, 0, 5]",
        refusal(() -> Geometry.of(Shape.of(3, 0, 5), AFFINE)));
  }

  @Test
  void geometriesMatchWithinATolerance() {
    assertTrue(GEOMETRY.matches(GEOMETRY, 0));
    assertFalse(GEOMETRY.matches(Geometry.of(Shape.of(2, 5, 3), AFFINE), 1));
    for (Spacing other :
        new Spacing[] {new Spacing(5.1, 2, 1), new Spacing(5, 2.1, 1), new Spacing(5, 2, 1.1)}) {
      Geometry stretched = new Geometry(Shape.of(2, 3, 5), AFFINE, other);
      assertTrue(GEOMETRY.matches(stretched, 0.11));
      assertFalse(GEOMETRY.matches(stretched, 0.09));
    }
    Geometry moved =
        new Geometry(
            Shape.of(2, 3, 5), Affine.ofSpacing(new Spacing(5, 2, 1.05)), new Spacing(5, 2, 1));
    assertFalse(GEOMETRY.matches(moved, 0.04));
    assertTrue(GEOMETRY.matches(moved, 0.06));
  }

  @Test
  void aVolumesValuesHaveItsShape() {
    Tensor values = Tensor.zeros(Shape.of(5, 3, 2));
    assertEquals(
        "the values have shape [5, 3, 2] but the geometry has [2, 3, 5]",
        refusal(() -> Volume.of(values, GEOMETRY)));
    Volume volume = Volume.of(values, AFFINE);
    assertSame(values, volume.tensor());
    values.array()[1] = 7;
    assertEquals(7, volume.get(0, 0, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> volume.get(0, 0, 2));
  }

  @Test
  void labelsAreUnsigned() {
    LabelMap bytes = LabelMap.zeros(GEOMETRY, 255);
    bytes.set(29, 255);
    assertEquals(255, bytes.get(29));
    assertEquals(255, bytes.get(1, 2, 4));
    assertEquals(1, bytes.bytesPerLabel());
    LabelMap shorts = LabelMap.zeros(GEOMETRY, 256);
    shorts.set(0, 65535);
    assertEquals(65535, shorts.get(0));
    assertEquals(2, shorts.bytesPerLabel());
    assertEquals(200, LabelMap.of(GEOMETRY, filled((byte) 200)).get(3));
    assertEquals(65000, LabelMap.of(GEOMETRY, filled((short) 65000)).get(3));
  }

  private static byte[] filled(byte value) {
    byte[] bytes = new byte[30];
    java.util.Arrays.fill(bytes, value);
    return bytes;
  }

  private static short[] filled(short value) {
    short[] shorts = new short[30];
    java.util.Arrays.fill(shorts, value);
    return shorts;
  }

  @Test
  void labelsThatDoNotFitAreRefused() {
    LabelMap bytes = LabelMap.zeros(GEOMETRY, 2);
    assertEquals("label 256 does not fit 1 byte(s) per voxel", refusal(() -> bytes.set(0, 256)));
    assertEquals("label -1 does not fit 1 byte(s) per voxel", refusal(() -> bytes.set(0, -1)));
    LabelMap shorts = LabelMap.zeros(GEOMETRY, 300);
    assertEquals(
        "label 65536 does not fit 2 byte(s) per voxel", refusal(() -> shorts.set(0, 65536)));
    assertEquals(
        "labels go from 0 to 65535, got 65536", refusal(() -> LabelMap.zeros(GEOMETRY, 65536)));
    assertEquals("labels go from 0 to 65535, got -1", refusal(() -> LabelMap.zeros(GEOMETRY, -1)));
    assertEquals(
        "shape [2, 3, 5] needs 30 labels, got 7",
        refusal(() -> LabelMap.of(GEOMETRY, new byte[7])));
    assertEquals(
        "shape [2, 3, 5] needs 30 labels, got 31",
        refusal(() -> LabelMap.of(GEOMETRY, new short[31])));
  }

  @Test
  void countsEndAtTheLargestLabelPresent() {
    LabelMap labels = LabelMap.zeros(GEOMETRY, 255);
    assertArrayEquals(new long[] {30}, labels.counts());
    labels.set(4, 3);
    labels.set(5, 3);
    labels.set(6, 1);
    assertArrayEquals(new long[] {27, 1, 0, 2}, labels.counts());
  }

  @Test
  void aVoxelOutsideIsRefused() {
    LabelMap labels = LabelMap.zeros(GEOMETRY, 1);
    assertThrows(IndexOutOfBoundsException.class, () -> labels.get(0, 3, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> labels.get(0, 0, -1));
  }

  @Test
  void aLabelMapTooLargeForAnArrayIsRefusedWithItsSize() {
    Geometry huge = Geometry.of(Shape.of(2048, 2048, 1024), AFFINE);
    assertTrue(refusal(() -> LabelMap.zeros(huge, 1)).contains("4,294,967,296 elements"));
  }
}
