package org.cirr.metrics.radiomics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cirr.metrics.radiomics.filter.IbsiFilters;
import org.cirr.metrics.radiomics.filter.SeparableWavelet;
import org.cirr.metrics.radiomics.filter.Wavelet;
import org.cirr.metrics.radiomics.image.Interpolator;

/**
 * Every setting of a parameter file: its name, its default, and what values it takes.
 *
 * <p><b>Source</b>: pyradiomics' parameter schema.
 */
public enum Setting {
  MINIMUM_ROI_DIMENSIONS(
      "minimumROIDimensions", 2, Kind.WHOLE, 0, 3, "axes a region must extend along"),
  MINIMUM_ROI_SIZE("minimumROISize", null, Kind.WHOLE, 1, 1e18, "a region needs more voxels"),
  GEOMETRY_TOLERANCE(
      "geometryTolerance",
      null,
      Kind.NUMBER,
      Double.MIN_VALUE,
      1e18,
      "how far grids may differ; none is 1e-6"),
  CORRECT_MASK(
      "correctMask", false, Kind.SWITCH, 0, 0, "move a mask of another grid onto the image's"),
  ADDITIONAL_INFO("additionalInfo", true, Kind.SWITCH, 0, 0, "give diagnostics as well"),
  LABEL("label", 1, Kind.WHOLE, 1, 65535, "the region's value in the mask"),
  LABEL_CHANNEL(
      "label_channel", 0, Kind.WHOLE, 0, 0, "only 0: masks with several components are not read"),
  BIN_WIDTH("binWidth", 25.0, Kind.NUMBER, Double.MIN_VALUE, 1e300, "the width of a grey level"),
  BIN_COUNT("binCount", null, Kind.WHOLE, 1, 1e8, "the number of grey levels; wins over binWidth"),
  NORMALIZE("normalize", false, Kind.SWITCH, 0, 0, "subtract the mean, divide by the SD"),
  NORMALIZE_SCALE("normalizeScale", 1.0, Kind.NUMBER, Double.MIN_VALUE, 1e300, "then multiply"),
  REMOVE_OUTLIERS(
      "removeOutliers", null, Kind.NUMBER, Double.MIN_VALUE, 1e300, "clip at so many SD"),
  RESAMPLED_PIXEL_SPACING(
      "resampledPixelSpacing",
      null,
      Kind.SPACING,
      0,
      1e6,
      "new spacing x y z in mm; 0 keeps an axis"),
  INTERPOLATOR(
      "interpolator",
      "sitkBSpline",
      Kind.INTERPOLATOR,
      0,
      0,
      "how the image is resampled; none: not"),
  PAD_DISTANCE("padDistance", 5, Kind.WHOLE, 0, 1e6, "voxels kept around the region"),
  PRE_CROP("preCrop", false, Kind.SWITCH, 0, 0, "cut to region and padding before filters"),
  DISTANCES(
      "distances", List.of(1), Kind.WHOLES, 1, 1000, "neighbour distances of GLCM, GLDM, NGTDM"),
  FORCE_2D("force2D", false, Kind.SWITCH, 0, 0, "no neighbours across slices"),
  FORCE_2D_DIMENSION(
      "force2Ddimension", 0, Kind.WHOLE, 0, 2, "the axis across slices: 0 z, 1 y, 2 x"),
  RESEGMENT_RANGE(
      "resegmentRange", null, Kind.RANGE, -1e300, 1e300, "intensities that stay in the region"),
  RESEGMENT_MODE(
      "resegmentMode",
      "absolute",
      Kind.of("absolute", "relative", "sigma"),
      0,
      0,
      "what the range is measured in"),
  RESEGMENT_SHAPE(
      "resegmentShape", false, Kind.SWITCH, 0, 0, "re-segment the shape's mask as well"),
  VOXEL_ARRAY_SHIFT("voxelArrayShift", 0.0, Kind.NUMBER, -1e300, 1e300, "added for energy and RMS"),
  SYMMETRICAL_GLCM("symmetricalGLCM", true, Kind.SWITCH, 0, 0, "count each pair in both orders"),
  WEIGHTING_NORM(
      "weightingNorm",
      null,
      Kind.of("manhattan", "euclidean", "infinity", "no_weighting"),
      0,
      0,
      "merge GLCM and GLRLM directions"),
  GLDM_A("gldm_a", 0.0, Kind.NUMBER, 0, 1e300, "levels that differ by so much are dependent"),
  WAVELET("wavelet", "coif1", Kind.TEXT, 0, 0, "the wavelet"),
  LEVEL("level", 1, Kind.WHOLE, 1, 20, "wavelet levels"),
  START_LEVEL("start_level", 0, Kind.WHOLE, 0, 20, "the first wavelet level that is given"),
  SIGMA("sigma", null, Kind.NUMBERS, Double.MIN_VALUE, 1e6, "widths of the LoG filter in mm"),
  GRADIENT_USE_SPACING(
      "gradientUseSpacing", true, Kind.SWITCH, 0, 0, "gradient per mm, not per voxel"),
  LBP_2D_RADIUS(
      "lbp2DRadius", 1.0, Kind.NUMBER, Double.MIN_VALUE, 1e6, "the circle's radius in voxels"),
  LBP_2D_SAMPLES("lbp2DSamples", 8, Kind.WHOLE, 1, 24, "points on the circle"),
  LBP_2D_METHOD(
      "lbp2DMethod",
      "uniform",
      Kind.of("default", "ror", "uniform", "var"),
      0,
      0,
      "the kind of pattern"),
  LBP_3D_LEVELS("lbp3DLevels", 2, Kind.WHOLE, 1, 10, "degrees of spherical harmonics"),
  LBP_3D_ICOSPHERE_RADIUS(
      "lbp3DIcosphereRadius",
      1.0,
      Kind.NUMBER,
      Double.MIN_VALUE,
      1e6,
      "the sphere's radius in voxels"),
  LBP_3D_ICOSPHERE_SUBDIVISION(
      "lbp3DIcosphereSubdivision", 1, Kind.WHOLE, 0, 5, "how often its faces are divided"),
  KERNEL_RADIUS("kernelRadius", 1, Kind.WHOLE, 1, 100, "voxel maps: the kernel's radius"),
  MASKED_KERNEL(
      "maskedKernel", true, Kind.SWITCH, 0, 0, "voxel maps: only the region's voxels count"),
  INIT_VALUE("initValue", 0.0, Kind.NUMBER, -1e300, 1e300, "voxel maps: the value outside"),
  COMPATIBILITY(
      "compatibility",
      "pyradiomics",
      Kind.of("pyradiomics", "ibsi"),
      0,
      0,
      "whose conventions and names; cirr's own setting"),
  IVH_BIN_WIDTH(
      "ivhBinWidth",
      null,
      Kind.NUMBER,
      Double.MIN_VALUE,
      1e300,
      "ibsi: bin width of the intensity-volume histogram; none: 1 for whole numbers, else 1000 bins"),
  FILTER_BOUNDARY(
      "filterBoundary",
      "mirror",
      Kind.of("zero", "nearest", "periodic", "mirror"),
      0,
      0,
      "IBSI's filters: what lies beyond the image"),
  FILTER_IN_PLANE(
      "filterInPlane", false, Kind.SWITCH, 0, 0, "IBSI's filters: filter slices by themselves"),
  ROTATION_POOLING(
      "rotationPooling",
      "none",
      Kind.of("none", "max", "mean", "min"),
      0,
      0,
      "Laws, ibsi Wavelet: pool the responses to the turned filter"),
  MEAN_SUPPORT("meanSupport", 5, Kind.WHOLE, 1, 999, "Mean: the extent in voxels, odd"),
  LOG_CUTOFF("logCutoff", 4.0, Kind.NUMBER, 1, 100, "ibsi LoG: where the kernel ends, in sigma"),
  LAWS_KERNELS("lawsKernels", null, Kind.NAMES, 0, 0, "Laws: kernels along x, y, z: [L5E5S5]"),
  LAWS_ENERGY_DISTANCE(
      "lawsEnergyDistance",
      0,
      Kind.WHOLE,
      0,
      499,
      "Laws: give the mean magnitude within so many voxels; 0 the response itself"),
  GABOR_LAMBDA("gaborLambda", null, Kind.NUMBER, Double.MIN_VALUE, 1e6, "Gabor: wavelength in mm"),
  GABOR_GAMMA("gaborGamma", 1.0, Kind.NUMBER, Double.MIN_VALUE, 1e6, "Gabor: aspect ratio"),
  GABOR_THETA("gaborTheta", 0.0, Kind.NUMBER, -360, 360, "Gabor: the wave's direction in degrees"),
  GABOR_THETA_STEP(
      "gaborThetaStep",
      null,
      Kind.NUMBER,
      0.1,
      180,
      "Gabor: mean over directions so many degrees apart and, unless filterInPlane, three planes"),
  WAVELET_BANDS("waveletBands", null, Kind.NAMES, 0, 0, "ibsi Wavelet: bands; none: all"),
  RIESZ("riesz", null, Kind.ORDERS, 0, 20, "ibsi LoG, Simoncelli: order of the Riesz transform"),
  VOXEL_BATCH("voxelBatch", -1, Kind.WHOLE, -1, 1e18, "accepted; cirr's maps need no batches");

