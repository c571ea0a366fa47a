package org.cirr.io.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ByteSourceTest {
  @TempDir Path folder;

  @Test
  void filesAndArraysReadTheSame() throws IOException {
    byte[] bytes = new byte[3_000_017]; // more than the pieces in which files are read
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31);
    }
    Path file = folder.resolve("a");
    Files.write(file, bytes);
    for (ByteSource source : List.of(ByteSource.of(file), ByteSource.of(file, bytes))) {
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
    IOException refusal = assertThrows(IOException.class, () -> ByteSource.of(folder));
    assertEquals(folder + ": is a folder; name a file", refusal.getMessage());
    Path missing = folder.resolve("missing");
    assertEquals(
        missing + ": there is no such file",
        assertThrows(NoSuchFileException.class, () -> ByteSource.of(missing)).getMessage());
  }
}
