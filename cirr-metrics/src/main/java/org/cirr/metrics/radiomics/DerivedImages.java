package org.cirr.metrics.radiomics;

import java.util.List;
import org.cirr.metrics.radiomics.filter.Gradient;
import org.cirr.metrics.radiomics.filter.LaplacianOfGaussian;
import org.cirr.metrics.radiomics.filter.LocalBinaryPattern;
import org.cirr.metrics.radiomics.filter.PointFilters;
import org.cirr.metrics.radiomics.filter.SphericalPattern;
import org.cirr.metrics.radiomics.filter.Wavelet;
import org.cirr.metrics.radiomics.image.PixelType;
import org.cirr.metrics.radiomics.image.Raster;
import org.cirr.metrics.radiomics.image.Scene;
import org.cirr.parallel.Workers;

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
      Workers workers,
      Visitor visitor) {
    Raster image = scene.image();
    boolean ibsiForm = settings.ibsi() && (type == ImageType.LOG || type == ImageType.WAVELET);
    if (ibsiForm) {
      IbsiImages.visit(type, image, settings, warnings, workers, visitor);
      return;
    }
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
      case LBP_3D -> harmonics(scene, settings, visitor);
      case MEAN, LAWS, GABOR, SIMONCELLI ->
          IbsiImages.visit(type, image, settings, warnings, workers, visitor);
    }
  }

  private static void harmonics(Scene scene, RadiomicsSettings settings, Visitor visitor) {
    int levels = settings.whole(Setting.LBP_3D_LEVELS);
    SphericalPattern pattern =
        new SphericalPattern(
            levels,
            settings.number(Setting.LBP_3D_ICOSPHERE_RADIUS),
            settings.whole(Setting.LBP_3D_ICOSPHERE_SUBDIVISION));
    double[][] maps = pattern.of(scene.image(), scene.inside(), scene.type());
    for (int level = 0; level < levels; level++) {
      visitor.image("lbp-3D-m" + (level + 1), scene.image().withValues(maps[level]));
    }
    visitor.image("lbp-3D-k", scene.image().withValues(maps[levels]));
  }

  /** The widths of a filter as they are written; warns when there are none. */
  static List<?> sigmas(ImageType type, RadiomicsSettings settings, List<String> warnings) {
    List<?> sigmas = settings.list(Setting.SIGMA);
    if (sigmas.isEmpty()) {
      warnings.add(type.key() + " is left out: it needs 'sigma', a list of widths in mm");
    }
    return sigmas;
  }

  /** A number in a name, as Python writes it: 3 stays 3 and 3.0 becomes 3-0. */
  static String inName(Object written) {
    return String.valueOf(written).replace('.', '-');
  }

  private static void laplacians(
      Raster image, RadiomicsSettings settings, List<String> warnings, Visitor visitor) {
    for (Object written : sigmas(ImageType.LOG, settings, warnings)) {
      double sigma = ((Number) written).doubleValue();
      String reason = LaplacianOfGaussian.tooSmall(image, sigma);
      if (reason != null) {
        warnings.add("LoG with sigma " + written + " is left out: " + reason);
        continue;
      }
      String name = "log-sigma-" + inName(written) + "-mm-3D";
      visitor.image(name, LaplacianOfGaussian.of(image, sigma));
    }
  }

  /** The patterns, stored in the image's own type as pyradiomics does. */
  private static Raster patterns(Scene scene, RadiomicsSettings settings) {
    Raster patterns =
        LocalBinaryPattern.of(
            scene.image(),
            settings.whole(Setting.LBP_2D_SAMPLES),
            settings.number(Setting.LBP_2D_RADIUS),
            settings.whole(Setting.FORCE_2D_DIMENSION),
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
