package org.cirr.metrics.evaluate;

import java.util.Objects;
import org.cirr.metrics.LabelSet;

/**
 * What is measured under one name.
 *
 * @param name such as {@code liver}
 * @param labels the labels that make it up
 */
public record Structure(String name, LabelSet labels) {
  /** Both must be there. */
  public Structure {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(labels, "labels");
  }

  /** A structure of one label. */
  public static Structure of(int label, String name) {
    return new Structure(name, LabelSet.of(label));
  }
}
