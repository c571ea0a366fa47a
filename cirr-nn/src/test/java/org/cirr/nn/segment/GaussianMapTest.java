package org.cirr.nn.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class GaussianMapTest {
  @Test
  void theBitsAreThoseOfTheSpecification() {
    short[] map = GaussianMap.of(32, 64, 64);
    assertEquals(18688, map[(16 * 64 + 32) * 64 + 32]);
    assertEquals(6879, map[32 * 64 + 32]);
    assertEquals(19, map[32]);
    assertEquals(1, map[0]);
    assertEquals(9816, map[(8 * 64 + 16) * 64 + 16]);
  }

  @Test
  void noVoxelWeighsNothing() {
    int smallest = 0;
    for (short bits : GaussianMap.of(128, 128, 128)) {
      smallest += bits == 1 ? 1 : 0;
      assertEquals(true, bits > 0);
    }
    assertEquals(true, smallest >= 8941, smallest + " voxels of the smallest weight");
  }

  @Test
  void aPatchOfOneVoxelWeighsTen() {
    assertArrayEquals(new short[] {18688}, GaussianMap.of(1, 1, 1));
    assertArrayEquals(new short[] {18688}, GaussianMap.of(1, 1));
  }
}
