package org.cirr.io.nnunet;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cirr.io.file.AtomicFile;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;

/**
 * nnU-Net's {@code dataset_fingerprint.json}: what is measured of a data set before it is planned.
 *
 * @param spacings each case's spacing in array order, mm
 * @param shapesAfterCrop each case's extents after the crop to non-zero
 * @param intensities the foreground's intensities, one entry per channel
 * @param medianRelativeSizeAfterCropping the median over the cases of the voxels that are left
 */
public record DatasetFingerprint(
    List<List<Double>> spacings,
    List<List<Integer>> shapesAfterCrop,
    List<IntensityStatistics> intensities,
    double medianRelativeSizeAfterCropping) {
  private static final int MAX_EXTENT = 1 << 20;

  /**
   * Copies the lists.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when there is no case, or the lists differ
   * in length.
   */
  public DatasetFingerprint {
    spacings = List.copyOf(spacings);
    shapesAfterCrop = List.copyOf(shapesAfterCrop);
    intensities = List.copyOf(intensities);
    if (spacings.isEmpty() || spacings.size() != shapesAfterCrop.size()) {
      throw new IllegalArgumentException(
          "a fingerprint has as many spacings as shapes and at least one, got "
              + spacings.size()
              + " and "
              + shapesAfterCrop.size());
    }
  }

  /**
   * Reads the file.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} naming the place, the value and what was
   * expected.
   */
  public static DatasetFingerprint read(Path file) throws IOException {
    JsonNode root = JsonNode.read(SeekableBytes.of(file));
    List<List<Double>> spacings = new ArrayList<>();
    for (JsonNode row : root.get("spacings").elements()) {
      List<Double> spacing = new ArrayList<>();
      for (JsonNode axis : row.elements()) {
        double value = axis.number();
        if (!(value > 0 && value < 1e6)) {
          throw axis.wrong("a spacing above 0 mm");
        }
        spacing.add(value);
      }
      spacings.add(threeAxes(row, spacing));
    }
    List<List<Integer>> shapes = new ArrayList<>();
    for (JsonNode row : root.get("shapes_after_crop").elements()) {
      shapes.add(threeAxes(row, row.wholes(1, MAX_EXTENT)));
    }
    if (shapes.isEmpty() || shapes.size() != spacings.size()) {
      throw root.refused(
          "has " + spacings.size() + " spacings and " + shapes.size() + " shapes_after_crop",
          "make the fingerprint again");
    }
    List<IntensityStatistics> intensities = new ArrayList<>();
    JsonNode channels = root.get("foreground_intensity_properties_per_channel");
    for (int channel = 0; channel < channels.keys().size(); channel++) {
      JsonNode node = channels.get(Integer.toString(channel));
      intensities.add(
          new IntensityStatistics(
              node.get("max").number(),
              node.get("mean").number(),
              node.get("median").number(),
              node.get("min").number(),
              node.get("percentile_00_5").number(),
              node.get("percentile_99_5").number(),
              node.get("std").number()));
    }
    return new DatasetFingerprint(
        spacings, shapes, intensities, root.get("median_relative_size_after_cropping").number());
  }

  private static <T> List<T> threeAxes(JsonNode row, List<T> values) throws MalformedFileException {
    if (values.size() != 3) {
      throw row.wrong("three numbers, one per axis");
    }
    return List.copyOf(values);
  }

  /** Writes the file whole or not at all. */
  public void write(Path file) throws IOException {
    JsonObject json = new JsonObject();
    json.add("foreground_intensity_properties_per_channel", intensityJson());
    json.addProperty("median_relative_size_after_cropping", medianRelativeSizeAfterCropping);
    JsonArray shapes = new JsonArray();
    shapesAfterCrop.forEach(shape -> shapes.add(array(shape)));
    json.add("shapes_after_crop", shapes);
    JsonArray rows = new JsonArray();
    spacings.forEach(spacing -> rows.add(array(spacing)));
    json.add("spacings", rows);
    String text = new GsonBuilder().setPrettyPrinting().create().toJson(json) + "\n";
    AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private JsonObject intensityJson() {
    JsonObject channels = new JsonObject();
    for (int channel = 0; channel < intensities.size(); channel++) {
      JsonObject json = new JsonObject();
      intensities.get(channel).byKey().forEach(json::addProperty);
      channels.add(Integer.toString(channel), json);
    }
    return channels;
  }

  private static JsonArray array(List<? extends Number> values) {
    JsonArray array = new JsonArray();
    values.forEach(array::add);
    return array;
  }
}
