package org.cirr.io.bytes;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** A file, on disk or (in tests) in memory, that can be opened again and knows its neighbours. */
public interface ByteSource {
  /** The name that errors show. */
  Path path();

  /** Whether there is such a file. */
  boolean exists();

  /** The true length in bytes. */
  long length() throws IOException;

  /** The bytes from the first on; the caller closes the stream. */
  InputStream open() throws IOException;

  /** The file of a relative name beside this one. */
  ByteSource sibling(String relative);

  /** A file on disk; whether it exists is found out when it is opened. */
  static ByteSource of(Path path) {
    return new OnDisk(path);
  }

  /** A file in memory, with the others in its folder. */
  static ByteSource of(Path path, byte[] content, Map<String, byte[]> siblings) {
    return new InMemory(path, content, siblings);
  }

  /** A file of the file system. */
  record OnDisk(Path path) implements ByteSource {
    @Override
    public boolean exists() {
      return Files.exists(path);
    }

    @Override
    public long length() throws IOException {
      check();
      return Files.size(path);
    }

    @Override
    public InputStream open() throws IOException {
      check();
      return Files.newInputStream(path);
    }

    @Override
    public ByteSource sibling(String relative) {
      return new OnDisk(path.resolveSibling(relative));
    }

    private void check() throws IOException {
      if (!Files.exists(path)) {
        throw new NoSuchFileException(
            path.toString(), null, "there is no such file; check the name");
      }
      if (Files.isDirectory(path)) {
        throw new IOException(path + ": is a folder; name an image file");
      }
      if (!Files.isRegularFile(path)) {
        throw new IOException(path + ": is no regular file; copy its content into one");
      }
      if (!Files.isReadable(path)) {
        throw new IOException(path + ": cannot be read (permission denied); check its rights");
      }
    }
  }

  /** A file in memory. */
  record InMemory(Path path, byte[] content, Map<String, byte[]> siblings) implements ByteSource {
    @Override
    public boolean exists() {
      return content != null;
    }

    @Override
    public long length() throws IOException {
      return bytes().length;
    }

    @Override
    public InputStream open() throws IOException {
      return new ByteArrayInputStream(bytes());
    }

    @Override
    public ByteSource sibling(String relative) {
      return new InMemory(path.resolveSibling(relative), siblings.get(relative), siblings);
    }

    private byte[] bytes() throws IOException {
      if (content == null) {
        throw new NoSuchFileException(
            path.toString(), null, "there is no such file; check the name");
      }
      return content;
    }
  }
}