  /** What values a setting takes. */
  private sealed interface Kind {
    Kind NUMBER = new Simple("a number");
    Kind WHOLE = new Simple("a whole number");
    Kind SWITCH = new Simple("true or false");
    Kind TEXT = new Simple("a name");
    Kind NUMBERS = new Simple("a list of numbers");
    Kind WHOLES = new Simple("a list of whole numbers");
    Kind RANGE = new Simple("a list of one or two numbers");
    Kind SPACING = new Simple("a list of three numbers x, y, z");
    Kind NAMES = new Simple("a list of names");
    Kind ORDERS = new Simple("a list of three whole numbers x, y, z");
    Kind INTERPOLATOR = new Choice(Interpolator.keys());

    record Simple(String text) implements Kind {}

    record Choice(List<String> names) implements Kind {}

    static Kind of(String... names) {
      return new Choice(List.of(names));
    }
  }

  private final String key;
  private final Object initial;
  private final Kind kind;
  private final double min;
  private final double max;
  private final String meaning;

  Setting(String key, Object initial, Kind kind, double min, double max, String meaning) {
    this.key = key;
    this.initial = initial;
    this.kind = kind;
    this.min = min;
    this.max = max;
    this.meaning = meaning;
  }

  /** The name in parameter files. */
  public String key() {
    return key;
  }

