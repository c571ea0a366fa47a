package org.cirr.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.joml.Matrix4d;
import org.joml.Vector3d;
import org.junit.jupiter.api.Test;

class AffineTest {
  private static final double TOLERANCE_MM = 1e-9;

  private static Affine rows(double... twelve) {
    return Affine.ofRows(
        java.util.Arrays.copyOfRange(twelve, 0, 4),
        java.util.Arrays.copyOfRange(twelve, 4, 8),
        java.util.Arrays.copyOfRange(twelve, 8, 12));
  }

  @Test
  void rowsAreRowsOfTheMatrix() {
    Affine affine = rows(-2, 0, 0, 90, 0, 0, 3, -126, 0, 4, 0, -72);
    Vector3d world = affine.toWorld(1, 10, 100);
    assertEquals(new Vector3d(88, 174, -32), world);
    assertEquals(new Spacing(3, 4, 2), affine.spacing());
    assertEquals(-126, affine.matrix().m31());
  }

  @Test
  void voxelAndWorldAreInverse() {
    Affine affine =
        Affine.of(new Matrix4d().translation(5, -7, 11).rotateXYZ(0.3, 0.5, -0.2).scale(0.7, 2, 3));
    Vector3d world = affine.toWorld(3, 5.5, -7);
    Vector3d voxel = affine.toVoxel(world.x, world.y, world.z);
    assertTrue(voxel.distance(3, 5.5, -7) < TOLERANCE_MM, voxel::toString);
  }

  @Test
  void theMatrixIsCopied() {
    Matrix4d matrix = new Matrix4d();
    Affine affine = Affine.of(matrix);
    matrix.translate(1, 2, 3);
    assertEquals(0, affine.matrix().m30());
    assertEquals(Affine.ofSpacing(new Spacing(1, 1, 1)), affine);
    assertEquals(Affine.ofSpacing(new Spacing(1, 1, 1)).hashCode(), affine.hashCode());
    assertNotEquals(Affine.of(matrix), affine);
  }

  @Test
  void shearIsNotOrthogonal() {
    assertTrue(rows(2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 4, 0).isOrthogonal());
    assertTrue(rows(2, 0.001, 0, 0, 0, 3, 0, 0, 0, 0, 4, 0).isOrthogonal());
    assertFalse(rows(2, 0.3, 0, 0, 0, 3, 0, 0, 0, 0, 4, 0).isOrthogonal());
    assertFalse(rows(2, 0, 0, 0, 0, 3, 1, 0, 0, 0, 4, 0).isOrthogonal());
  }

  @Test
  void equalityWithinATolerance() {
    Affine a = rows(2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 4, 0);
    Affine b = rows(2, 0, 0, 0.01, 0, 3, 0, 0, 0, 0, 4, 0);
    assertTrue(a.equals(b, 0.011));
    assertFalse(a.equals(b, 0.009));
  }

  @Test
  void singularMatricesAreRefused() {
    for (double[] singular :
        new double[][] {
          {1, 2, 0, 0, 1, 2, 0, 0, 0, 0, 1, 0}, // two parallel axes
          {0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0}, // an axis of length 0
          {1, 0, 0, 0, 0, 1e200, 0, 0, 0, 0, 1e200, 0} // beyond double
        }) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> rows(singular)).getMessage();
      assertTrue(
          message.startsWith(
              "an affine must be invertible, but two voxel axes of this one coincide or vanish\n"),
          message);
    }
  }

  @Test
  void tinyVoxelsAreNotSingular() {
    assertEquals(
        new Spacing(1e-6, 1e-6, 1e-6), Affine.ofSpacing(new Spacing(1e-6, 1e-6, 1e-6)).spacing());
  }

  @Test
  void whatIsNotFiniteIsRefused() {
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      String message =
          assertThrows(
                  IllegalArgumentException.class, () -> rows(1, 0, 0, bad, 0, 1, 0, 0, 0, 0, 1, 0))
              .getMessage();
      assertTrue(message.startsWith("an affine's entries must be finite, got\n"), message);
    }
  }

  @Test
  void aPerspectiveRowIsRefused() {
    Matrix4d matrix = new Matrix4d();
    matrix.m23(0.5);
    String message =
        assertThrows(IllegalArgumentException.class, () -> Affine.of(matrix)).getMessage();
    assertTrue(message.startsWith("an affine's last row must be 0 0 0 1, got\n"), message);
  }

  @Test
  void rowsOfAnotherLengthAreRefused() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Affine.ofRows(new double[3], new double[4], new double[5]))
            .getMessage();
    assertEquals("an affine's rows must have four numbers each, got 3, 4 and 5", message);
  }
}
