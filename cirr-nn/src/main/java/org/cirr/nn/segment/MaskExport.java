package org.cirr.nn.segment;

import java.util.Arrays;
import java.util.List;
import org.cirr.io.nnunet.LabelScheme;
import org.cirr.nn.preprocess.SliceResampler;
import org.cirr.parallel.Workers;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;

/**
 * From finished slices of logits to the mask: resample, decide, put back in place; one output slice
 * after another, so that the logits of the whole image are never held.
 *
 * <p><b>Source</b>: nnU-Net {@code convert_predicted_logits_to_segmentation_with_correct_shape}.
 */
final class MaskExport {
  private final SliceResampler resampler;
  private final Decoder decoder;
  private final Placement placement;
  private final boolean[] kept; // by label; null: all
  private final Workers workers;
  private final LogitsWindow window = new LogitsWindow();
  private final LabelMap labels;
  private final float[][] probabilities; // or null
  private final float[][] logits;
  private final short[] decided;
  private int next;

  MaskExport(
      SliceResampler resampler,
      Decoder decoder,
      Placement placement,
      Geometry geometry,
      LabelScheme scheme,
      boolean[] kept,
      boolean wantProbabilities,
      Workers workers) {
    this.resampler = resampler;
    this.decoder = decoder;
    this.placement = placement;
    this.kept = kept;
    this.workers = workers;
    int[] out = resampler.grid().out();
    boolean wide = scheme.values().stream().anyMatch(value -> value > 0xff);
    labels = Placement.background(geometry, wide ? 0xff : scheme.foregroundLabels());
    logits = new float[scheme.heads()][out[1] * out[2]];
    decided = new short[out[1] * out[2]];
    probabilities = wantProbabilities ? outside(geometry, scheme.heads()) : null;
  }

  private float[][] outside(Geometry geometry, int heads) {
    float[][] values = new float[heads][geometry.shape().arrayLength()];
    for (int head = 0; head < heads; head++) {
      Arrays.fill(values[head], decoder.outside(head));
    }
    return values;
  }

  /** Takes the next slice at working resolution, and makes all output slices that it completes. */
  void accept(List<LogitsSlice> folds) {
    window.put(LogitsSlice.mean(folds));
    int slices = resampler.grid().out()[0];
    while (next < slices && resampler.last(next) < window.end()) {
      export(next++);
    }
    // Also after no export: where slices are left out on the way back, most are not needed.
    window.dropBefore(next < slices ? resampler.first(next) : window.end());
  }

  private void export(int slice) {
    workers.forEach(logits.length, c -> resampler.slice(slice, c, window.channel(c), logits[c]));
    decoder.decode(logits, decided.length, decided);
    if (kept != null) {
      for (int i = 0; i < decided.length; i++) {
        decided[i] = kept[decided[i] & 0xffff] ? decided[i] : 0;
      }
    }
    placement.labels(slice, decided, labels);
    if (probabilities != null) {
      decoder.probabilities(logits, decided.length);
      for (int c = 0; c < logits.length; c++) {
        placement.values(slice, logits[c], probabilities[c]);
      }
    }
  }

  /** The slices of logits that wait for later ones. */
  int slicesHeld() {
    return window.held();
  }

  /**
   * The mask, when all slices were taken.
   *
   * <p><b>Errors</b>: {@link IllegalStateException} before that.
   */
  LabelMap labels() {
    if (next != resampler.grid().out()[0]) {
      throw new IllegalStateException(
          "only " + next + " of " + resampler.grid().out()[0] + " slices are exported");
    }
    return labels;
  }

  /** {@code [class][voxel]}, or null. */
  float[][] probabilities() {
    return probabilities;
  }
}
