package org.cirr.metrics.radiomics;

import java.util.List;

/** What is done to the image before features are computed on it. */
public enum ImageType {
  ORIGINAL("Original"),
  WAVELET("Wavelet"),
  LOG("LoG"),
  SQUARE("Square"),
  SQUARE_ROOT("SquareRoot"),
  LOGARITHM("Logarithm"),
  EXPONENTIAL("Exponential"),
  GRADIENT("Gradient"),
  LBP_2D("LBP2D"),
  LBP_3D("LBP3D"),
  /** IBSI's mean filter; cirr's own name. */
  MEAN("Mean"),
  /** IBSI's Laws kernels; cirr's own name. */
  LAWS("Laws"),
  /** IBSI's Gabor filters; cirr's own name. */
  GABOR("Gabor"),
  /** IBSI's Simoncelli wavelets; cirr's own name. */
  SIMONCELLI("Simoncelli");

  private final String key;

  ImageType(String key) {
    this.key = key;
  }

  /** The name in parameter files. */
  public String key() {
    return key;
  }

  /**
   * The type of a name.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} with the name that is most like it, or all.
   */
  public static ImageType named(String name) {
    for (ImageType type : values()) {
      if (type.key.equals(name)) {
        return type;
      }
    }
    List<String> keys = List.of(values()).stream().map(ImageType::key).toList();
    throw new IllegalArgumentException(
        "there is no image type '" + name + "'" + Nearest.hint(name, keys, "types"));
  }
}
