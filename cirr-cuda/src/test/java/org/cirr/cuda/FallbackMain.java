package org.cirr.cuda;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cirr.backend.BackendReport;
import org.cirr.backend.Backends;
import org.cirr.backend.DeviceException;
import org.cirr.nn.segment.SegmentOptions;
import org.cirr.nn.segment.SegmentPlan;
import org.cirr.nn.segment.SegmentRequest;
import org.cirr.nn.segment.Segmentation;
import org.cirr.nn.segment.Segmenter;
import org.cirr.volume.Volume;

/** Segments on a device that fails, in a process of its own; {@link FallbackTest} starts it. */
final class FallbackMain {
  private FallbackMain() {}

  public static void main(String[] arguments) throws IOException {
    Path model = Path.of(arguments[0]);
    SegmentOptions options = SegmentOptions.defaults().withThreads(2);
    Segmenter auto = Segmenter.open(model, options.withBackend(arguments[1]));
    System.out.println("planned: " + plan(auto).backend());
    System.out.println("device bytes: " + plan(auto).deviceBytes());
    List<Double> progress = new ArrayList<>();
    Segmentation first;
    try {
      first = segment(auto, progress);
    } catch (DeviceException e) {
      System.out.println("failed: " + e.getClass().getSimpleName() + " " + e.getMessage());
      return;
    }
    Segmentation expected = segment(Segmenter.open(model, options.withBackend("scalar")), null);
    System.out.println("as scalar: " + Arrays.deepEquals(values(expected), values(first)));
    System.out.println("warnings: " + first.warnings());
    System.out.println("progress rises: " + progress.equals(progress.stream().sorted().toList()));
    Segmentation second = segment(auto, null);
    System.out.println("again as scalar: " + Arrays.deepEquals(values(expected), values(second)));
    System.out.println("again warnings: " + second.warnings().size());
    System.out.println("then planned: " + plan(auto).backend());
    System.out.println("opened then: " + plan(Segmenter.open(model, options)).backend());
    for (BackendReport report : Backends.report()) {
      System.out.println(report.name() + (report.available() ? " can " : " cannot: ") + report);
    }
  }

  private static SegmentPlan plan(Segmenter segmenter) {
    return segmenter.plan(TinyModel.scan());
  }

  private static Segmentation segment(Segmenter segmenter, List<Double> progress) {
    Volume scan = TinyModel.scan();
    return segmenter.run(
        new SegmentRequest(
            List.of(scan),
            true,
            (stage, done) -> {
              if (progress != null) {
                progress.add(done);
              }
            },
            () -> false));
  }

  /** All that came out: probabilities, and labels as one more class. */
  private static float[][] values(Segmentation result) {
    int classes = result.probabilities().length;
    float[][] values = Arrays.copyOf(result.probabilities(), classes + 1);
    values[classes] = new float[result.labels().length()];
    for (int i = 0; i < values[classes].length; i++) {
      values[classes][i] = result.labels().get(i);
    }
    return values;
  }
}
