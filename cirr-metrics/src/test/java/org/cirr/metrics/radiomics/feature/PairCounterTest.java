package org.cirr.metrics.radiomics.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PairCounterTest {
  @Test
  void aTableAndAHashTableCountTheSame() {
    PairCounter small = new PairCounter(300, 300);
    PairCounter large = new PairCounter(300_000, 300_000);
    Random random = new Random(6);
    for (int i = 0; i < 50_000; i++) {
      int row = random.nextInt(300);
      int column = random.nextInt(300);
      small.add(row, column);
      large.add(row, column);
    }
    CountMatrix dense = small.toMatrix();
    CountMatrix sparse = large.toMatrix();
    assertEquals(50_000, sparse.sum());
    assertEquals(dense.entries(), sparse.entries());
    for (int k = 0; k < dense.entries(); k++) {
      assertEquals(dense.row[k], sparse.row[k], "seed 6");
      assertEquals(dense.column[k], sparse.column[k], "seed 6");
      assertEquals(dense.count[k], sparse.count[k], "seed 6");
    }
  }

  @Test
  void moreDifferentPairsThanTheMemoryIsForAreRefused() {
    PairCounter pairs = new PairCounter(70_000, 70_000, 5_000);
    for (int i = 0; i < 5_000; i++) {
      pairs.add(i, i + 1);
      pairs.add(i, i + 1);
    }
    assertEquals(
        "a texture matrix of 70000 grey levels has more than 5000 different entries; a larger"
            + " 'binWidth' gives fewer",
        assertThrows(MatrixTooLargeException.class, () -> pairs.add(9, 9)).getMessage());
  }
}
