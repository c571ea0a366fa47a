package org.cirr.nn.segment;

import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.cirr.volume.Volume;

/**
 * One case to segment.
 *
 * @param channels one volume for each channel of the model, in its order, on one grid
 * @param probabilities whether the probabilities of all classes are wanted too
 * @param progress is told how far the work has come
 * @param cancelled is asked often, from several threads, whether to stop
 */
public record SegmentRequest(
    List<Volume> channels,
    boolean probabilities,
    SegmentProgress progress,
    BooleanSupplier cancelled) {
  /** Copies the list; nothing may be null. */
  public SegmentRequest {
    channels = List.copyOf(channels);
    Objects.requireNonNull(
        progress, "progress must not be null; SegmentProgress.NONE listens to nothing");
    Objects.requireNonNull(cancelled, "cancelled must not be null; () -> false never stops");
  }

  /** With another listener. */
  SegmentRequest withProgress(SegmentProgress other) {
    return new SegmentRequest(channels, probabilities, other, cancelled);
  }

  /** The mask only, with nobody watching. */
  public static SegmentRequest of(List<Volume> channels) {
    return new SegmentRequest(channels, false, SegmentProgress.NONE, () -> false);
  }
}