  /** The value when nothing is said; null for none. */
  public Object initial() {
    return initial;
  }

  /** What it does, in a few words. */
  public String meaning() {
    return meaning;
  }

  /**
   * The setting of a name.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} with the name that is most like it.
   */
  public static Setting named(String name) {
    for (Setting setting : values()) {
      if (setting.key.equals(name)) {
        return setting;
      }
    }
    List<String> keys = Arrays.stream(values()).map(Setting::key).toList();
    throw new IllegalArgumentException(
        "there is no setting '" + name + "'" + Nearest.hint(name, keys, "settings"));
  }

  /**
   * A value as this setting holds it: a Double, Integer or Long, Boolean, String, List, or null.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} naming the setting, the value and what it
   * takes.
   */
  Object accept(Object value) {
    if (value == null) {
      return emptyValue();
    }
    if (kind instanceof Kind.Choice choice) {
      return choose(choice, value);
    }
    String text = ((Kind.Simple) kind).text();
    if (kind == Kind.TEXT) {
      return value instanceof String name ? checkedName(name) : refuse(value, text);
    }
    if (kind == Kind.SWITCH) {
      return toSwitch(value, text);
    }
    if (kind == Kind.NUMBER) {
      return toNumber(value, text);
    }
    if (kind == Kind.WHOLE) {
      return toWhole(value, text);
    }
    List<?> list = value instanceof List<?> many ? many : List.of(value);
    boolean fits =
        kind == Kind.SPACING || kind == Kind.ORDERS
            ? list.size() == 3
            : kind == Kind.RANGE ? list.size() == 1 || list.size() == 2 : !list.isEmpty();
    if (!fits) {
      refuse(value, text);
    }
    List<Object> accepted = new ArrayList<>();
    for (Object item : list) {
      if (kind == Kind.NAMES) {
        accepted.add(checkedName(String.valueOf(item)));
        continue;
      }
      accepted.add(
          kind == Kind.WHOLES || kind == Kind.ORDERS
              ? toWhole(item, text)
              : this == SIGMA ? checkedAsWritten(item, text) : toNumber(item, text));
    }
    return List.copyOf(accepted);
  }

