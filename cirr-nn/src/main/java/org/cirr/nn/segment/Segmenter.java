package org.cirr.nn.segment;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;

/**
 * STAND-IN: reads dataset.json and paints a box per label, so that the command line can be built.
 */
public final class Segmenter {
  private final SegmentOptions options;
  private final List<String> channels = new ArrayList<>();
  private final Map<Integer, String> labels = new TreeMap<>();
  private final String fileEnding;

  private Segmenter(Path folder, SegmentOptions options) throws IOException {
    this.options = options;
    Path dataset = folder.resolve("dataset.json");
    if (!Files.isRegularFile(dataset)) {
      throw new IOException(folder + ": has no dataset.json; name an nnU-Net model folder");
    }
    JsonObject json = JsonParser.parseString(Files.readString(dataset)).getAsJsonObject();
    for (Map.Entry<String, JsonElement> entry : json.getAsJsonObject("channel_names").entrySet()) {
      channels.add(entry.getValue().getAsString());
    }
    for (Map.Entry<String, JsonElement> entry : json.getAsJsonObject("labels").entrySet()) {
      if (!entry.getValue().isJsonArray()) {
        labels.put(entry.getValue().getAsInt(), entry.getKey());
      }
    }
    for (String label : options.labels()) {
      if (!labels.containsValue(label)) {
        throw new IllegalArgumentException(
            "the model has no label '" + label + "'; it has " + labels.values());
      }
    }
    fileEnding = json.get("file_ending").getAsString();
  }

  /** Opens with defaults. */
  public static Segmenter open(Path modelFolder) throws IOException {
    return open(modelFolder, SegmentOptions.defaults());
  }

  /** Opens. */
  public static Segmenter open(Path modelFolder, SegmentOptions options) throws IOException {
    return new Segmenter(modelFolder, options);
  }

  /** The mask. */
  public LabelMap segment(Volume... volumes) {
    return run(new SegmentRequest(List.of(volumes), false, (stage, fraction) -> {}, () -> false))
        .labels();
  }

  /** The mask and more. */
  public Segmentation run(SegmentRequest request) {
    Volume first = request.channels().get(0);
    LabelMap map = LabelMap.zeros(first.geometry(), 255);
    for (int step = 0; step < 100; step++) {
      if (request.cancelled().getAsBoolean()) {
        throw new CancellationException("cancelled");
      }
      request.progress().update("predict", step / 100.0);
    }
    int depth = map.shape().dim(0);
    int height = map.shape().dim(1);
    int width = map.shape().dim(2);
    for (int z = depth / 4; z < Math.max(1, 3 * depth / 4); z++) {
      for (int y = height / 3; y < Math.max(1, 2 * height / 3); y++) {
        for (int x = width / 3; x < Math.max(1, 2 * width / 3); x++) {
          int label = x < width / 2 ? 1 : 2;
          if (labels.containsKey(label)
              && (options.labels().isEmpty() || options.labels().contains(labels.get(label)))) {
            map.set((z * height + y) * width + x, label);
          }
        }
      }
    }
    request.progress().update("predict", 1);
    float[][] probabilities =
        request.probabilities() ? new float[labels.size()][map.length()] : null;
    return new Segmentation(map, probabilities, List.of(), Map.of("predict", 0.01));
  }

  /** The cost. */
  public SegmentPlan plan(Volume... volumes) {
    return new SegmentPlan(volumes[0].shape().toArray(), 8, 1, 100, 1L << 28, "simd");
  }

  /** In channel order. */
  public List<String> channelNames() {
    return List.copyOf(channels);
  }

  /** Value to name. */
  public Map<Integer, String> labelNames() {
    return labels;
  }

  /** Of dataset.json. */
  public String fileEnding() {
    return fileEnding;
  }

  /** As opened. */
  public SegmentOptions options() {
    return options;
  }
}
