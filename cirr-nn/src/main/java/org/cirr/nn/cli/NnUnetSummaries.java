package org.cirr.nn.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.cirr.io.nnunet.EvaluationSummary;
import org.cirr.metrics.LabelSet;
import org.cirr.metrics.evaluate.CaseScores;
import org.cirr.metrics.evaluate.Metric;
import org.cirr.metrics.evaluate.Structure;
import org.cirr.metrics.evaluate.StructureScores;
import org.cirr.metrics.overlap.Confusion;
import org.cirr.metrics.overlap.EmptyPolicy;

/** From cirr's scores to nnU-Net's {@code summary.json} and back. */
final class NnUnetSummaries {
  private NnUnetSummaries() {}

  /** The summary of some cases; Dice and IoU are nnU-Net's whatever was asked for. */
  static EvaluationSummary of(List<CaseScores> cases, List<MaskPairing.Pair> pairs) {
    List<EvaluationSummary.Case> written = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      Map<String, EvaluationSummary.Scores> labels = new LinkedHashMap<>();
      for (StructureScores one : cases.get(i).structures()) {
        Confusion counts = one.counts();
        labels.put(
            one.structure().labels().toString(),
            new EvaluationSummary.Scores(
                counts.dice(EmptyPolicy.NNUNET),
                counts.iou(EmptyPolicy.NNUNET),
                counts.tp(),
                counts.fp(),
                counts.fn(),
                counts.tn()));
      }
      written.add(
          new EvaluationSummary.Case(
              absolute(pairs.get(i).reference()), absolute(pairs.get(i).prediction()), labels));
    }
    return new EvaluationSummary(written);
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }

  /** The cases of a summary; its files' voxel volumes are not known. */
  static List<CaseScores> cases(EvaluationSummary summary) {
    List<CaseScores> cases = new ArrayList<>();
    for (EvaluationSummary.Case each : summary.cases()) {
      List<StructureScores> structures = new ArrayList<>();
      each.labels()
          .forEach(
              (key, scores) -> {
                if (!key.equals("0")) {
                  structures.add(scores(key, scores));
                }
              });
      String file = each.predictionFile().replace('\\', '/');
      Path name = Path.of(file.substring(file.lastIndexOf('/') + 1));
      cases.add(new CaseScores(ImageName.of(name).stem(), structures));
    }
    return cases;
  }

  private static StructureScores scores(String key, EvaluationSummary.Scores scores) {
    TreeSet<Integer> labels = new TreeSet<>();
    for (String part : key.split("[^0-9]+")) {
      if (!part.isEmpty() && part.length() < 6) {
        labels.add(Integer.parseInt(part));
      }
    }
    if (labels.isEmpty()) {
      throw new IllegalArgumentException(
          "the summary has a label '" + key + "'; labels are numbers such as 1 or (1, 2)");
    }
    Map<String, Double> values = new LinkedHashMap<>();
    values.put(Metric.DICE.key(), scores.dice());
    values.put(Metric.IOU.key(), scores.iou());
    return new StructureScores(
        new Structure("label " + key, LabelSet.of(labels)),
        new Confusion(
            (long) scores.tp(), (long) scores.fp(), (long) scores.fn(), (long) scores.tn()),
        Double.NaN,
        values);
  }
}
