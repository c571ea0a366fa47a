package org.cirr.nn.segment;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.cirr.io.file.SeekableBytes;
import org.cirr.io.nnunet.ModelFile;

/** The model in cirr's own jar; {@code models/bundled} has what makes it. */
final class BundledModel {
  /** Where it lies among the resources. */
  static final String RESOURCE = "/org/cirr/nn/bundled/abdomen.safetensors";

  private static final Path NAME = Path.of("bundled model");

  private BundledModel() {}

  /**
   * Reads it.
   *
   * <p><b>Errors</b>: {@link UnsupportedOperationException} when there is none.
   */
  static ModelSource source(List<String> folds) throws IOException {
    try (InputStream in = BundledModel.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new UnsupportedOperationException(
            "this build of cirr has no bundled model: name a model, or make one with"
                + " models/bundled/train.sh");
      }
      return ModelSource.of(NAME, ModelFile.read(SeekableBytes.of(NAME, in.readAllBytes())), folds);
    }
  }
}
