package org.cirr.nn.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.cirr.tensor.Shape;
import org.cirr.volume.Affine;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;
import org.junit.jupiter.api.Test;

class ChannelGeometryTest {
  private static final Shape SHAPE = Shape.of(3, 5, 7);
  private static final Affine AFFINE = Affine.ofSpacing(new Spacing(4, 2.5, 2));

  private static void check(Volume other) throws IOException {
    Volume first = TestImages.volume(SHAPE, AFFINE);
    ChannelGeometry.check(List.of(Path.of("a.nii"), Path.of("b.nii")), List.of(first, other));
  }

  private static String error(Volume other) {
    return assertThrows(IOException.class, () -> check(other)).getMessage();
  }

  @Test
  void equalGridsPassEvenWhenTheSpacingIsRounded() {
    Affine rounded = Affine.ofSpacing(new Spacing(4.0001, 2.50001, 1.99999));
    assertDoesNotThrow(() -> check(TestImages.volume(SHAPE, rounded)));
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
}
