package org.cirr.metrics.radiomics;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.cirr.metrics.radiomics.feature.TextureSettings;
import org.cirr.metrics.radiomics.feature.TextureSettings.Weighting;
import org.cirr.metrics.radiomics.image.Binning;
import org.cirr.metrics.radiomics.image.Intensities.RangeMode;
import org.cirr.metrics.radiomics.image.Interpolator;

/**
 * The values of all settings; immutable.
 *
 * <p>{@link Setting} says what each is called and what it takes.
 */
public final class RadiomicsSettings {
  private static final RadiomicsSettings DEFAULTS = new RadiomicsSettings(initial());

  private final Map<Setting, Object> values; // null values are settings without a value

  private RadiomicsSettings(EnumMap<Setting, Object> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  private static EnumMap<Setting, Object> initial() {
    EnumMap<Setting, Object> values = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      values.put(setting, setting.initial());
    }
    return values;
  }

  /** pyradiomics' defaults. */
  public static RadiomicsSettings defaults() {
    return DEFAULTS;
  }

  /**
   * These settings with another value for one of them.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the setting does not take the value.
   *
   * @param value a number, boolean, text or list; null for none
   */
  public RadiomicsSettings with(Setting setting, Object value) {
    EnumMap<Setting, Object> changed = new EnumMap<>(values);
    changed.put(setting, setting.accept(value));
    return new RadiomicsSettings(changed);
  }

  /**
   * These settings with other values by name.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} also for a name that is not a setting.
   */
  public RadiomicsSettings with(Map<String, ?> changes) {
    RadiomicsSettings changed = this;
    for (Map.Entry<String, ?> change : changes.entrySet()) {
      changed = changed.with(Setting.named(change.getKey()), change.getValue());
    }
    return changed;
  }

  /**
   * These settings with one value as text, as a command line gives it; lists are written {@code [1,
   * 1, 3]}.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} as {@link #with(Setting, Object)}.
   */
  public RadiomicsSettings withText(String name, String value) {
    return with(Setting.named(name), ParameterFile.value("'" + name + "'", value));
  }

  /** All values by setting; null for none. */
  public Map<Setting, Object> values() {
    return values;
  }

  /** Whether a switch is on. */
  public boolean is(Setting setting) {
    return (Boolean) values.get(setting);
  }

  /** A number; NaN for none. */
  public double number(Setting setting) {
    Object value = values.get(setting);
    return value == null ? Double.NaN : ((Number) value).doubleValue();
  }

  /** A whole number that has a default. */
  public int whole(Setting setting) {
    return (int) number(setting);
  }

  /** A name; empty for none. */
  public Optional<String> text(Setting setting) {
    return Optional.ofNullable((String) values.get(setting));
  }

  /** A list as it was written; empty for none. */
  public List<?> list(Setting setting) {
    List<?> list = (List<?>) values.get(setting);
    return list == null ? List.of() : list;
  }

  /** A list of numbers; empty for none. */
  public double[] numbers(Setting setting) {
    return list(setting).stream().mapToDouble(item -> ((Number) item).doubleValue()).toArray();
  }

  /** How intensities become grey levels. */
  public Binning binning() {
    return values.get(Setting.BIN_COUNT) != null
        ? new Binning.FixedCount(whole(Setting.BIN_COUNT))
        : new Binning.FixedWidth(
            values.get(Setting.BIN_WIDTH) == null ? 25 : number(Setting.BIN_WIDTH));
  }

  /** How texture matrices are built. */
  public TextureSettings texture() {
    List<Integer> distances =
        list(Setting.DISTANCES).stream().map(item -> ((Number) item).intValue()).toList();
    return new TextureSettings(
        distances.isEmpty() ? List.of(1) : distances,
        is(Setting.FORCE_2D) ? whole(Setting.FORCE_2D_DIMENSION) : -1,
        is(Setting.SYMMETRICAL_GLCM),
        text(Setting.WEIGHTING_NORM)
            .map(name -> Weighting.valueOf(name.toUpperCase(java.util.Locale.ROOT)))
            .orElse(Weighting.NONE),
        number(Setting.GLDM_A));
  }

  /** The label in the mask. */
  public int label() {
    return whole(Setting.LABEL);
  }

  /** The spacing to resample to, z y x in mm; empty when the image stays as it is. */
  public Optional<double[]> newSpacing() {
    double[] xyz = numbers(Setting.RESAMPLED_PIXEL_SPACING);
    return xyz.length == 0 || text(Setting.INTERPOLATOR).isEmpty()
        ? Optional.empty()
        : Optional.of(new double[] {xyz[2], xyz[1], xyz[0]});
  }

  /** Whether IBSI's conventions hold. */
  public boolean ibsi() {
    return text(Setting.COMPATIBILITY).orElse("").equals("ibsi");
  }

  /** How the image is resampled. */
  public Interpolator interpolator() {
    return text(Setting.INTERPOLATOR).map(Interpolator::named).orElse(Interpolator.BSPLINE);
  }

  /** What the re-segmentation range is measured in. */
  public RangeMode rangeMode() {
    return RangeMode.valueOf(
        text(Setting.RESEGMENT_MODE).orElse("absolute").toUpperCase(java.util.Locale.ROOT));
  }

  /** The number of voxels that a region must exceed; empty for any. */
  public OptionalLong minimumSize() {
    Object value = values.get(Setting.MINIMUM_ROI_SIZE);
    return value == null ? OptionalLong.empty() : OptionalLong.of(((Number) value).longValue());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RadiomicsSettings settings && values.equals(settings.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** The values by the names of a parameter file. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    values.forEach(
        (setting, value) ->
            text.append(text.length() > 1 ? ", " : "")
                .append(setting.key())
                .append(": ")
                .append(value));
    return text.append('}').toString();
  }
}
