package org.cirr.io.nnunet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.cirr.io.file.MalformedFileException;

/**
 * What the channels of a network's output mean.
 *
 * <p>Without regions the channels are the classes 0, 1, … with the background first, and a voxel's
 * value is the number of its largest channel. With regions each channel is a yes or no for one
 * region, in the order of {@code dataset.json} without the background, and region {@code i} writes
 * the value {@code values().get(i)} over those before.
 *
 * <p><b>Source</b>: nnU-Net's LabelManager.
 *
 * @param hasRegions whether the network has one sigmoid per region instead of a softmax
 * @param names the channels' names
 * @param values the value that each channel writes into the mask
 * @param regions the dataset's labels that each channel stands for
 * @param ignoreLabel the value that was ignored in training, which no channel stands for
 * @param foregroundLabels the number of distinct labels without background and ignore label
 */
public record LabelScheme(
    boolean hasRegions,
    List<String> names,
    List<Integer> values,
    List<List<Integer>> regions,
    OptionalInt ignoreLabel,
    int foregroundLabels) {
  private static final int MAX_LABEL = 65534;

  /** Copies the lists. */
  public LabelScheme {
    names = List.copyOf(names);
    values = List.copyOf(values);
    regions = List.copyOf(regions);
  }

  /** The number of output channels. */
  public int heads() {
    return values.size();
  }

  /** Whether the mask needs 16 bits per voxel: from 255 foreground labels on. */
  public boolean needs16Bits() {
    return foregroundLabels >= 255;
  }

  /**
   * The mask's values and their names, without the background.
   *
   * <p><b>Edge cases</b>: of two regions that write the same value the later name counts.
   */
  public Map<Integer, String> namesByValue() {
    Map<Integer, String> map = new LinkedHashMap<>();
    for (int head = 0; head < heads(); head++) {
      if (values.get(head) != 0) {
        map.put(values.get(head), names.get(head));
      }
    }
    return map;
  }

  /** The same scheme with other names for the channels, for models whose names are numbers. */
  LabelScheme named(List<String> others) {
    return new LabelScheme(hasRegions, others, values, regions, ignoreLabel, foregroundLabels);
  }

  /** Reads {@code labels} and {@code regions_class_order} of a {@code dataset.json}. */
  static LabelScheme of(JsonNode dataset) throws MalformedFileException {
    JsonNode labels = dataset.get("labels");
    Map<String, List<Integer>> entries = new LinkedHashMap<>();
    boolean hasRegions = false;
    OptionalInt ignore = OptionalInt.empty();
    TreeSet<Integer> distinct = new TreeSet<>();
    for (String name : labels.keys()) {
      JsonNode value = labels.get(name);
      if (name.equals("ignore")) {
        ignore = OptionalInt.of(value.whole(1, MAX_LABEL));
        continue;
      }
      List<Integer> region =
          value.isList() ? value.wholes(0, MAX_LABEL) : List.of(value.whole(0, MAX_LABEL));
      if (region.isEmpty()) {
        throw value.wrong("a label or a list of labels");
      }
      hasRegions |= region.size() > 1;
      distinct.addAll(region);
      entries.put(name, region);
    }
    if (!List.of(0).equals(entries.get("background"))) {
      throw labels.refused(
          "has no background with the value 0", "add \"background\": 0 to the labels");
    }
    if (ignore.isPresent() && ignore.getAsInt() != distinct.last() + 1) {
      throw labels.refused(
          "has the ignore label "
              + ignore.getAsInt()
              + ", which must be one above the highest label, "
              + distinct.last(),
          "renumber the labels");
    }
    return hasRegions
        ? regions(dataset, entries, ignore, distinct)
        : plain(labels, entries, ignore, distinct);
  }

  private static LabelScheme plain(
      JsonNode labels,
      Map<String, List<Integer>> entries,
      OptionalInt ignore,
      TreeSet<Integer> distinct)
      throws MalformedFileException {
    if (distinct.last() != distinct.size() - 1) {
      throw labels.refused(
          "has the " + distinct.size() + " values up to " + distinct.last() + " with gaps",
          "number the labels 0, 1, 2, ... without gaps, as nnU-Net asks for");
    }
    String[] names = new String[distinct.size()];
    for (Map.Entry<String, List<Integer>> entry : entries.entrySet()) {
      int value = entry.getValue().get(0);
      if (names[value] == null) {
        names[value] = entry.getKey();
      }
    }
    List<Integer> values = List.copyOf(distinct);
    return new LabelScheme(
        false,
        List.of(names),
        values,
        values.stream().map(List::of).toList(),
        ignore,
        values.size() - 1);
  }

  private static LabelScheme regions(
      JsonNode dataset,
      Map<String, List<Integer>> entries,
      OptionalInt ignore,
      TreeSet<Integer> distinct)
      throws MalformedFileException {
    JsonNode order = dataset.get("regions_class_order");
    List<Integer> values = order.wholes(0, MAX_LABEL);
    List<String> names = new ArrayList<>();
    List<List<Integer>> regions = new ArrayList<>();
    for (Map.Entry<String, List<Integer>> entry : entries.entrySet()) {
      if (entry.getValue().stream().anyMatch(value -> value != 0)) {
        names.add(entry.getKey());
        regions.add(entry.getValue());
      }
    }
    if (values.size() != regions.size()) {
      throw order.refused(
          "has " + values.size() + " values for " + regions.size() + " regions " + names,
          "give one value per region, in the order of the labels");
    }
    return new LabelScheme(true, names, values, regions, ignore, distinct.size() - 1);
  }
}
