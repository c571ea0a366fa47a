package org.cirr.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Set;
import org.cirr.tensor.Shape;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.junit.jupiter.api.Test;

class LargestComponentTest {
  private static LabelMap row(int... labels) {
    byte[] bytes = new byte[labels.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) labels[i];
    }
    return LabelMap.of(
        Geometry.of(Shape.of(1, 1, labels.length), Affine.ofSpacing(new Spacing(1, 1, 1))), bytes);
  }

  private static String text(LabelMap map) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < map.length(); i++) {
      text.append(map.get(i));
    }
    return text.toString();
  }

  @Test
  void smallerComponentsBecomeBackground() {
    LabelMap map = row(1, 1, 0, 1, 0, 1, 1, 1);
    assertEquals(3, LargestComponent.keep(map, Set.of(1), 0));
    assertEquals("00000111", text(map));
  }

  @Test
  void componentsOfEqualSizeAreAllKept() {
    LabelMap map = row(1, 1, 0, 1, 0, 1, 1);
    assertEquals(1, LargestComponent.keep(map, Set.of(1), 0));
    assertEquals("1100011", text(map));
  }

  @Test
  void labelsTakenTogetherFormOneComponentAndOthersAreLeftAlone() {
    LabelMap map = row(1, 2, 2, 0, 1, 1, 3, 1);
    assertEquals(3, LargestComponent.keep(map, Set.of(1, 2), 0));
    assertEquals("12200030", text(map));
  }

  @Test
  void aLabelThatDoesNotOccurChangesNothing() {
    LabelMap map = row(1, 0, 1);
    assertEquals(0, LargestComponent.keep(map, Set.of(7), 0));
    assertEquals("101", text(map));
  }

  @Test
  void aLabelOutOfRangeIsRefused() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> LargestComponent.keep(row(0), Set.of(-1), 0));
    assertEquals("labels go from 0 to 65535, got -1", refused.getMessage());
  }
}
