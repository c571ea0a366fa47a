package org.cirr.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TensorTest {
  private static final float[] SIX = {0, 1, 2, 3, 4, 5};

  @Test
  void theLastAxisIsTheFastest() {
    Tensor tensor = Tensor.of(Shape.of(2, 3), SIX);
    assertEquals(1, tensor.get(0, 1));
    assertEquals(3, tensor.get(1, 0));
    assertEquals(7, Tensor.of(Shape.of(), 7).get());
  }

  @Test
  void theArrayIsNotCopied() {
    float[] values = SIX.clone();
    Tensor tensor = Tensor.of(Shape.of(6), values);
    assertSame(values, tensor.array());
    assertSame(values, tensor.reshape(Shape.of(3, 2)).array());
    values[4] = 9;
    assertEquals(9, tensor.reshape(Shape.of(3, 2)).get(2, 0));
  }

  @Test
  void tooFewOrTooManyValuesAreRefusedWithBothNumbers() {
    Exception thrown =
        assertThrows(IllegalArgumentException.class, () -> Tensor.of(Shape.of(2, 4), SIX));
    assertEquals("shape [2, 4] needs 8 values, got 6", thrown.getMessage());
    Tensor six = Tensor.of(Shape.of(6), SIX);
    thrown = assertThrows(IllegalArgumentException.class, () -> six.reshape(Shape.of(5)));
    assertEquals("shape [5] needs 5 values, got 6", thrown.getMessage());
  }

  @Test
  void aTensorTooLargeForAnArrayIsRefusedBeforeAnythingIsAllocated() {
    for (Shape shape : new Shape[] {Shape.of(1 << 16, 1 << 16), Shape.of(1 << 30, 1 << 30, 16)}) {
      String zeros =
          assertThrows(IllegalArgumentException.class, () -> Tensor.zeros(shape)).getMessage();
      String of =
          assertThrows(IllegalArgumentException.class, () -> Tensor.of(shape, SIX)).getMessage();
      assertTrue(zeros.contains(" GiB); one tensor holds at most"), zeros);
      assertEquals(zeros, of);
    }
  }

  @Test
  void anIndexOutsideIsNamedWithTheShape() {
    Tensor tensor = Tensor.of(Shape.of(2, 3), SIX);
    assertEquals(
        "index [1, 3] is outside the shape [2, 3]",
        assertThrows(IndexOutOfBoundsException.class, () -> tensor.get(1, 3)).getMessage());
    assertEquals(
        "index [-1, 0] is outside the shape [2, 3]",
        assertThrows(IndexOutOfBoundsException.class, () -> tensor.get(-1, 0)).getMessage());
    assertEquals(
        "1 indices for a tensor of shape [2, 3]",
        assertThrows(IndexOutOfBoundsException.class, () -> tensor.get(1)).getMessage());
  }
}
