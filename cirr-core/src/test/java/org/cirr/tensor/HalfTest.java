package org.cirr.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HalfTest {
  @Test
  void everyHalfSurvivesTheWayToFloatAndBack() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = Half.toFloat((short) bits);
      if (!Float.isNaN(value)) {
        assertEquals((short) bits, Half.fromFloat(value), () -> "value " + value);
        assertEquals((short) bits, Half.fromDouble(value), () -> "value " + value);
      } else {
        assertTrue(Float.isNaN(Half.toFloat(Half.fromFloat(value))));
      }
    }
  }

  @Test
  void aValueBetweenTwoHalvesGoesToTheNearerOneAndATieToTheEvenOne() {
    for (int bits = 0; bits < 0x7bff; bits++) {
      double low = Half.toFloat((short) bits);
      double high = Half.toFloat((short) (bits + 1));
      double middle = (low + high) / 2; // exact in double
      int even = (bits & 1) == 0 ? bits : bits + 1;
      assertEquals((short) even, Half.fromDouble(middle));
      assertEquals((short) even, Half.fromFloat((float) middle)); // exact in float too
      assertEquals((short) bits, Half.fromDouble(Math.nextDown(middle)));
      assertEquals((short) (bits + 1), Half.fromDouble(Math.nextUp(middle)));
      assertEquals((short) (even | 0x8000), Half.fromDouble(-middle));
    }
  }

  @Test
  void overflowStartsAt65520() {
    assertEquals(0x7bff, Half.fromDouble(Math.nextDown(65520.0)));
    assertEquals(0x7c00, Half.fromDouble(65520.0));
    assertEquals((short) 0xfc00, Half.fromFloat(Float.NEGATIVE_INFINITY));
    assertEquals((short) 0x7c00, Half.fromDouble(1e300));
  }

  @Test
  void aNanOfAnyPayloadStaysNan() {
    assertTrue(Float.isNaN(Half.toFloat(Half.fromDouble(Double.NaN))));
    double lowestBit = Double.longBitsToDouble(0x7ff0000000000001L);
    assertTrue(Float.isNaN(Half.toFloat(Half.fromDouble(lowestBit))));
  }

  @Test
  void oneRoundingFromDoubleIsTheNearestOfAllHalves() {
    Random random = new Random(7);
    for (int draw = 0; draw < 100_000; draw++) {
      double value = random.nextGaussian() * Math.pow(2, random.nextInt(30) - 20);
      short nearest = Half.fromDouble(value);
      double error = Math.abs(Half.toFloat(nearest) - value);
      double up = Math.abs(Half.toFloat((short) (nearest + 1)) - value);
      assertTrue(error <= up, () -> "seed 7, value " + value);
      if ((nearest & 0x7fff) > 0) {
        double down = Math.abs(Half.toFloat((short) (nearest - 1)) - value);
        assertTrue(error <= down, () -> "seed 7, value " + value);
      }
    }
  }
}
