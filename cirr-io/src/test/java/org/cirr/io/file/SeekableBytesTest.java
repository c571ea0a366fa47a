package org.cirr.io.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeekableBytesTest {
  @TempDir Path folder;

  @Test
  void filesAndArraysReadTheSame() throws IOException {
    byte[] bytes = new byte[3_000_017]; // more than the pieces in which files are read
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31);
    }
    Path file = folder.resolve("a");
    Files.write(file, bytes);
    for (SeekableBytes source : List.of(SeekableBytes.of(file), SeekableBytes.of(file, bytes))) {
      assertEquals(bytes.length, source.size());
      assertArrayEquals(bytes, source.read(0, bytes.length));
      assertArrayEquals(new byte[] {bytes[7], bytes[8]}, source.read(7, 2));
      try (InputStream in = source.stream(5, 2_000_000)) {
        assertEquals(bytes[5] & 0xff, in.read());
        in.skipNBytes(1_999_990);
        assertEquals(9, in.available());
        assertArrayEquals(source.read(1_999_996, 9), in.readAllBytes());
        assertEquals(-1, in.read());
      }
      EOFException refusal = assertThrows(EOFException.class, () -> source.read(3_000_016, 2));
      assertEquals(
          file + ": ends at byte 3000017, needed 2 bytes at 3000016", refusal.getMessage());
      assertThrows(EOFException.class, () -> source.stream(-1, 2));
    }
  }

  @Test
  void whatIsNoFileIsRefused() {
    IOException refusal = assertThrows(IOException.class, () -> SeekableBytes.of(folder));
    assertEquals(folder + ": is a folder; name a file", refusal.getMessage());
    Path missing = folder.resolve("missing");
    assertEquals(
        missing + ": there is no such file; check the name",
        assertThrows(NoSuchFileException.class, () -> SeekableBytes.of(missing)).getMessage());
    Path device = Path.of("/dev/null");
    assumeTrue(Files.exists(device), "skipped: needs /dev/null");
    assertEquals(
        "/dev/null: is no regular file; copy its content into one",
        assertThrows(IOException.class, () -> SeekableBytes.of(device)).getMessage());
  }
}
