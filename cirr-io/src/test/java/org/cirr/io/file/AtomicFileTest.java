package org.cirr.io.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir private Path folder;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void theFileAppearsWithItsContent() throws IOException {
    Path target = folder.resolve("a.bin");
    byte[] bytes = new byte[300_001];
    bytes[300_000] = 7;
    AtomicFile.write(target, out -> out.write(bytes));
    assertArrayEquals(bytes, Files.readAllBytes(target));
    assertEquals(List.of("a.bin"), names());
  }

  @Test
  void aContentThatFailsLeavesTheOldFileAndNothingElse() throws IOException {
    Path target = folder.resolve("a.bin");
    Files.writeString(target, "old");
    IOException thrown =
        assertThrows(
            IOException.class,
            () ->
                AtomicFile.write(
                    target,
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("the source broke off");
                    }));
    assertEquals("the source broke off", thrown.getMessage());
    assertEquals("old", Files.readString(target));
    assertEquals(List.of("a.bin"), names());
  }

  @Test
  void anInterruptedWriteLeavesNothing() throws IOException {
    Path target = folder.resolve("a.bin");
    assertThrows(
        IOException.class,
        () ->
            AtomicFile.write(
                target,
                out -> {
                  Thread.currentThread().interrupt();
                  out.write(new byte[1 << 20]);
                }));
    assertTrue(Thread.interrupted(), "the flag stays set");
    assertEquals(List.of(), names());
  }

  @Test
  void aFolderThatIsMissingIsNamed() {
    Path target = folder.resolve("no").resolve("a.bin");
    IOException thrown = assertThrows(IOException.class, () -> AtomicFile.write(target, out -> {}));
    assertEquals(
        target + ": its folder does not exist; create " + target.getParent(), thrown.getMessage());
  }

  @Test
  void aFolderIsNoTarget() {
    IOException thrown = assertThrows(IOException.class, () -> AtomicFile.write(folder, out -> {}));
    assertEquals(folder + ": is a folder; name a file", thrown.getMessage());
  }

  @Test
  void aDiskThatRefusesIsReportedWithTheTarget() {
    Path target = Path.of("/proc/cirr-test.bin"); // takes no files, not even from root
    assumeTrue(Files.isDirectory(target.getParent()), "skipped: there is no /proc");
    IOException thrown = assertThrows(IOException.class, () -> AtomicFile.write(target, out -> {}));
    assertTrue(
        thrown.getMessage().startsWith("/proc/cirr-test.bin: cannot be written (")
            && thrown.getMessage().endsWith("); free some space or choose another folder"),
        thrown.getMessage());
  }
}
