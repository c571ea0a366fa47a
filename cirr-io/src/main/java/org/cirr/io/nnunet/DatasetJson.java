package org.cirr.io.nnunet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;
import org.cirr.volume.Orientation;

/**
 * nnU-Net's {@code dataset.json}, as far as inference needs it. Unknown keys are ignored.
 *
 * @param channelNames the input channels' names, in channel order
 * @param labels what the network's output means
 * @param fileEnding the images' ending, such as {@code .nii.gz}
 * @param orientation where the axes of all training images point, so that others are turned to it
 *     before the network sees them; null when images are taken as they are stored, as nnU-Net does.
 *     It is cirr's own key {@value #ORIENTATION}, which nnU-Net does not look at
 */
public record DatasetJson(
    List<String> channelNames, LabelScheme labels, String fileEnding, Orientation orientation) {
  /** The key of {@link #orientation}. */
  public static final String ORIENTATION = "cirr_orientation";

  private static final int MAX_CHANNELS = 1000;

  /** Copies the list. */
  public DatasetJson {
    channelNames = List.copyOf(channelNames);
  }

  /**
   * Reads the file.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} naming the place, the value and what was
   * expected.
   */
  public static DatasetJson read(Path file) throws IOException {
    return read(SeekableBytes.of(file));
  }

  /** Reads the same from any source of bytes. */
  public static DatasetJson read(SeekableBytes source) throws IOException {
    JsonNode root = JsonNode.read(source);
    JsonNode channels = root.findAny("channel_names", "modality");
    if (channels == null) {
      channels = root.get("channel_names");
    }
    List<String> names = new ArrayList<>();
    int count = channels.keys().size();
    if (count == 0 || count > MAX_CHANNELS) {
      throw channels.refused(
          "has " + count + " channels, expected 1 to " + MAX_CHANNELS, "check the file");
    }
    for (int channel = 0; channel < count; channel++) {
      names.add(channels.get(Integer.toString(channel)).text());
    }
    return new DatasetJson(
        names, LabelScheme.of(root), root.text("file_ending", ".nii.gz"), orientation(root));
  }

  private static Orientation orientation(JsonNode root) throws MalformedFileException {
    JsonNode node = root.find(ORIENTATION);
    if (node == null) {
      return null;
    }
    try {
      return Orientation.of(node.text());
    } catch (IllegalArgumentException e) {
      throw node.wrong("one letter of each of R/L, A/P and S/I, such as LPS");
    }
  }

  DatasetJson named(List<String> labelNames) {
    return new DatasetJson(channelNames, labels.named(labelNames), fileEnding, orientation);
  }
}
