package org.cirr.metrics.radiomics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads pyradiomics' parameter files: YAML, or JSON of the same structure.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} naming file, key and value for anything that
 * pyradiomics' schema refuses as well.
 */
final class ParameterFile {
  private static final long MOST_BYTES = 1 << 20; // the examples have 3 KB
  private static final List<String> TOP =
      List.of("setting", "voxelSetting", "imageType", "featureClass");

  private ParameterFile() {}

  static RadiomicsParameters read(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new IllegalArgumentException(
          file + ": has " + Files.size(file) + " bytes, too many for a parameter file");
    }
    return parse(file.toString(), new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
  }

  /**
   * Reads parameters from text.
   *
   * @param name what errors call it
   */
  static RadiomicsParameters parse(String name, String text) {
    try {
      return interpret(section("the file", value(name, text)));
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(name + ": " + wrong.getMessage(), wrong);
    }
  }

  /** A YAML value, such as that of {@code --setting key:value}. */
  static Object value(String name, String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(name)
            .setAllowDuplicateKeys(true) // as in Python, the last one counts
            .setSchema(new CoreSchema())
            .build();
    try {
      return new Load(settings).loadFromString(text);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(
          "is not valid YAML or JSON: " + e.getMessage().strip().replaceAll("\\s*\\R\\s*", " "), e);
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException("is nested too deeply for a parameter file", e);
    }
  }

  private static RadiomicsParameters interpret(Map<String, Object> top) {
    for (String key : top.keySet()) {
      if (!TOP.contains(key)) {
        throw new IllegalArgumentException(
            "there is no section '" + key + "'" + Nearest.hint(key, TOP, "sections"));
      }
    }
    RadiomicsSettings settings =
        RadiomicsSettings.defaults()
            .with(section("setting", top.get("setting")))
            .with(section("voxelSetting", top.get("voxelSetting")));
    Map<ImageType, Map<String, Object>> types = new LinkedHashMap<>();
    section("imageType", top.get("imageType"))
        .forEach((key, value) -> types.put(ImageType.named(key), section(key, value)));
    if (types.isEmpty()) {
      types.put(ImageType.ORIGINAL, Map.of());
    }
    Map<FeatureClass, List<String>> classes = new LinkedHashMap<>();
    section("featureClass", top.get("featureClass"))
        .forEach((key, value) -> classes.put(FeatureClass.named(key), names(key, value)));
    return new RadiomicsParameters(
        settings, types, classes.isEmpty() ? RadiomicsParameters.allClasses() : classes);
  }

  private static Map<String, Object> section(String name, Object value) {
    Map<String, Object> section = new LinkedHashMap<>();
    if (value == null) {
      return section;
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(
          "'" + name + "' must be a mapping of names to values, got " + value);
    }
    map.forEach((key, item) -> section.put(String.valueOf(key), item));
    return section;
  }

  private static List<String> names(String key, Object value) {
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      throw new IllegalArgumentException(
          "'" + key + "' must be a list of feature names or empty, got " + value);
    }
    List<String> names = new ArrayList<>();
    list.forEach(item -> names.add(String.valueOf(item)));
    return names;
  }
}
