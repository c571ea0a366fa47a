package org.cirr.nn.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class NumpyRandomTest {
  @Test
  void theTenThousandthNumberOfTheDefaultSeedIsTheStandards() {
    NumpyRandom random = new NumpyRandom(5489); // C++11, 26.5.5: 4123659995
    for (int i = 1; i < 10000; i++) {
      random.nextBits();
    }
    assertEquals(4123659995L, random.nextBits() & 0xffffffffL);
  }

  @Test
  void numbersBelowABoundAreNumpys() {
    // numpy.random.RandomState(1234).randint(0, 1000, 8) and .randint(0, 1, 2)
    NumpyRandom random = new NumpyRandom(1234);
    int[] drawn = new int[8];
    java.util.Arrays.setAll(drawn, i -> random.nextInt(1000));
    assertArrayEquals(new int[] {815, 723, 294, 53, 204, 372, 664, 655}, drawn);
    assertEquals(0, random.nextInt(1)); // takes no bits
    assertEquals(689, random.nextInt(1000));
  }

  @Test
  void aPermutationIsNumpys() {
    // numpy.random.RandomState(12345).permutation(12)
    assertArrayEquals(
        new int[] {8, 0, 3, 7, 11, 10, 6, 9, 4, 1, 5, 2}, new NumpyRandom(12345).permutation(12));
    assertEquals(0, new NumpyRandom(0).permutation(0).length);
  }

  @Test
  void aBoundBelowOneIsRefused() {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> new NumpyRandom(1).nextInt(0));
    assertEquals("a random number needs a bound of at least 1, got 0", refused.getMessage());
  }
}
