package org.cirr.metrics.radiomics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What to compute: settings, image types, feature classes.
 *
 * @param settings what holds for all images
 * @param imageTypes the images in order, each with the settings that are its own
 * @param featureClasses the classes in order, each with the features asked for; an empty list is
 *     all that are not deprecated
 */
public record RadiomicsParameters(
    RadiomicsSettings settings,
    Map<ImageType, Map<String, Object>> imageTypes,
    Map<FeatureClass, List<String>> featureClasses) {

  public RadiomicsParameters {
    imageTypes = Collections.unmodifiableMap(new LinkedHashMap<>(imageTypes));
    featureClasses = Collections.unmodifiableMap(new LinkedHashMap<>(featureClasses));
    imageTypes.values().forEach(settings::with);
    featureClasses.forEach(FeatureClass::requireKnown);
  }

  /** pyradiomics' defaults: the original image and all classes but shape2D. */
  public static RadiomicsParameters defaults() {
    return new RadiomicsParameters(
        RadiomicsSettings.defaults(), Map.of(ImageType.ORIGINAL, Map.of()), allClasses());
  }

  static Map<FeatureClass, List<String>> allClasses() {
    Map<FeatureClass, List<String>> all = new LinkedHashMap<>();
    for (FeatureClass feature : FeatureClass.values()) {
      if (feature != FeatureClass.SHAPE2D
          && feature != FeatureClass.IBSI) { // shape2D needs one slice
        all.put(feature, List.of());
      }
    }
    return all;
  }

  /** These parameters with other settings. */
  public RadiomicsParameters with(RadiomicsSettings other) {
    return new RadiomicsParameters(other, imageTypes, featureClasses);
  }

  /** These parameters with other feature classes, all of whose default features are computed. */
  public RadiomicsParameters withClasses(FeatureClass... classes) {
    Map<FeatureClass, List<String>> map = new LinkedHashMap<>();
    for (FeatureClass feature : classes) {
      map.put(feature, List.of());
    }
    return new RadiomicsParameters(settings, imageTypes, map);
  }

  /** These parameters with other images, without settings of their own. */
  public RadiomicsParameters withImages(ImageType... types) {
    Map<ImageType, Map<String, Object>> map = new LinkedHashMap<>();
    for (ImageType type : types) {
      map.put(type, Map.of());
    }
    return new RadiomicsParameters(settings, map, featureClasses);
  }

  /** The settings that hold for an image type. */
  public RadiomicsSettings settings(ImageType type) {
    return settings.with(imageTypes.getOrDefault(type, Map.of()));
  }

  List<FeatureClass> shapeClasses() {
    return new ArrayList<>(featureClasses.keySet().stream().filter(FeatureClass::isShape).toList());
  }
}
