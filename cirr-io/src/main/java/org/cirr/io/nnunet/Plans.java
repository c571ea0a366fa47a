package org.cirr.io.nnunet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;

/**
 * nnU-Net's {@code plans.json}, of the old style (up to 2.4) and the new one.
 *
 * <p><b>Edge cases</b>: a configuration is resolved when it is asked for, so that one that cirr
 * cannot run does not stand in the way of another. Unknown keys are ignored.
 *
 * <p><b>Errors</b>: {@link MalformedFileException} naming the place, the value and what was
 * expected.
 */
public final class Plans {
  private final JsonNode root;
  private final String datasetName;
  private final String plansName;
  private final String readerWriter;
  private final List<Integer> transposeForward;
  private final List<Integer> transposeBackward;
  private final Map<Integer, IntensityProperties> intensities;

  private Plans(JsonNode root) throws MalformedFileException {
    this.root = root;
    datasetName = root.text("dataset_name", "");
    plansName = root.text("plans_name", "");
    readerWriter = root.get("image_reader_writer").text();
    JsonNode manager = root.find("label_manager");
    if (manager != null && !manager.text().equals("LabelManager")) {
      throw manager.wrong("\"LabelManager\", the only one supported");
    }
    transposeForward = permutation(root.find("transpose_forward"));
    transposeBackward = inverse(transposeForward);
    JsonNode backward = root.find("transpose_backward");
    if (backward != null && !permutation(backward).equals(transposeBackward)) {
      throw backward.wrong("the inverse of transpose_forward, " + transposeBackward);
    }
    intensities = intensities(root);
    root.get("configurations").keys();
  }

  /** Reads the file. */
  public static Plans read(Path file) throws IOException {
    return read(SeekableBytes.of(file));
  }

  /** Reads the same from any source of bytes. */
  public static Plans read(SeekableBytes source) throws IOException {
    return new Plans(JsonNode.read(source));
  }

  private static List<Integer> permutation(JsonNode node) throws MalformedFileException {
    if (node == null) {
      return List.of(0, 1, 2);
    }
    List<Integer> axes = node.wholes(0, 2);
    if (axes.size() != 3 || axes.stream().distinct().count() != 3) {
      throw node.wrong("the axes 0, 1, 2 in some order");
    }
    return axes;
  }

  private static List<Integer> inverse(List<Integer> axes) {
    return List.of(axes.indexOf(0), axes.indexOf(1), axes.indexOf(2));
  }

  private static Map<Integer, IntensityProperties> intensities(JsonNode root)
      throws MalformedFileException {
    Map<Integer, IntensityProperties> map = new TreeMap<>();
    JsonNode node =
        root.findAny(
            "foreground_intensity_properties_per_channel",
            "foreground_intensity_properties_by_modality");
    if (node == null) {
      return map;
    }
    // A channel that is not a number, or that lacks the needed values, is used by nobody.
    for (String key : node.keys()) {
      JsonNode channel = node.find(key);
      if (channel != null && key.matches("[0-9]{1,4}") && channel.find("percentile_00_5") != null) {
        map.put(Integer.valueOf(key), IntensityProperties.of(channel));
      }
    }
    return map;
  }

  /** The data set's name; empty when the file does not say. */
  public String datasetName() {
    return datasetName;
  }

  /** The plans' name; empty when the file does not say. */
  public String plansName() {
    return plansName;
  }

  /** The class that read the training images, such as {@code SimpleITKIO}. */
  public String readerWriter() {
    return readerWriter;
  }

  /** New axis i is the old axis {@code transposeForward().get(i)}. */
  public List<Integer> transposeForward() {
    return transposeForward;
  }

  /** The inverse permutation. */
  public List<Integer> transposeBackward() {
    return transposeBackward;
  }

  /**
   * The intensities of a channel.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} when the file does not have them, or they are
   * no numbers to normalise by.
   */
  public IntensityProperties intensities(int channel) throws MalformedFileException {
    IntensityProperties found = intensities.get(channel);
    if (found == null) {
      throw root.refused(
          "has no foreground_intensity_properties_per_channel for channel " + channel,
          "CT normalisation needs mean, std, percentile_00_5 and percentile_99_5");
    }
    if (!found.isUsable()) { // Python writes NaN too, and every voxel would become one
      throw root.refused(
          "has "
              + found
              + " in foreground_intensity_properties_per_channel for channel "
              + channel
              + ", expected finite numbers and percentiles in ascending order",
          "plan the data set again");
    }
    return found;
  }

  /** The names of the configurations. */
  public List<String> configurationNames() throws MalformedFileException {
    return root.get("configurations").keys();
  }

  /**
   * A configuration with its inheritance resolved.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} when there is none of that name (naming those
   * that there are), when it inherits from itself, or when cirr cannot run it.
   */
  public Configuration configuration(String name) throws MalformedFileException {
    return Configuration.of(name, resolved(name));
  }

  /**
   * What training takes of a configuration.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} as for {@link #configuration}.
   */
  public TrainingPlan training(String name) throws MalformedFileException {
    return TrainingPlan.of(resolved(name));
  }

  private JsonNode resolved(String name) throws MalformedFileException {
    JsonNode all = root.get("configurations");
    Map<String, JsonNode> chain = new LinkedHashMap<>();
    for (String next = name; next != null; ) {
      JsonNode node = all.find(next);
      if (node == null) {
        throw all.refused(
            "has no " + next + "; there are " + all.keys(), "name one of these configurations");
      }
      if (chain.put(next, node) != null) {
        throw all.refused(
            "inherit in a circle: " + String.join(" from ", chain.keySet()) + " from " + next,
            "correct inherits_from");
      }
      next = node.text("inherits_from", null);
    }
    List<JsonNode> nodes = new ArrayList<>(chain.values());
    JsonNode resolved = nodes.get(nodes.size() - 1);
    for (int i = nodes.size() - 2; i >= 0; i--) {
      resolved = nodes.get(i).over(resolved);
    }
    return resolved;
  }
}
