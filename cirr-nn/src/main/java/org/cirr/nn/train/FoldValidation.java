package org.cirr.nn.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.cirr.io.file.Folders;
import org.cirr.io.image.ImageFile;
import org.cirr.io.nnunet.DatasetJson;
import org.cirr.io.nnunet.EvaluationSummary;
import org.cirr.io.nnunet.LabelScheme;
import org.cirr.metrics.LabelSet;
import org.cirr.metrics.evaluate.Evaluation;
import org.cirr.metrics.evaluate.EvaluationOptions;
import org.cirr.metrics.evaluate.Metric;
import org.cirr.metrics.evaluate.Preset;
import org.cirr.metrics.evaluate.Structure;
import org.cirr.metrics.evaluate.StructureScores;
import org.cirr.metrics.overlap.Confusion;
import org.cirr.metrics.overlap.EmptyPolicy;
import org.cirr.nn.plan.RawCase;
import org.cirr.nn.segment.SegmentOptions;
import org.cirr.nn.segment.SegmentProgress;
import org.cirr.nn.segment.SegmentRequest;
import org.cirr.nn.segment.Segmenter;
import org.cirr.parallel.Workers;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;

/**
 * What a trained fold makes of the cases that it has not seen: whole scans, with the sliding window
 * and on the scan's own grid.
 *
 * <p><b>Source</b>: nnU-Net {@code perform_actual_validation}.
 */
public final class FoldValidation {
  private FoldValidation() {}

  /**
   * Predicts the cases and compares them with their labels; writes the masks and {@code
   * summary.json} to {@code fold_X/validation}.
   *
   * <p><b>Errors</b>: {@link IOException} when a file cannot be read or written; those of {@link
   * Segmenter}.
   *
   * @param model the model folder
   * @param dataset the labels
   * @param cases the images and labels
   * @param options how to predict; the fold is set here
   */
  public static EvaluationSummary run(
      Path model,
      String fold,
      DatasetJson dataset,
      List<RawCase> cases,
      SegmentOptions options,
      SegmentProgress progress,
      BooleanSupplier cancelled)
      throws IOException {
    Segmenter segmenter = Segmenter.open(model, options.withFolds(List.of(fold)));
    Path folder = model.resolve("fold_" + fold).resolve("validation");
    Folders.make(folder);
    Workers workers = Workers.of(options.threads()).cancelledBy(cancelled);
    EvaluationOptions evaluation = evaluation(dataset.labels());
    List<EvaluationSummary.Case> scores = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      RawCase one = cases.get(i);
      int number = i;
      SegmentProgress part =
          (stage, fraction) ->
              progress.update(one.name() + " " + stage, (number + fraction) / cases.size());
      List<Volume> channels = new ArrayList<>();
      for (Path image : one.images()) {
        channels.add(ImageFile.read(image));
      }
      LabelMap mask = segmenter.run(new SegmentRequest(channels, false, part, cancelled)).labels();
      Path file = folder.resolve(one.name() + dataset.fileEnding());
      ImageFile.write(mask, file);
      LabelMap reference = ImageFile.readLabels(one.label());
      scores.add(
          new EvaluationSummary.Case(
              one.label().toAbsolutePath().normalize().toString(),
              file.toAbsolutePath().normalize().toString(),
              scores(Evaluation.of(reference, mask, evaluation, workers))));
    }
    EvaluationSummary summary = new EvaluationSummary(scores);
    summary.write(folder.resolve("summary.json"));
    return summary;
  }

  private static EvaluationOptions evaluation(LabelScheme labels) {
    List<Structure> structures = new ArrayList<>();
    for (int head = 0; head < labels.heads(); head++) {
      List<Integer> region = labels.regions().get(head);
      if (!region.equals(List.of(0))) {
        structures.add(new Structure(labels.names().get(head), LabelSet.of(region)));
      }
    }
    EvaluationOptions options =
        EvaluationOptions.of(Preset.NNUNET, List.of())
            .withMetrics(List.of(Metric.DICE, Metric.IOU))
            .withStructures(structures);
    return labels.ignoreLabel().isEmpty()
        ? options
        : options.withIgnoreLabel(labels.ignoreLabel().getAsInt());
  }

  private static Map<String, EvaluationSummary.Scores> scores(List<StructureScores> structures) {
    Map<String, EvaluationSummary.Scores> scores = new LinkedHashMap<>();
    for (StructureScores one : structures) {
      Confusion counts = one.counts();
      scores.put(
          one.structure().labels().toString(),
          new EvaluationSummary.Scores(
              counts.dice(EmptyPolicy.NNUNET),
              counts.iou(EmptyPolicy.NNUNET),
              counts.tp(),
              counts.fp(),
              counts.fn(),
              counts.tn()));
    }
    return scores;
  }
}
