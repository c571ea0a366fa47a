package org.cirr.nn.plan;

import java.nio.file.Path;
import java.util.List;

/**
 * A training case as files.
 *
 * @param name its identifier
 * @param images one file per channel, in the order of the channels
 * @param label the segmentation
 */
public record RawCase(String name, List<Path> images, Path label) {
  /** Copies the list. */
  public RawCase {
    images = List.copyOf(images);
  }
}
