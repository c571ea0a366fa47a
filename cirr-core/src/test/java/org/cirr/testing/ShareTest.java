package org.cirr.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShareTest {
  @Test
  void everyCaseIsInExactlyOneShare() {
    for (int of = 1; of <= 3; of++) {
      for (int number = 0; number < 10; number++) {
        int taken = 0;
        for (int part = 1; part <= of; part++) {
          taken += Share.has(part + "/" + of, number) ? 1 : 0;
        }
        assertEquals(1, taken, "case " + number + " in " + of + " shares");
      }
    }
    assertTrue(Share.has("1/1", 7), "a run without shares takes all");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2", "0/2", "3/2", "a/b"})
  void whatIsNoShareIsRefusedSoThatNoCaseIsLost(String share) {
    assertEquals(
        "-Dcirr.share is such as 1/2 or 2/2, got '" + share + "'",
        assertThrows(IllegalArgumentException.class, () -> Share.has(share, 0)).getMessage());
  }
}
