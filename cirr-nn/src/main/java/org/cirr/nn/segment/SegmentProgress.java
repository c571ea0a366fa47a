package org.cirr.nn.segment;

/** Is told how far a segmentation has come; called on the thread that segments. */
@FunctionalInterface
public interface SegmentProgress {
  /** Says nothing to anybody. */
  SegmentProgress NONE = (stage, fraction) -> {};

  /**
   * Work has gone on.
   *
   * @param stage {@code preprocess} or {@code predict}
   * @param fraction the part of the whole work that is done, 0 to 1, never falling
   */
  void update(String stage, double fraction);
}
