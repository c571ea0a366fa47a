package org.cirr.io.nnunet;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.cirr.io.checkpoint.Checkpoint;
import org.cirr.io.checkpoint.ElementType;
import org.cirr.io.checkpoint.NnUnetCheckpoint;
import org.cirr.io.checkpoint.SafetensorsFile;
import org.cirr.io.checkpoint.WeightAverage;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;
import org.cirr.tensor.Tensor;
import org.cirr.volume.Orientation;

/**
 * One fold of a model in one file: safetensors, whose metadata are {@code plans.json}, {@code
 * dataset.json}, what prediction needs of the checkpoint and, where it was declared, {@code
 * postprocessing.json}. Without the optimizer's state and in half precision it is a quarter of the
 * checkpoint.
 *
 * @param plans the plans
 * @param dataset the data set
 * @param checkpoint the weights and what else a checkpoint says
 * @param postprocessing what is to be done to its masks
 */
public record ModelFile(
    Plans plans, DatasetJson dataset, NnUnetCheckpoint checkpoint, Postprocessing postprocessing) {
  /** The ending of such files. */
  public static final String ENDING = ".safetensors";

  private static final String PLANS = "plans.json";
  private static final String DATASET = "dataset.json";
  private static final String POSTPROCESSING = "postprocessing.json";
  private static final String TRAINER = "trainer_name";
  private static final String CONFIGURATION = "configuration";
  private static final String FOLD = "fold";
  private static final String MIRROR_AXES = "inference_allowed_mirroring_axes";

  /** Whether a path names a file with {@link #ENDING}. */
  public static boolean isNamed(Path path) {
    return String.valueOf(path.getFileName()).endsWith(ENDING) && Files.isRegularFile(path);
  }

  /**
   * Reads the file's descriptions; its weights when they are asked for.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} naming what is missing or damaged.
   */
  public static ModelFile read(Path file) throws IOException {
    return read(SeekableBytes.of(file));
  }

  /** Reads the same from any source of bytes. */
  public static ModelFile read(SeekableBytes source) throws IOException {
    Checkpoint checkpoint = Checkpoint.read(source);
    return new ModelFile(
        Plans.read(part(checkpoint, PLANS)),
        DatasetJson.read(part(checkpoint, DATASET)),
        new NnUnetCheckpoint(
            text(checkpoint, TRAINER),
            text(checkpoint, CONFIGURATION),
            text(checkpoint, FOLD),
            axes(checkpoint),
            checkpoint.weights()),
        checkpoint.metadata().containsKey(POSTPROCESSING)
            ? Postprocessing.read(part(checkpoint, POSTPROCESSING))
            : Postprocessing.NONE);
  }

  private static String text(Checkpoint checkpoint, String key) throws MalformedFileException {
    String text = checkpoint.metadata().get(key);
    if (text == null) {
      throw new MalformedFileException(
          checkpoint.path(),
          "metadata " + key,
          "is missing, so this is no model of cirr",
          "make the file with 'cirr export'");
    }
    return text;
  }

  private static SeekableBytes part(Checkpoint checkpoint, String key)
      throws MalformedFileException {
    Path name = checkpoint.path().resolveSibling(checkpoint.path().getFileName() + " " + key);
    return SeekableBytes.of(name, text(checkpoint, key).getBytes(StandardCharsets.UTF_8));
  }

  private static List<Integer> axes(Checkpoint checkpoint) throws MalformedFileException {
    String text = text(checkpoint, MIRROR_AXES);
    if (!text.matches("([0-2](,[0-2]){0,2})?")) {
      throw new MalformedFileException(
          checkpoint.path(),
          "metadata " + MIRROR_AXES,
          "is '"
              + text.substring(0, Math.min(20, text.length()))
              + "', expected axes such as 0,1,2",
          "make the file with 'cirr export'");
    }
    List<Integer> axes = new ArrayList<>();
    for (String axis : text.isEmpty() ? new String[0] : text.split(",")) {
      axes.add(Integer.valueOf(axis));
    }
    return axes.stream().distinct().toList();
  }

  /**
   * Writes one fold of a model folder, whole or not at all; or the mean of its weights and others.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} when a checkpoint cannot be read, when others
   * are of another network ({@link WeightAverage}), and for MRSegmentator, whose labels and
   * orientation its folder says in a way of its own; {@link IllegalArgumentException} for a weight
   * beyond half precision.
   *
   * @param model the folder
   * @param checkpoint one of its checkpoints
   * @param averagedWith checkpoints whose weights count as much as this one's; empty for its own
   * @param orientation declares {@link DatasetJson#orientation}; null leaves it as it is
   * @param postprocessing declares what is to be done to the masks
   * @param half whether weights are rounded to half precision
   */
  public static void write(
      Path file,
      ModelFolder model,
      Path checkpoint,
      List<Path> averagedWith,
      Orientation orientation,
      Postprocessing postprocessing,
      boolean half)
      throws IOException {
    if (model.isMrSegmentator()) {
      throw new MalformedFileException(
          model.folder(),
          "version.json",
          "says that this is MRSegmentator, which cannot be put into one file",
          "use the folder as it is");
    }
    NnUnetCheckpoint source = NnUnetCheckpoint.read(checkpoint);
    Map<String, Tensor> tensors = WeightAverage.of(source.weights(), averagedWith);
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", "pt");
    metadata.put(TRAINER, source.trainerName());
    metadata.put(CONFIGURATION, source.configuration());
    metadata.put(FOLD, source.fold() == null ? "" : source.fold());
    metadata.put(
        MIRROR_AXES,
        source.mirrorAxes().stream().map(String::valueOf).collect(Collectors.joining(",")));
    metadata.put(PLANS, compact(model.folder().resolve(PLANS)).toString());
    JsonObject dataset = compact(model.folder().resolve(DATASET));
    if (orientation != null) {
      dataset.addProperty(DatasetJson.ORIENTATION, orientation.toString());
    }
    metadata.put(DATASET, dataset.toString());
    if (!postprocessing.steps().isEmpty()) {
      metadata.put(POSTPROCESSING, postprocessing.toJson());
    }
    SafetensorsFile.write(
        file, tensors, metadata, half ? ElementType.FLOAT16 : ElementType.FLOAT32);
  }

  /** A file that has been read before, so it is JSON. */
  private static JsonObject compact(Path json) throws IOException {
    String text = Files.readString(json);
    return new Gson()
        .fromJson(text.startsWith("\ufeff") ? text.substring(1) : text, JsonObject.class);
  }
}
