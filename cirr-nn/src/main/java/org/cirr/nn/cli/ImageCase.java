package org.cirr.nn.cli;

import java.nio.file.Path;
import java.util.List;

/**
 * What is segmented together: one image per channel of the model, in channel order.
 *
 * @param problem why the case cannot be segmented, or null
 */
record ImageCase(String name, List<Path> channels, String problem) {
  ImageCase(String name, List<Path> channels) {
    this(name, channels, null);
  }
}
