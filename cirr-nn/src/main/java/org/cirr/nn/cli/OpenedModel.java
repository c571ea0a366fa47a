package org.cirr.nn.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cirr.nn.segment.SegmentOptions;
import org.cirr.nn.segment.SegmentPlan;
import org.cirr.nn.segment.SegmentRequest;
import org.cirr.nn.segment.Segmentation;
import org.cirr.nn.segment.Segmenter;

/** What the commands need of a {@link Segmenter}, so that they are tested without weights. */
interface OpenedModel {
  /** Opens models. */
  @FunctionalInterface
  interface Opener {
    /** Opens a model folder or file; null stands for the bundled model. */
    OpenedModel open(Path model, SegmentOptions options) throws IOException;
  }

  List<String> channelNames();

  Map<Integer, String> labelNames();

  /** The label that each class of the probabilities stands for. */
  List<Integer> outputValues();

  SegmentOptions options();

  SegmentPlan plan(SegmentRequest request);

  Segmentation run(SegmentRequest request);

  static OpenedModel open(Path model, SegmentOptions options) throws IOException {
    Segmenter segmenter =
        model == null ? Segmenter.bundled(options) : Segmenter.open(model, options);
    return new OpenedModel() {
      @Override
      public List<String> channelNames() {
        return segmenter.channelNames();
      }

      @Override
      public Map<Integer, String> labelNames() {
        return segmenter.labelNames();
      }

      @Override
      public List<Integer> outputValues() {
        return segmenter.outputValues();
      }

      @Override
      public SegmentOptions options() {
        return segmenter.options();
      }

      @Override
      public SegmentPlan plan(SegmentRequest request) {
        return segmenter.plan(request);
      }

      @Override
      public Segmentation run(SegmentRequest request) {
        return segmenter.run(request);
      }
    };
  }
}
