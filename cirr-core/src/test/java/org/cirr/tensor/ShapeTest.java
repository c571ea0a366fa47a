package org.cirr.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class ShapeTest {
  @Test
  void extentsAreReadFromEitherEnd() {
    Shape shape = Shape.of(2, 3, 5);
    assertEquals(3, shape.rank());
    assertEquals(2, shape.dim(0));
    assertEquals(5, shape.dim(-1));
    assertEquals(2, shape.dim(-3));
    assertEquals(30, shape.elements());
    assertEquals("[2, 3, 5]", shape.toString());
  }

  @Test
  void aScalarHasOneElementAndAnEmptyTensorNone() {
    assertEquals(1, Shape.of().elements());
    assertEquals(0, Shape.of(7, 0, 3).elements());
    assertEquals(
        0, Shape.of(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, 0).elements());
  }

  @Test
  void shapesAreEqualByExtents() {
    assertEquals(Shape.of(1, 2), Shape.of(1, 2));
    assertEquals(Shape.of(1, 2).hashCode(), Shape.of(1, 2).hashCode());
    assertNotEquals(Shape.of(1, 2), Shape.of(2, 1));
    assertNotEquals(Shape.of(2), Shape.of(2, 1));
  }

  @Test
  void aShapeKeepsItsOwnCopyOfTheExtents() {
    int[] extents = {4, 5};
    Shape shape = Shape.of(extents);
    extents[0] = 9;
    shape.toArray()[1] = 9;
    assertArrayEquals(new int[] {4, 5}, shape.toArray());
  }

  @Test
  void negativeExtentsAreRefused() {
    Exception thrown = assertThrows(IllegalArgumentException.class, () -> Shape.of(3, -1));
    assertEquals("a shape's extents must not be negative, got [3, -1]", thrown.getMessage());
  }

  @Test
  void theNumberOfElementsDoesNotOverflow() {
    assertEquals(1L << 62, Shape.of(1 << 30, 1 << 30, 4).elements());
    assertEquals(Long.MAX_VALUE, Shape.of(1 << 30, 1 << 30, 8).elements());
    assertEquals(Long.MAX_VALUE, Shape.of(1 << 30, 1 << 30, 16).elements());
    // 2^64 is 0 and 2^65 is 0 in 64 bits; a product that comes round to a small number is no answer
    assertEquals(Long.MAX_VALUE, Shape.of(1 << 30, 1 << 30, 1 << 4, 1).elements());
    assertEquals(Long.MAX_VALUE, Shape.of(1 << 30, 1 << 30, 1 << 5, 3).elements());
  }

  @Test
  void whatNoArrayCanHoldIsRefusedWithItsSizeInGibInEveryLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      Shape shape = Shape.of(41, 512, 512, 512);
      Exception thrown = assertThrows(IllegalArgumentException.class, shape::arrayLength);
      assertEquals(
          "a float32 tensor of shape [41, 512, 512, 512] has 5,502,926,848 elements (20.5 GiB); one"
              + " tensor holds at most 2,147,483,639 elements (8.0 GiB): use a smaller patch or"
              + " split the volume",
          thrown.getMessage());
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void aSizeBeyondCountingSaysMoreThan() {
    Shape shape = Shape.of(1 << 30, 1 << 30, 1 << 30);
    String message = assertThrows(IllegalArgumentException.class, shape::arrayLength).getMessage();
    assertEquals(
        "a float32 tensor of shape [1073741824, 1073741824, 1073741824] has more than"
            + " 9,223,372,036,854,775,807 elements (34359738368.0 GiB); one tensor holds at most"
            + " 2,147,483,639 elements (8.0 GiB): use a smaller patch or split the volume",
        message);
  }

  @Test
  void theLargestArrayIsStillAllowed() {
    assertEquals(2147483639, Shape.of(2147483639).arrayLength());
    assertThrows(IllegalArgumentException.class, () -> Shape.of(2147483640 / 2, 2).arrayLength());
  }
}
