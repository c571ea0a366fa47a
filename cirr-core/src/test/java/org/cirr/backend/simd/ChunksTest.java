package org.cirr.backend.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunksTest {
  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 511, 512, 513, 1023, 1 << 20, Integer.MAX_VALUE - 8, Integer.MAX_VALUE})
  void chunksCoverEveryIndexOnceUpToTheLargestArray(int length) {
    for (int size : new int[] {512, 4096, 1 << 15}) {
      Chunks chunks = new Chunks(length, size);
      long covered = 0;
      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        assertEquals(covered, chunks.from(chunk));
        assertEquals(chunks.to(chunk), chunks.from(chunk) + chunks.count(chunk));
        assertEquals(true, chunks.count(chunk) > 0);
        covered = chunks.to(chunk);
      }
      assertEquals(length, covered);
    }
  }
}
