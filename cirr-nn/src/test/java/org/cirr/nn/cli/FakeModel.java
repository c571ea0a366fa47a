package org.cirr.nn.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cirr.nn.segment.SegmentOptions;
import org.cirr.nn.segment.SegmentPlan;
import org.cirr.nn.segment.SegmentRequest;
import org.cirr.nn.segment.Segmentation;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;

/** A model that calls every voxel above 0.5 of the first channel liver. */
final class FakeModel implements OpenedModel {
  private final List<String> channels;
  private SegmentOptions options;
  private Path opened;
  private Throwable failure;
  private boolean cancelled;
  private boolean endedInside;

  FakeModel(String... channels) {
    this.channels = List.of(channels);
  }

  /** What the command left behind. */
  record Ended(int code, String out, String err) {
    /** The last line of stderr. */
    String lastError() {
      String[] lines = err.strip().split("\\R");
      return lines[lines.length - 1];
    }
  }

  /** From now on {@link #run} throws this. */
  FakeModel failingWith(Throwable thrown) {
    failure = thrown;
    endedInside &= thrown != null;
    return this;
  }

  /** From now on the process is ended while {@link #run} works, which makes it throw this. */
  FakeModel endedInsideWith(Throwable thrown) {
    endedInside = true;
    return failingWith(thrown);
  }

  /** What was opened; null for the bundled model. */
  Path opened() {
    return opened;
  }

  Ended call(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandRunner runner =
        new CommandRunner(
            (folder, chosen) -> {
              options = chosen;
              opened = folder;
              return this;
            },
            Terminal.NONE,
            () -> cancelled);
    cancelled = false;
    int code = runner.run(new PrintWriter(out), new PrintWriter(err), args);
    return new Ended(code, out.toString(), err.toString());
  }

  @Override
  public List<String> channelNames() {
    return channels;
  }

  @Override
  public Map<Integer, String> labelNames() {
    return new TreeMap<>(Map.of(0, "background", 1, "liver", 2, "spleen"));
  }

  @Override
  public List<Integer> outputValues() {
    return List.of(0, 1, 2);
  }

  @Override
  public SegmentOptions options() {
    return options;
  }

  @Override
  public SegmentPlan plan(SegmentRequest request) {
    List<Volume> volumes = request.channels();
    return new SegmentPlan(volumes.get(0).shape().toArray(), 1, 1, 0.5, 1000, 0, "scalar");
  }

  @Override
  public Segmentation run(SegmentRequest request) {
    cancelled = endedInside;
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    Volume first = request.channels().get(0);
    LabelMap labels = LabelMap.zeros(first.geometry(), 2);
    for (int index = 0; index < labels.length(); index++) {
      labels.set(index, first.tensor().array()[index] > 0.5f ? 1 : 0);
    }
    request.progress().update("predict", 1);
    float[][] probabilities = request.probabilities() ? probabilities(first) : null;
    return new Segmentation(
        labels, probabilities, List.of("a warning of the model"), Map.of("predict", 0.25));
  }

  /** The image itself as the probability of the liver. */
  private static float[][] probabilities(Volume image) {
    float[] liver = image.tensor().array().clone();
    float[] background = new float[liver.length];
    for (int index = 0; index < liver.length; index++) {
      background[index] = 1 - liver[index];
    }
    return new float[][] {background, liver, new float[liver.length]};
  }
}
