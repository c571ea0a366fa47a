package org.cirr.nn.segment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cirr.volume.LabelMap;

/** STAND-IN: nnU-Net's postprocessing.json or postprocessing.pkl. */
public final class Postprocessing {
  private Postprocessing() {}

  /** Reads the file. */
  public static Postprocessing read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new java.nio.file.NoSuchFileException(file.toString());
    }
    return new Postprocessing();
  }

  /** The map with only the components that the file keeps. */
  public LabelMap apply(LabelMap labels) {
    return labels;
  }
}
