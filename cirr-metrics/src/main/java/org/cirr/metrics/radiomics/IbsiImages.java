package org.cirr.metrics.radiomics;

import java.util.List;
import java.util.Locale;
import org.cirr.metrics.radiomics.filter.Boundary;
import org.cirr.metrics.radiomics.filter.FourierFilters;
import org.cirr.metrics.radiomics.filter.Gabor;
import org.cirr.metrics.radiomics.filter.IbsiFilters;
import org.cirr.metrics.radiomics.filter.Pooling;
import org.cirr.metrics.radiomics.filter.Riesz;
import org.cirr.metrics.radiomics.filter.SeparableWavelet;
import org.cirr.metrics.radiomics.filter.Wavelet;
import org.cirr.metrics.radiomics.image.Raster;
import org.cirr.parallel.Workers;

/** Makes the response maps of IBSI's filters, as the settings of a parameter file say. */
final class IbsiImages {
  private static final List<String> BANDS =
      List.of("HHH", "HHL", "HLH", "HLL", "LHH", "LHL", "LLH", "LLL");
  private static final List<String> FLAT_BANDS = List.of("HH", "HL", "LH", "LL");

  private final Raster image;
  private final RadiomicsSettings settings;
  private final List<String> warnings;
  private final Workers workers;
  private final DerivedImages.Visitor visitor;
  private final Boundary boundary;
  private final boolean inPlane;
  private final Pooling pooling;
  private final String pooled; // the end of a pooled response's name

  private IbsiImages(
      Raster image,
      RadiomicsSettings settings,
      List<String> warnings,
      Workers workers,
      DerivedImages.Visitor visitor) {
    this.image = image;
    this.settings = settings;
    this.warnings = warnings;
    this.workers = workers;
    this.visitor = visitor;
    boundary = Boundary.valueOf(name(Setting.FILTER_BOUNDARY, "mirror"));
    inPlane = settings.is(Setting.FILTER_IN_PLANE);
    pooling = Pooling.valueOf(name(Setting.ROTATION_POOLING, "none"));
    pooled = pooling == Pooling.NONE ? "" : "-" + pooling.name().toLowerCase(Locale.ROOT);
  }

  static void visit(
      ImageType type,
      Raster image,
      RadiomicsSettings settings,
      List<String> warnings,
      Workers workers,
      DerivedImages.Visitor visitor) {
    IbsiImages images = new IbsiImages(image, settings, warnings, workers, visitor);
    switch (type) {
      case MEAN -> images.mean();
      case LOG -> images.laplacians();
      case LAWS -> images.laws();
      case GABOR -> images.gabor();
      case WAVELET -> images.wavelets();
      case SIMONCELLI -> images.simoncelli();
      default -> throw new IllegalStateException(type + " is no filter of IBSI's");
    }
  }

  private String name(Setting setting, String initial) {
    return settings.text(setting).orElse(initial).toUpperCase(Locale.ROOT);
  }

  private void mean() {
    int support = settings.whole(Setting.MEAN_SUPPORT);
    visitor.image("mean-" + support, IbsiFilters.mean(image, support, inPlane, boundary));
  }

  private void laplacians() {
    Riesz riesz = riesz();
    for (Object written : DerivedImages.sigmas(ImageType.LOG, settings, warnings)) {
      double sigma = ((Number) written).doubleValue();
      String dimensions = inPlane ? "-mm-2D" : "-mm-3D";
      visitor.image(
          "log-sigma-" + DerivedImages.inName(written) + dimensions + suffix(riesz),
          riesz.order() > 0
              ? FourierFilters.laplacianOfGaussian(image, sigma, riesz, inPlane, boundary)
              : IbsiFilters.laplacianOfGaussian(
                  image, sigma, settings.number(Setting.LOG_CUTOFF), inPlane, boundary));
    }
  }

  private void laws() {
    List<?> names = settings.list(Setting.LAWS_KERNELS);
    if (names.isEmpty()) {
      warnings.add("Laws is left out: it needs 'lawsKernels', a list such as [L5E5S5]");
    }
    int distance = settings.whole(Setting.LAWS_ENERGY_DISTANCE);
    for (Object item : names) {
      String kernels = (String) item;
      Raster response = IbsiFilters.laws(image, kernels, pooling, boundary);
      boolean flat = kernels.length() == 4;
      visitor.image(
          "laws-" + kernels + pooled + (distance > 0 ? "-energy-" + distance : ""),
          distance > 0 ? IbsiFilters.energy(response, distance, flat, boundary) : response);
    }
  }

  private void gabor() {
    double lambda = settings.number(Setting.GABOR_LAMBDA);
    if (Double.isNaN(lambda)) {
      warnings.add("Gabor is left out: it needs 'gaborLambda', the wavelength in mm");
      return;
    }
    double step = settings.number(Setting.GABOR_THETA_STEP);
    double theta = settings.number(Setting.GABOR_THETA);
    for (Object written : DerivedImages.sigmas(ImageType.GABOR, settings, warnings)) {
      double sigma = ((Number) written).doubleValue();
      Gabor filter = new Gabor(sigma, lambda, settings.number(Setting.GABOR_GAMMA), boundary);
      String start = "gabor-sigma-" + DerivedImages.inName(written);
      if (Double.isNaN(step)) {
        String name = start + "-theta-" + DerivedImages.inName(theta);
        visitor.image(name, filter.inSlices(image, Math.toRadians(theta), workers));
      } else {
        visitor.image(
            start + "-mean",
            filter.rotationInvariant(image, Math.toRadians(step), inPlane, workers));
      }
    }
  }

  private void wavelets() {
    Wavelet wavelet = Wavelet.named(settings.text(Setting.WAVELET).orElse("coif1"));
    List<?> asked = settings.list(Setting.WAVELET_BANDS);
    List<?> bands = !asked.isEmpty() ? asked : inPlane ? FLAT_BANDS : BANDS;
    forEachLevel(
        level -> {
          for (Object item : bands) {
            String band = (String) item;
            visitor.image(
                "wavelet" + (level == 1 ? "-" : level + "-") + band + pooled,
                SeparableWavelet.of(image, wavelet, band, level, pooling, boundary));
          }
        });
  }

  private void simoncelli() {
    Riesz riesz = riesz();
    forEachLevel(
        level ->
            visitor.image(
                "simoncelli-" + level + suffix(riesz),
                FourierFilters.simoncelli(image, level, riesz, inPlane, boundary)));
  }

  /** Levels are numbered from 1 here; {@code start_level} counts from 0. */
  private void forEachLevel(java.util.function.IntConsumer consumer) {
    int first = settings.whole(Setting.START_LEVEL) + 1;
    for (int level = first; level < first + settings.whole(Setting.LEVEL); level++) {
      consumer.accept(level);
    }
  }

  private Riesz riesz() {
    double[] orders = settings.numbers(Setting.RIESZ);
    return orders.length == 0
        ? Riesz.NONE
        : new Riesz((int) orders[0], (int) orders[1], (int) orders[2]);
  }

  private static String suffix(Riesz riesz) {
    return riesz.order() == 0 ? "" : "-riesz-" + riesz.x() + "-" + riesz.y() + "-" + riesz.z();
  }
}
