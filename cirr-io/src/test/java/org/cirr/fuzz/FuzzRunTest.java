package org.cirr.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FuzzRunTest {
  private static final List<byte[]> SEEDS = List.of(new byte[64], "NRRD0004\nsizes: 3".getBytes());
  private static byte[] sink;

  @Test
  void theSameSeedAndNumberGiveTheSameBytes() {
    for (int number = 0; number < 100; number++) {
      assertArrayEquals(
          new Mutator(7, SEEDS).mutated(number), new Mutator(7, SEEDS).mutated(number));
    }
  }

  @Test
  void anUndocumentedExceptionFailsTheRun() {
    assertFails("ArrayIndexOutOfBounds", file -> sink = new byte[] {file[file.length > 5 ? 0 : 9]});
  }

  @Test
  void aRefusalWithoutWordsFailsTheRun() {
    assertFails(
        "without a word",
        file -> {
          if (file.length < 16) {
            throw new EOFException();
          }
        });
  }

  @Test
  void tooMuchMemoryFailsTheRun() {
    assertFails("bytes of memory", file -> sink = new byte[file.length < 16 ? 1 << 24 : 1]);
  }

  @Test
  void aReaderThatRefusesWithWordsPasses() {
    FuzzRun.of(
            "passes",
            SEEDS,
            file -> {
              if (file.length < 16) {
                throw new IOException("too short");
              }
            })
        .inputs(2000)
        .run();
  }

  private static void assertFails(String message, FuzzRun.Reader reader) {
    FuzzRun run = FuzzRun.of("self-test", SEEDS, reader).inputs(2000);
    String text = assertThrows(AssertionError.class, run::run).getMessage();
    assertTrue(text.contains(message), text);
  }
}
