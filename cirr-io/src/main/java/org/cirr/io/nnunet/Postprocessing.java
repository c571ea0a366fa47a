package org.cirr.io.nnunet;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cirr.io.checkpoint.Opaque;
import org.cirr.io.checkpoint.PickleFile;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;

/**
 * What nnU-Net found worth doing after prediction: {@code postprocessing.json} or {@code .pkl}; the
 * content decides which one it is.
 *
 * @param steps the steps, in order; none is possible
 */
public record Postprocessing(List<KeepLargest> steps) {
  /** Leaves masks as they are. */
  public static final Postprocessing NONE = new Postprocessing(List.of());

  private static final String FUNCTION = "remove_all_but_largest_component_from_segmentation";
  private static final int MAX_LABEL = 65535;

  /**
   * Keeps the largest connected component of the union of some labels and sets their other voxels
   * to the background.
   *
   * @param labels the labels whose union is looked at
   * @param background the value that removed voxels get
   */
  public record KeepLargest(List<Integer> labels, int background) {
    /** Copies the list. */
    public KeepLargest {
      labels = List.copyOf(labels);
    }
  }

  /** Copies the list. */
  public Postprocessing {
    steps = List.copyOf(steps);
  }

  /**
   * Reads the file.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} naming a function that is not known, or what
   * is wrong with its arguments.
   */
  public static Postprocessing read(Path file) throws IOException {
    return read(SeekableBytes.of(file));
  }

  /** Reads the same from any source of bytes. */
  public static Postprocessing read(SeekableBytes source) throws IOException {
    if (source.size() > 0 && source.read(0, 1)[0] == '{') {
      return ofJson(JsonNode.read(source));
    }
    Object tree = PickleFile.read(source);
    if (!(tree instanceof List<?> pair)
        || pair.size() != 2
        || !(pair.get(0) instanceof List<?> functions)
        || !(pair.get(1) instanceof List<?> arguments)
        || functions.size() != arguments.size()) {
      throw new MalformedFileException(
          source.path(),
          "pickle",
          "is no pair of as many functions as arguments",
          "check that nnU-Net wrote this file");
    }
    List<KeepLargest> steps = new ArrayList<>();
    for (int i = 0; i < functions.size(); i++) {
      String name =
          functions.get(i) instanceof Opaque function
              ? function.name().substring(function.name().lastIndexOf('.') + 1)
              : "an unnamed object";
      requireKnown(source.path(), name);
      Map<?, ?> map = arguments.get(i) instanceof Map<?, ?> kwargs ? kwargs : Map.of();
      List<Integer> labels = new ArrayList<>();
      addLabels(source.path(), map.get("labels_or_regions"), labels, 0);
      Object background = map.get("background_label");
      List<Integer> value = new ArrayList<>();
      if (background != null) {
        addLabels(source.path(), background, value, 2);
      }
      steps.add(new KeepLargest(labels, value.isEmpty() ? 0 : value.get(0)));
    }
    return new Postprocessing(steps);
  }

  /** As {@code postprocessing.json}, which {@link #read} gives back. */
  String toJson() {
    JsonArray functions = new JsonArray();
    JsonArray arguments = new JsonArray();
    for (KeepLargest step : steps) {
      JsonArray labels = new JsonArray();
      step.labels().forEach(labels::add);
      JsonObject kwargs = new JsonObject();
      kwargs.add("labels_or_regions", labels);
      kwargs.addProperty("background_label", step.background());
      functions.add(FUNCTION);
      arguments.add(kwargs);
    }
    JsonObject root = new JsonObject();
    root.add("postprocessing_fns", functions);
    root.add("postprocessing_kwargs", arguments);
    return root.toString();
  }

  /** A label, a list of labels, or a list of regions, flattened. */
  private static void addLabels(Path file, Object value, List<Integer> into, int depth)
      throws MalformedFileException {
    if (into.size() > MAX_LABEL) { // a list can stand in a pickle once and be named many times
      throw new MalformedFileException(
          file,
          "labels_or_regions",
          "names more than " + (MAX_LABEL + 1) + " labels",
          "check that nnU-Net wrote this file");
    }
    if (value instanceof Long label && label >= 0 && label <= MAX_LABEL) {
      into.add(label.intValue());
    } else if (value instanceof List<?> list && depth < 2) {
      for (Object element : list) {
        addLabels(file, element, into, depth + 1);
      }
    } else {
      throw new MalformedFileException(
          file,
          "labels_or_regions",
          "is " + (value instanceof byte[] ? "bytes" : value) + ", expected labels or regions",
          "check that nnU-Net wrote this file");
    }
  }

  private static Postprocessing ofJson(JsonNode root) throws MalformedFileException {
    List<JsonNode> functions = root.get("postprocessing_fns").elements();
    JsonNode kwargs = root.get("postprocessing_kwargs");
    List<JsonNode> arguments = kwargs.elements();
    if (functions.size() != arguments.size()) {
      throw kwargs.refused(
          "has " + arguments.size() + " entries, postprocessing_fns has " + functions.size(),
          "check that nnU-Net wrote this file");
    }
    List<KeepLargest> steps = new ArrayList<>();
    for (int i = 0; i < functions.size(); i++) {
      String name = functions.get(i).text();
      if (!name.equals(FUNCTION)) {
        throw functions.get(i).wrong("\"" + FUNCTION + "\", the only one supported");
      }
      List<Integer> labels = new ArrayList<>();
      addLabels(arguments.get(i).get("labels_or_regions"), labels, 0);
      JsonNode background = arguments.get(i).find("background_label");
      steps.add(new KeepLargest(labels, background == null ? 0 : background.whole(0, MAX_LABEL)));
    }
    return new Postprocessing(steps);
  }

  private static void addLabels(JsonNode node, List<Integer> into, int depth)
      throws MalformedFileException {
    if (node.isList() && depth < 2) {
      for (JsonNode element : node.elements()) {
        addLabels(element, into, depth + 1);
      }
    } else {
      into.add(node.whole(0, MAX_LABEL));
    }
  }

  private static void requireKnown(Path file, String name) throws MalformedFileException {
    if (!name.equals(FUNCTION)) {
      throw new MalformedFileException(
          file,
          "function",
          "is " + name + ", supported is " + FUNCTION,
          "run this post-processing with nnU-Net");
    }
  }
}
