package org.cirr.nn;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.cirr.io.image.ImageFile;
import org.cirr.nn.segment.SegmentOptions;
import org.cirr.nn.segment.SegmentProgress;
import org.cirr.nn.segment.SegmentRequest;
import org.cirr.nn.segment.Segmentation;
import org.cirr.nn.segment.Segmenter;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;

/** The README's Java; {@link ReadmeSnippetTest} holds the two together and runs them. */
final class Snippets {
  private Snippets() {}

  static void segment(Path modelFolder, Path scan, Path out) throws IOException {
    // snippet: segment
    Segmenter liver = Segmenter.open(modelFolder);
    LabelMap mask = liver.segment(ImageFile.read(scan));
    ImageFile.write(mask, out);
    // end
  }

  static LabelMap segmentWithoutModel(Path scan) throws IOException {
    // snippet: bundled
    Segmenter organs = Segmenter.bundled(); // liver, kidneys, spleen; research only
    LabelMap mask = organs.segment(ImageFile.read(scan));
    // end
    return mask;
  }

  static Segmentation segmentWithCare(
      Path modelFolder, Path scan, SegmentProgress progress, BooleanSupplier cancelled)
      throws IOException {
    // snippet: options
    SegmentOptions options = SegmentOptions.defaults().withThreads(4).withLabels(List.of("liver"));
    Segmenter liver = Segmenter.open(modelFolder, options); // once; safe to use from many threads
    Volume image = ImageFile.read(scan);
    System.out.println(liver.plan(image)); // tiles, work and peak bytes, before anything runs
    Segmentation result =
        liver.run(
            new SegmentRequest(
                List.of(image),
                false, // no probabilities
                progress, // (stage, fraction) -> ..., called often
                cancelled));
    result.warnings().forEach(System.err::println);
    // end
    return result;
  }
}
