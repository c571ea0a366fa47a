package org.cirr.nn.segment;

import java.io.IOException;
import org.cirr.backend.Backend;
import org.cirr.backend.Backends;
import org.cirr.backend.DeviceException;

/**
 * The model of a segmenter, and the same on the processor once the device that cirr chose by itself
 * has failed.
 */
final class Fallback {
  private final Model model;
  private final SegmentOptions options;
  private Model onProcessor; // null until a device fails
  private boolean lost; // whether the device need not be tried again

  Fallback(Model model, SegmentOptions options) {
    this.model = model;
    this.options = options;
  }

  /** What the next case is computed with. */
  synchronized Model current() {
    return lost ? onProcessor : model;
  }

  /**
   * The model on the processor, compiled when it is first needed.
   *
   * <p><b>Errors</b>: the failure itself where the backend was asked for by name, or the model
   * cannot be read any more.
   */
  synchronized Model after(DeviceException failure) {
    if (!options.backend().equals(Backends.AUTO)) {
      throw failure;
    }
    Backend processor = Backends.insteadOf(model.backend(), failure);
    if (onProcessor == null) {
      try {
        onProcessor = Model.of(model.source(), options, processor);
      } catch (IOException e) {
        failure.addSuppressed(e);
        throw failure;
      }
    }
    lost |= failure.lost();
    return onProcessor;
  }
}
