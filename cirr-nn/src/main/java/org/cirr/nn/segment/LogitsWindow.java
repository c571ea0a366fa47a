package org.cirr.nn.segment;

import java.util.ArrayDeque;
import org.cirr.nn.preprocess.RowSource;

/**
 * The slices of logits that the resampling of the next output slice still needs, in order.
 *
 * <p>One thread puts and drops; between that, any number of threads read.
 */
public final class LogitsWindow {
  private final ArrayDeque<LogitsSlice> slices = new ArrayDeque<>();
  private LogitsSlice[] held = {};
  private int first;

  /** Appends the next slice; the first one put is slice 0. */
  public void put(LogitsSlice slice) {
    slices.addLast(slice);
    held = slices.toArray(LogitsSlice[]::new);
  }

  /** Forgets the slices before {@code slice}. */
  public void dropBefore(int slice) {
    while (first < slice && !slices.isEmpty()) {
      slices.removeFirst();
      first++;
    }
    held = slices.toArray(LogitsSlice[]::new);
  }

  /** The number of slices put so far. */
  public int end() {
    return first + slices.size();
  }

  /** The number of slices held. */
  int held() {
    return held.length;
  }

  /** The rows of one channel, for as long as the slices are held. */
  public RowSource channel(int channel) {
    return (z, y, into) -> {
      if (z < first || z >= first + held.length) {
        throw new IllegalStateException(
            "slice " + z + " is not held, only " + first + " to " + (first + held.length - 1));
      }
      held[z - first].row(channel, y, into);
    };
  }
}
