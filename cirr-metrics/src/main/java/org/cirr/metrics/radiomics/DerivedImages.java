package org.cirr.metrics.radiomics;

import java.util.List;
import org.cirr.metrics.radiomics.filter.Gradient;
import org.cirr.metrics.radiomics.filter.LaplacianOfGaussian;
import org.cirr.metrics.radiomics.filter.LocalBinaryPattern;
import org.cirr.metrics.radiomics.filter.PointFilters;
import org.cirr.metrics.radiomics.filter.Wavelet;
import org.cirr.metrics.radiomics.image.PixelType;
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
    Raster image = scene.image();
    switch (type) {
      case ORIGINAL -> visitor.image("original", image);
      case SQUARE -> visitor.image("square", PointFilters.square(image));
      case SQUARE_ROOT -> visitor.image("squareroot", PointFilters.squareRoot(image));
      case LOGARITHM -> visitor.image("logarithm", PointFilters.logarithm(image));
      case EXPONENTIAL -> visitor.image("exponential", PointFilters.exponential(image));
      case GRADIENT ->
          visitor.image("gradient", Gradient.of(image, settings.is(Setting.GRADIENT_USE_SPACING)));
      case LOG -> laplacians(image, settings, warnings, visitor);
      case WAVELET ->
          Wavelet.named(settings.text(Setting.WAVELET).orElse("coif1"))
              .transform(
                  image,
                  settings.whole(Setting.START_LEVEL),
                  settings.whole(Setting.LEVEL),
                  (band, values) ->
                      visitor.image("wavelet" + (band.indexOf('-') < 0 ? "-" : "") + band, values));
      case LBP_2D -> visitor.image("lbp-2D", patterns(scene, settings));
      case LBP_3D ->
          warnings.add(
              "LBP3D is left out: pyradiomics' own is broken on SciPy 1.17 and later, so there is"
                  + " nothing to agree with; use LBP2D");
    }
  }

  private static void laplacians(
      Raster image, RadiomicsSettings settings, List<String> warnings, Visitor visitor) {
    List<?> sigmas = settings.list(Setting.SIGMA);
    if (sigmas.isEmpty()) {
      warnings.add("LoG is left out: it needs 'sigma', a list of widths in mm");
    }
    for (Object written : sigmas) {
      double sigma = ((Number) written).doubleValue();
      String reason = LaplacianOfGaussian.tooSmall(image, sigma);
      if (reason != null) {
        warnings.add("LoG with sigma " + written + " is left out: " + reason);
        continue;
      }
      // As Python writes the number: 3 stays 3 and 3.0 stays 3.0.
      String name = String.valueOf(written).replace('.', '-');
      visitor.image("log-sigma-" + name + "-mm-3D", LaplacianOfGaussian.of(image, sigma));
    }
  }

  /** The patterns, stored in the image's own type as pyradiomics does. */
  private static Raster patterns(Scene scene, RadiomicsSettings settings) {
    Raster patterns =
        LocalBinaryPattern.of(
            scene.image(),
            settings.whole(Setting.LBP_2D_SAMPLES),
            settings.number(Setting.LBP_2D_RADIUS),
            LocalBinaryPattern.Method.named(
                settings.text(Setting.LBP_2D_METHOD).orElse("uniform")));
    PixelType type = scene.type();
    if (type.isWhole()) {
      double[] values = patterns.values();
      for (int i = 0; i < values.length; i++) {
        values[i] = type.store(values[i]);
      }
    }
    return patterns;
  }
}
