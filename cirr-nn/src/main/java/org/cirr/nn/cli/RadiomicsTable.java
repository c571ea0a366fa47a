package org.cirr.nn.cli;

import com.google.gson.GsonBuilder;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cirr.metrics.radiomics.RadiomicsResult;

/** The output of {@code cirr radiomics}, laid out as pyradiomics does. */
final class RadiomicsTable {
  private RadiomicsTable() {}

  /** How the output is written. */
  enum Format {
    /** A line per value: {@code Case-1_original_glcm_Idm: 0.2}. */
    TXT,
    /** A line per case under a line of names. */
    CSV,
    /** A list of objects, one per case. */
    JSON
  }

  /** How input paths are written. */
  enum PathStyle {
    ABSOLUTE,
    RELATIVE,
    BASENAME
  }

  /** All that is known of a case, by name: the table's columns, diagnostics, features. */
  static Map<String, String> row(
      RadiomicsCase image,
      RadiomicsResult result,
      PathStyle style,
      boolean unixPath,
      boolean skipNans) {
    Map<String, String> row = new LinkedHashMap<>(image.columns());
    String separator = unixPath ? "/" : File.separator;
    row.put("Image", path(image.image(), style).replace(File.separator, separator));
    row.put("Mask", path(image.mask(), style).replace(File.separator, separator));
    result.diagnostics().forEach((key, value) -> row.put(key, text(value)));
    for (RadiomicsResult.Value value : result.features()) {
      if (!skipNans || !Double.isNaN(value.value())) {
        row.put(value.key(), text(value.value()));
      }
    }
    return row;
  }

  private static String path(Path path, PathStyle style) {
    return switch (style) {
      case ABSOLUTE -> path.toAbsolutePath().normalize().toString();
      case RELATIVE -> relative(path);
      case BASENAME -> String.valueOf(path.getFileName());
    };
  }

  private static String relative(Path path) {
    Path here = Path.of("").toAbsolutePath();
    Path there = path.toAbsolutePath().normalize();
    return here.getRoot().equals(there.getRoot())
        ? here.relativize(there).toString()
        : there.toString();
  }

  /** As Python writes it: nan, and tuples in round brackets. */
  private static String text(Object value) {
    if (value instanceof List<?> list) {
      List<String> parts = new ArrayList<>();
      list.forEach(item -> parts.add(text(item)));
      return "(" + String.join(", ", parts) + ")";
    }
    if (value instanceof Double number) {
      return number.isNaN()
          ? "nan"
          : number.isInfinite() ? (number > 0 ? "inf" : "-inf") : number.toString();
    }
    return String.valueOf(value);
  }

  /**
   * The text of all cases in order; one that failed has its columns only.
   *
   * @param copied the columns that the caller named, which stay as they are
   */
  static String format(Format format, List<Map<String, String>> rows, Set<String> copied) {
    return switch (format) {
      case TXT -> txt(rows);
      case CSV -> csv(rows);
      case JSON ->
          new GsonBuilder()
                  .setPrettyPrinting()
                  .disableHtmlEscaping()
                  .create()
                  .toJson(typed(rows, copied))
              + System.lineSeparator();
    };
  }

  private static String txt(List<Map<String, String>> rows) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      for (Map.Entry<String, String> cell : rows.get(i).entrySet()) {
        text.append("Case-").append(i + 1).append('_').append(cell.getKey());
        text.append(": ").append(cell.getValue()).append(System.lineSeparator());
      }
    }
    return text.toString();
  }

  private static String csv(List<Map<String, String>> rows) {
    Set<String> head = new LinkedHashSet<>();
    rows.forEach(row -> head.addAll(row.keySet()));
    StringBuilder text = new StringBuilder(CsvText.line(head)).append(System.lineSeparator());
    for (Map<String, String> row : rows) {
      List<String> cells = new ArrayList<>();
      head.forEach(name -> cells.add(row.getOrDefault(name, "")));
      text.append(CsvText.line(cells)).append(System.lineSeparator());
    }
    return text.toString();
  }

  /** Features as numbers; those that JSON cannot write stay text. */
  private static List<Map<String, Object>> typed(
      List<Map<String, String>> rows, Set<String> copied) {
    List<Map<String, Object>> typed = new ArrayList<>();
    for (Map<String, String> row : rows) {
      Map<String, Object> object = new LinkedHashMap<>();
      row.forEach(
          (key, value) -> object.put(key, copied.contains(key) ? value : number(key, value)));
      typed.add(object);
    }
    return typed;
  }

  private static Object number(String key, String value) {
    boolean numeric = value.matches("-?[0-9][-+0-9.E]*") && !key.contains("_Hash");
    try {
      return numeric && key.contains("_") ? (Object) Double.valueOf(value) : value;
    } catch (NumberFormatException notOne) {
      return value;
    }
  }
}
