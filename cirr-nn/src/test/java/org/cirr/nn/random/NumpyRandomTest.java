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
  void countingManyDrawsIsDrawingThemOneByOne() {
    for (int bound : new int[] {1, 2, 3, 5, 7, 17, 33, 256, 257, 623, 65537, 1_000_003}) {
      NumpyRandom counted = new NumpyRandom(bound);
      NumpyRandom drawn = new NumpyRandom(bound);
      for (int draws : new int[] {0, 1, 5, 619, 3000, 1}) { // across twists and not
        int[] expected = new int[bound];
        for (int i = 0; i < draws; i++) {
          expected[drawn.nextInt(bound)]++;
        }
        String what = draws + " draws below " + bound;
        assertArrayEquals(expected, counted.counts(bound, draws), what);
        assertEquals(drawn.nextBits(), counted.nextBits(), "the next bits after " + what);
      }
    }
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
    assertThrows(IllegalArgumentException.class, () -> new NumpyRandom(1).counts(0, 1));
  }
}
