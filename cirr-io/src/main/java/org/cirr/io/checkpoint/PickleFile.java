package org.cirr.io.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;

/** A bare pickle, such as nnU-Net's {@code postprocessing.pkl}. */
public final class PickleFile {
  private static final int MAX_BYTES = 1 << 26;

  private PickleFile() {}

  /**
   * The pickle's value as inert values, see {@link Checkpoint#tree()}.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} when it is damaged or longer than 64 MiB.
   */
  public static Object read(Path file) throws IOException {
    return read(SeekableBytes.of(file));
  }

  /** Reads the same from any source of bytes. */
  public static Object read(SeekableBytes source) throws IOException {
    if (source.size() > MAX_BYTES) {
      throw new MalformedFileException(
          source.path(),
          "pickle",
          "has " + source.size() + " bytes, at most " + MAX_BYTES + " are read",
          "check that the file is what it claims to be");
    }
    return Unpickler.read(source.path(), source.read(0, (int) source.size()));
  }
}
