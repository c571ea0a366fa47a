package org.cirr.io.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
  @TempDir Path folder;

  @Test
  void foldersAreMadeAndLeftAlone() throws IOException {
    Path deep = folder.resolve("a/b/c");
    assertEquals(deep, Folders.make(deep));
    Files.writeString(deep.resolve("file"), "kept");
    Folders.make(deep);
    assertEquals("kept", Files.readString(deep.resolve("file")));
  }

  @Test
  void aLinkToAFolderIsAFolder() throws IOException {
    Path real = Files.createDirectory(folder.resolve("real"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    Folders.make(link);
    Folders.make(link.resolve("more"));
    assertTrue(Files.isDirectory(real.resolve("more")));
  }

  @Test
  void aFileInTheWayIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("out"), "");
    String message = file + ": is a file; name another folder";
    for (Path path : new Path[] {file, file.resolve("deeper")}) {
      assertEquals(message, assertThrows(IOException.class, () -> Folders.make(path)).getMessage());
    }
    assertEquals(message, assertThrows(IOException.class, () -> Folders.make(file)).getMessage());
    assertEquals(
        message, assertThrows(IOException.class, () -> Folders.requireNoFile(file)).getMessage());
  }
}
