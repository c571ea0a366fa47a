package org.cirr.nn.segment;

/** STAND-IN: told how far the work is. */
@FunctionalInterface
public interface SegmentProgress {
  /** The stage and the fraction (0 to 1) of the whole work that is done. */
  void update(String stage, double fraction);
}
