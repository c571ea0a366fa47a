package org.cirr.io.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;

/**
 * What inference needs of a checkpoint that nnU-Net wrote.
 *
 * @param trainerName the trainer's class, such as {@code nnUNetTrainer}
 * @param configuration the configuration it was trained with, such as {@code 3d_fullres}
 * @param fold the fold as text, {@code "0"} or {@code "all"}; null or empty when the file does not
 *     say
 * @param mirrorAxes the spatial array axes that may be mirrored at inference; empty for none, also
 *     when the file does not say
 * @param weights the network's weights without duplicate names, see {@link Weights#canonical()}
 */
public record NnUnetCheckpoint(
    String trainerName,
    String configuration,
    String fold,
    List<Integer> mirrorAxes,
    Weights weights) {

  /** Copies the list. */
  public NnUnetCheckpoint {
    mirrorAxes = List.copyOf(mirrorAxes);
  }

  /**
   * Reads a {@code checkpoint_*.pth}.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} naming the key that is missing, or what it
   * holds instead of what was expected; also all of {@link Checkpoint}.
   */
  public static NnUnetCheckpoint read(Path file) throws IOException {
    return of(Checkpoint.read(file));
  }

  /** Reads the same from any source of bytes. */
  public static NnUnetCheckpoint read(SeekableBytes source) throws IOException {
    return of(Checkpoint.read(source));
  }

  private static NnUnetCheckpoint of(Checkpoint checkpoint) throws IOException {
    Object tree = checkpoint.tree();
    String trainer = text(checkpoint, tree, "trainer_name");
    Object init = value(checkpoint, tree, "init_args");
    String configuration = text(checkpoint, init, "configuration");
    Object fold = init instanceof Map<?, ?> map ? map.get("fold") : null;
    Object axes =
        tree instanceof Map<?, ?> map ? map.get("inference_allowed_mirroring_axes") : null;
    return new NnUnetCheckpoint(
        trainer,
        configuration,
        fold instanceof Long || fold instanceof String ? fold.toString() : null,
        mirrorAxes(checkpoint, axes),
        checkpoint.weights("network_weights").canonical());
  }

  private static Object value(Checkpoint checkpoint, Object in, String key)
      throws MalformedFileException {
    if (!(in instanceof Map<?, ?> map) || !map.containsKey(key)) {
      throw checkpoint.missing(key, in);
    }
    return map.get(key);
  }

  private static String text(Checkpoint checkpoint, Object in, String key)
      throws MalformedFileException {
    Object value = value(checkpoint, in, key);
    if (!(value instanceof String text)) {
      throw new MalformedFileException(
          checkpoint.path(),
          key,
          "is " + Checkpoint.describe(value) + ", expected a text",
          "check that nnU-Net v2 wrote this file");
    }
    return text;
  }

  private static List<Integer> mirrorAxes(Checkpoint checkpoint, Object value)
      throws MalformedFileException {
    if (value == null) {
      return List.of();
    }
    List<Integer> axes = new ArrayList<>();
    if (value instanceof List<?> list && list.size() <= 3) {
      for (Object axis : list) {
        if (axis instanceof Long number && number >= 0 && number <= 2) {
          axes.add(number.intValue());
        }
      }
      if (axes.size() == list.size() && axes.stream().distinct().count() == axes.size()) {
        return axes;
      }
    }
    throw new MalformedFileException(
        checkpoint.path(),
        "inference_allowed_mirroring_axes",
        "is "
            + (value instanceof List<?> list
                ? list.stream().limit(4).map(Checkpoint::describe).toList()
                : Checkpoint.describe(value))
            + ", expected distinct axes out of 0, 1, 2",
        "check that nnU-Net v2 wrote this file");
  }
}