  /** A name that is looked up here, so that a typo is not found when the first case runs. */
  private String checkedName(String name) {
    switch (this) {
      case WAVELET -> Wavelet.named(name);
      case LAWS_KERNELS -> IbsiFilters.requireLaws(name);
      case WAVELET_BANDS -> SeparableWavelet.requireBand(name);
      default -> throw new IllegalStateException(this + " has no names to check");
    }
    return name;
  }

  /** Nothing said: what a setting without a value means. */
  private Object emptyValue() {
    return initial instanceof Boolean || initial instanceof Number ? initial : null;
  }

  /** A sigma keeps the form it was written in, because names of images show it. */
  private Object checkedAsWritten(Object item, String text) {
    toNumber(item, text);
    return item instanceof Integer || item instanceof Long ? item : toNumber(item, text);
  }

  private Object choose(Kind.Choice choice, Object value) {
    String name = String.valueOf(value);
    if (choice.names().contains(name)) {
      return name;
    }
    if (name.equals("None") || name.equalsIgnoreCase("null")) {
      return null;
    }
    if (this == INTERPOLATOR
        && value instanceof Integer code
        && code >= 1
        && code <= choice.names().size()) {
      return choice.names().get(code - 1); // SimpleITK's own numbers
    }
    return refuse(value, "one of " + String.join(", ", choice.names()));
  }

  private Boolean toSwitch(Object value, String text) {
    if (value instanceof Boolean on) {
      return on;
    }
    return switch (String.valueOf(value).toLowerCase(java.util.Locale.ROOT)) {
      case "true", "yes", "on" -> true;
      case "false", "no", "off" -> false;
      default -> (Boolean) refuse(value, text);
    };
  }

  private Double toNumber(Object value, String text) {
    double number = Double.NaN;
    if (value instanceof Number given) {
      number = given.doubleValue();
    } else if (value instanceof String word && !(this == INIT_VALUE && word.equals("nan"))) {
      try {
        number = Double.parseDouble(word);
      } catch (NumberFormatException e) {
        refuse(value, text);
      }
    } else if (!(value instanceof String)) {
      refuse(value, text);
    }
    boolean free = this == INIT_VALUE && Double.isNaN(number);
    if (!free && !(number >= min && number <= max)) {
      refuse(value, text);
    }
    return number;
  }

  private Number toWhole(Object value, String text) {
    double number = toNumber(value, text);
    if (number != Math.rint(number)) {
      refuse(value, text);
    }
    if (number > Integer.MAX_VALUE) {
      return (long) number;
    }
    return (int) number;
  }

  private Object refuse(Object value, String takes) {
    String range = "";
    if (kind instanceof Kind.Simple && max != min) {
      String low = min == Double.MIN_VALUE ? "above 0" : min < -1e299 ? "" : "from " + plain(min);
      String high = max >= 1e6 ? "" : " to " + plain(max);
      range = low.isEmpty() ? "" : " " + low + high;
    }
    throw new IllegalArgumentException("'" + key + "' takes " + takes + range + ", got " + value);
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }
}
