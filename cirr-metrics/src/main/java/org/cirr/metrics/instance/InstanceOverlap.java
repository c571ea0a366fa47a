package org.cirr.metrics.instance;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cirr.metrics.ConnectedComponents;
import org.cirr.metrics.Connectivity;
import org.cirr.metrics.LabelSet;
import org.cirr.metrics.MaskPair;
import org.cirr.metrics.SameGrid;
import org.cirr.volume.LabelMap;

/**
 * The instances of a reference and of a prediction, their sizes, and how many voxels each pair of
 * them shares. Instances are numbered from 1 on both sides.
 *
 * <p>Immutable.
 */
public final class InstanceOverlap {
  private final long[] reference; // sizes; index 0 is not used
  private final long[] prediction;
  private final Map<Long, Long> shared; // reference << 32 | prediction -> voxels

  private InstanceOverlap(long[] reference, long[] prediction, Map<Long, Long> shared) {
    this.reference = reference;
    this.prediction = prediction;
    this.shared = shared;
  }

  /** Two instances that share voxels. */
  record Shared(int reference, int prediction, long voxels) {}

  /** The connected components of both masks of a pair. */
  public static InstanceOverlap ofComponents(MaskPair pair, Connectivity connectivity) {
    MaskPair.Box box = pair.box();
    int[] shape = {box.depth(), box.height(), box.width()};
    byte[] bits = pair.bits();
    ConnectedComponents inReference =
        ConnectedComponents.of(
            shape, connectivity, index -> (bits[index] & MaskPair.REFERENCE) != 0);
    ConnectedComponents inPrediction =
        ConnectedComponents.of(
            shape, connectivity, index -> (bits[index] & MaskPair.PREDICTION) != 0);
    return of(
        inReference.labels(), inReference.count(), inPrediction.labels(), inPrediction.count());
  }

  /**
   * The connected components of each label of two maps; components of different labels are
   * different instances, and may yet belong together.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} with both grids when they differ.
   *
   * @param background the label that is no instance
   */
  public static InstanceOverlap ofComponents(
      LabelMap reference, LabelMap prediction, int background, Connectivity connectivity) {
    SameGrid.require(reference.geometry(), prediction.geometry());
    LabelSet.of(background);
    int[] inReference = new int[reference.length()];
    int[] inPrediction = new int[prediction.length()];
    int references = addComponents(reference, background, connectivity, inReference);
    int predictions = addComponents(prediction, background, connectivity, inPrediction);
    return of(inReference, references, inPrediction, predictions);
  }

  private static int addComponents(
      LabelMap map, int background, Connectivity connectivity, int[] numbers) {
    long[] counts = map.counts();
    int total = 0;
    for (int label = 0; label < counts.length; label++) {
      if (label == background || counts[label] == 0) {
        continue;
      }
      int wanted = label;
      int before = total;
      ConnectedComponents components =
          ConnectedComponents.of(
              map.shape().toArray(), connectivity, index -> map.get(index) == wanted);
      components.forEachRun(
          (component, first, end) -> Arrays.fill(numbers, first, end, before + component));
      total += components.count();
    }
    return total;
  }

  /**
   * Maps whose labels are instances already; the same number in both maps means nothing.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} with both grids when they differ.
   *
   * @param background the label that is no instance
   */
  public static InstanceOverlap ofInstances(
      LabelMap reference, LabelMap prediction, int background) {
    SameGrid.require(reference.geometry(), prediction.geometry());
    LabelSet.of(background);
    int[][] numbered = {numbered(reference, background), numbered(prediction, background)};
    int[] counts = new int[2];
    for (int side = 0; side < 2; side++) {
      for (int each : numbered[side]) {
        counts[side] = Math.max(counts[side], each);
      }
    }
    return of(numbered[0], counts[0], numbered[1], counts[1]);
  }

  /** The labels as 1, 2, ... in ascending order. */
  private static int[] numbered(LabelMap map, int background) {
    long[] counts = map.counts();
    int[] numbers = new int[counts.length];
    int next = 0;
    for (int label = 0; label < counts.length; label++) {
      numbers[label] = label == background || counts[label] == 0 ? 0 : ++next;
    }
    int[] numbered = new int[map.length()];
    for (int index = 0; index < numbered.length; index++) {
      numbered[index] = numbers[map.get(index)];
    }
    return numbered;
  }

  /** Counts what instances share; the numbers start at 1, 0 is background. */
  static InstanceOverlap of(int[] reference, int references, int[] prediction, int predictions) {
    long[] referenceSizes = new long[references + 1];
    long[] predictionSizes = new long[predictions + 1];
    Map<Long, Long> shared = new TreeMap<>();
    for (int index = 0; index < reference.length; ) {
      int r = reference[index];
      int p = prediction[index];
      int start = index;
      while (index < reference.length && reference[index] == r && prediction[index] == p) {
        index++;
      }
      referenceSizes[r] += index - start;
      predictionSizes[p] += index - start;
      if (r != 0 && p != 0) {
        shared.merge((long) r << 32 | p, (long) index - start, Long::sum);
      }
    }
    return new InstanceOverlap(referenceSizes, predictionSizes, shared);
  }

  /** The number of instances in the reference. */
  public int references() {
    return reference.length - 1;
  }

  /** The number of instances in the prediction. */
  public int predictions() {
    return prediction.length - 1;
  }

  /** The voxels of an instance of the reference. */
  public long referenceSize(int instance) {
    return reference[instance];
  }

  /** The voxels of an instance of the prediction. */
  public long predictionSize(int instance) {
    return prediction[instance];
  }

  /** The voxels that two instances share. */
  public long shared(int referenceInstance, int predictionInstance) {
    return shared.getOrDefault((long) referenceInstance << 32 | predictionInstance, 0L);
  }

  /** Intersection over union of two instances. */
  public double iou(int referenceInstance, int predictionInstance) {
    long both = shared(referenceInstance, predictionInstance);
    return (double) both / (reference[referenceInstance] + prediction[predictionInstance] - both);
  }

  /** Dice of two instances. */
  public double dice(int referenceInstance, int predictionInstance) {
    return 2.0
        * shared(referenceInstance, predictionInstance)
        / (reference[referenceInstance] + prediction[predictionInstance]);
  }

  /** All pairs that share voxels, by reference and then by prediction. */
  List<Shared> pairs() {
    return shared.entrySet().stream()
        .map(
            entry ->
                new Shared(
                    (int) (entry.getKey() >> 32),
                    (int) (entry.getKey() & 0xffffffffL),
                    entry.getValue()))
        .toList();
  }
}
