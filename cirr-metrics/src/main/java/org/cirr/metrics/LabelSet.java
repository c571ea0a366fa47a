package org.cirr.metrics;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.cirr.volume.LabelMap;

/**
 * What is measured as one structure: a label, or several labels together (nnU-Net's region).
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for no label, or one that is not 0 to 65535.
 */
public final class LabelSet {
  private final List<Integer> labels;
  private final boolean[] wanted;

  private LabelSet(Collection<Integer> labels) {
    TreeSet<Integer> sorted = new TreeSet<>(labels);
    if (sorted.isEmpty()) {
      throw new IllegalArgumentException("a structure needs at least one label, got none");
    }
    if (sorted.first() < 0 || sorted.last() > LabelMap.MAX_LABEL) {
      throw new IllegalArgumentException(
          "labels go from 0 to " + LabelMap.MAX_LABEL + ", got " + sorted);
    }
    this.labels = List.copyOf(sorted);
    wanted = new boolean[sorted.last() + 1];
    sorted.forEach(label -> wanted[label] = true);
  }

  /** One label. */
  public static LabelSet of(int label) {
    return new LabelSet(List.of(label));
  }

  /** Several labels as one structure. */
  public static LabelSet of(Collection<Integer> labels) {
    return new LabelSet(labels);
  }

  /** The labels in ascending order. */
  public List<Integer> labels() {
    return labels;
  }

  /** Whether a voxel with this label belongs to the structure. */
  public boolean contains(int label) {
    return label < wanted.length && wanted[label];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LabelSet set && labels.equals(set.labels);
  }

  @Override
  public int hashCode() {
    return labels.hashCode();
  }

  /** {@code 3}, or {@code (1, 2, 3)} as nnU-Net writes a region. */
  @Override
  public String toString() {
    String text = labels.toString();
    return labels.size() == 1
        ? labels.get(0).toString()
        : "(" + text.substring(1, text.length() - 1) + ")";
  }
}
