package org.cirr.nn.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import org.cirr.io.nnunet.DatasetFingerprint;
import org.cirr.io.nnunet.DatasetJson;
import org.cirr.io.nnunet.IntensityStatistics;
import org.cirr.io.nnunet.Splits;
import org.cirr.parallel.Workers;

/**
 * Reads every case once: checks it and measures it.
 *
 * <p><b>Source</b>: nnU-Net {@code verify_dataset_integrity} and {@code
 * DatasetFingerprintExtractor}.
 *
 * @param fingerprint what was measured; null when there are problems
 * @param labelsByCase the labels that occur in each case
 * @param problems every reason to refuse the data set, each in one line with file, field, value and
 *     remedy
 * @param warnings what is odd but no reason to stop
 */
public record DatasetScan(
    DatasetFingerprint fingerprint,
    Map<String, Set<Integer>> labelsByCase,
    List<String> problems,
    List<String> warnings) {
  private static final long DRAWS = 100_000_000;

  /**
   * Scans a data set. The result does not depend on the number of threads.
   *
   * @param done is told how many cases are done
   */
  public static DatasetScan of(RawDataset data, IntConsumer done, Workers workers) {
    int count = data.cases().size();
    Set<Integer> allowed = labels(data.dataset());
    ScannedCase[] scanned = new ScannedCase[count];
    int channels = data.dataset().channelNames().size();
    Intensities[] sums = new Intensities[channels];
    Arrays.fill(sums, Intensities.NONE);
    int[] finished = new int[1];
    int draws = (int) (DRAWS / count);
    workers.forEach(
        count,
        index -> {
          ScannedCase one =
              ScannedCase.of(data.cases().get(index), allowed, data.dataset().orientation(), draws);
          synchronized (sums) {
            for (int channel = 0; channel < one.intensities().size(); channel++) {
              sums[channel] = sums[channel].plus(one.intensities().get(channel));
            }
            scanned[index] = // the samples are in the sum now
                new ScannedCase(
                    one.spacing(),
                    one.shape(),
                    one.relativeSize(),
                    List.of(),
                    one.voxelsByLabel(),
                    one.problems(),
                    one.warnings());
            done.accept(++finished[0]);
          }
        });
    List<String> problems = new ArrayList<>();
    List<String> warnings = new ArrayList<>(data.warnings());
    Map<String, Set<Integer>> labels = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      problems.addAll(scanned[i].problems());
      warnings.addAll(scanned[i].warnings());
      labels.put(data.cases().get(i).name(), scanned[i].voxelsByLabel().keySet());
    }
    if (problems.isEmpty()) {
      problems.addAll(absentClasses(data, labels));
    }
    DatasetFingerprint fingerprint =
        problems.isEmpty()
            ? fingerprint(scanned, Arrays.stream(sums).map(Intensities::statistics).toList())
            : null;
    return new DatasetScan(fingerprint, labels, problems, warnings);
  }

  /** What is odd about a split: classes that a fold trains on without having them. */
  public List<String> splitWarnings(DatasetJson dataset, Splits splits) {
    List<String> found = new ArrayList<>();
    for (int fold = 0; fold < splits.folds().size(); fold++) {
      Set<Integer> trained = new TreeSet<>();
      for (String name : splits.folds().get(fold).train()) {
        trained.addAll(labelsByCase.getOrDefault(name, Set.of()));
      }
      Map<Integer, String> names = dataset.labels().namesByValue();
      for (Map.Entry<Integer, String> label : names.entrySet()) {
        if (!dataset.labels().hasRegions() && !trained.contains(label.getKey())) {
          found.add(
              "fold " + fold + " trains without a voxel of " + label.getValue() + "; add cases");
        }
      }
    }
    return found;
  }

  private static Set<Integer> labels(DatasetJson dataset) {
    Set<Integer> labels = new TreeSet<>();
    labels.add(0);
    dataset.labels().regions().forEach(labels::addAll);
    dataset.labels().ignoreLabel().ifPresent(labels::add);
    return labels;
  }

  private static List<String> absentClasses(
      RawDataset data, Map<String, Set<Integer>> labelsByCase) {
    Set<Integer> present = new TreeSet<>();
    labelsByCase.values().forEach(present::addAll);
    List<String> problems = new ArrayList<>();
    for (int head = 0; head < data.dataset().labels().heads(); head++) {
      List<Integer> region = data.dataset().labels().regions().get(head);
      if (region.stream().noneMatch(present::contains)) {
        problems.add(
            data.folder()
                + ": labels."
                + data.dataset().labels().names().get(head)
                + " is "
                + (region.size() == 1 ? region.get(0).toString() : region.toString())
                + ", but no case has a voxel of it; remove it from dataset.json, or add cases that"
                + " have it");
      }
    }
    return problems;
  }

  private static DatasetFingerprint fingerprint(
      ScannedCase[] scanned, List<IntensityStatistics> intensities) {
    List<List<Double>> spacings = new ArrayList<>();
    List<List<Integer>> shapes = new ArrayList<>();
    double[] relative = new double[scanned.length];
    for (int i = 0; i < scanned.length; i++) {
      spacings.add(Arrays.stream(scanned[i].spacing()).boxed().toList());
      shapes.add(Arrays.stream(scanned[i].shape()).boxed().toList());
      relative[i] = scanned[i].relativeSize();
    }
    Arrays.sort(relative);
    return new DatasetFingerprint(
        spacings, shapes, intensities, ExperimentPlanner.percentile(relative, 0.5));
  }
}
