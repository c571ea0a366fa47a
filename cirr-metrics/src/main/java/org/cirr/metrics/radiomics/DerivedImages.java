package org.cirr.metrics.radiomics;

import java.util.List;
import org.cirr.metrics.radiomics.image.Raster;
import org.cirr.metrics.radiomics.image.Scene;

/** Makes the images of an image type, one after the other, so that only one is in memory. */
final class DerivedImages {
  private DerivedImages() {}

  /** Takes an image and the name that its features begin with. */
  @FunctionalInterface
  interface Visitor {
    void image(String name, Raster image);
  }

  static void visit(
      ImageType type,
      Scene scene,
      RadiomicsSettings settings,
      List<String> warnings,
      Visitor visitor) {
    switch (type) {
      case ORIGINAL -> visitor.image("original", scene.image());
      default -> warnings.add(type.key() + " is left out: not computed yet");
    }
  }
}
