package org.cirr.nn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.cirr.tensor.Shape;
import org.cirr.volume.Affine;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;
import org.joml.Matrix4d;
import org.junit.jupiter.api.Test;

class ChannelGeometryTest {
  private static final Shape SHAPE = Shape.of(3, 5, 7);
  private static final Affine AFFINE = Affine.ofSpacing(new Spacing(4, 2.5, 2));

  private static List<String> check(Volume other) throws IOException {
    Volume first = TestImages.volume(SHAPE, AFFINE);
    return ChannelGeometry.check(
        List.of(Path.of("a.nii"), Path.of("b.nii")), List.of(first, other));
  }

  private static String error(Volume other) {
    return assertThrows(IOException.class, () -> check(other)).getMessage();
  }

  @Test
  void equalGridsPassEvenWhenTheSpacingIsRounded() throws IOException {
    Affine rounded = Affine.ofSpacing(new Spacing(4.0001, 2.50001, 1.99999));
    assertEquals(List.of(), check(TestImages.volume(SHAPE, rounded)));
  }

  @Test
  void anotherShapeIsRefusedWithBothShapes() {
    assertEquals(
        "b.nii has shape (z y x) [3, 5, 8] but a.nii has [3, 5, 7]; the channels of a case must"
            + " lie on one grid: resample one onto the other",
        error(TestImages.volume(Shape.of(3, 5, 8), AFFINE)));
  }

  @Test
  void anotherSpacingIsRefusedWithBothSpacings() {
    assertEquals(
        "b.nii has spacing (z y x) [4.000, 2.500, 2.100] mm but a.nii has [4.000, 2.500, 2.000]"
            + " mm; the channels of a case must lie on one grid: resample one onto the other",
        error(TestImages.volume(SHAPE, Affine.ofSpacing(new Spacing(4, 2.5, 2.1)))));
  }

  @Test
  void anotherOriginIsAWarningWithBothOrigins() throws IOException {
    Matrix4d moved = new Matrix4d(AFFINE.matrix()).setTranslation(1, 0, -2);
    assertEquals(
        List.of(
            "b.nii: its origin [1.00, 0.00, -2.00] mm differs from [0.00, 0.00, 0.00] mm of a.nii;"
                + " used voxel by voxel all the same"),
        check(TestImages.volume(SHAPE, Affine.of(moved))));
  }

  @Test
  void anotherDirectionIsAWarningWithBothOrientations() throws IOException {
    Matrix4d flipped = new Matrix4d(AFFINE.matrix()).scale(-1, 1, 1);
    assertEquals(
        List.of(
            "b.nii: its direction differs from that of a.nii (nearest axes LAS and RAS); used"
                + " voxel by voxel all the same"),
        check(TestImages.volume(SHAPE, Affine.of(flipped))));
  }
}
