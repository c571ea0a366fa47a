package org.cirr.nn.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.cirr.volume.LabelMap;

/** Brings the labels of one program to those of another. */
final class Relabelling {
  private Relabelling() {}

  /**
   * The pairs of {@code 5=1,1=4}; the value to be ignored, null for none, stays what it is.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for anything else.
   */
  static Map<Integer, Integer> parse(String text, Integer ignored) {
    Map<Integer, Integer> values = new LinkedHashMap<>();
    for (String part : text.split(",", -1)) {
      String[] sides = part.strip().split("=", -1);
      if (sides.length != 2 || !sides[0].matches("\\d{1,5}") || !sides[1].matches("\\d{1,5}")) {
        throw new IllegalArgumentException(
            "--reference-values takes pairs such as 5=1,1=4; got '" + part + "'");
      }
      int from = checked(sides[0]);
      if (values.put(from, checked(sides[1])) != null) {
        throw new IllegalArgumentException(
            "--reference-values names the value " + from + " twice; give each one meaning");
      }
    }
    if (ignored != null) {
      if (values.containsKey(ignored) || values.containsValue(ignored)) {
        throw new IllegalArgumentException(
            "--reference-values and --ignore-label both name "
                + ignored
                + "; what is ignored is a value of the reference and keeps it");
      }
      values.put(ignored, ignored);
    }
    return values;
  }

  private static int checked(String text) {
    int value = Integer.parseInt(text);
    if (value > LabelMap.MAX_LABEL) {
      throw new IllegalArgumentException(
          "labels end at " + LabelMap.MAX_LABEL + ", --reference-values has " + value);
    }
    return value;
  }

  /** The map with other values, 0 for those that are not listed; itself when none is. */
  static LabelMap of(LabelMap labels, Map<Integer, Integer> values) {
    if (values.isEmpty()) {
      return labels;
    }
    int[] table = new int[LabelMap.MAX_LABEL + 1];
    values.forEach((from, to) -> table[from] = to);
    int largest = values.values().stream().mapToInt(Integer::intValue).max().getAsInt();
    LabelMap renamed = LabelMap.zeros(labels.geometry(), largest);
    for (int i = 0; i < labels.length(); i++) {
      renamed.set(i, table[labels.get(i)]);
    }
    return renamed;
  }
}
