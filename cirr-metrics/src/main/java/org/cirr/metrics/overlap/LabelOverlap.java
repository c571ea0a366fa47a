package org.cirr.metrics.overlap;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import org.cirr.metrics.LabelSet;
import org.cirr.metrics.MaskPair.Box;
import org.cirr.metrics.SameGrid;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.volume.LabelMap;

/**
 * How two label maps overlap: for every pair of a reference label and a predicted label the number
 * of voxels, and for every label where it lies; all from one pass over both maps.
 *
 * <p>Immutable.
 */
public final class LabelOverlap {
  /*
   * A label map is mostly long runs of one label, so what is counted is runs: per voxel there are
   * only two comparisons with the voxel before. The joint counts are a hash map from the pair of
   * labels, which has as many entries as pairs occur, whatever the labels' numbers are: a table of
   * 65536 x 65536 would not fit.
   */
  private final Map<Long, Long> pairs; // reference label << 16 | predicted label -> voxels
  private final Map<Integer, Box> boxes;
  private final long voxels;

  private LabelOverlap(Map<Long, Long> pairs, Map<Integer, Box> boxes, long voxels) {
    this.pairs = pairs;
    this.boxes = boxes;
    this.voxels = voxels;
  }

  /**
   * Counts.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} with both grids when they differ.
   */
  public static LabelOverlap count(LabelMap reference, LabelMap prediction, Workers workers) {
    return count(reference, prediction, OptionalInt.empty(), workers);
  }

  /**
   * Counts without the voxels that have the ignore label in the reference, as nnU-Net does.
   *
   * <p>The boxes are those of all voxels.
   */
  public static LabelOverlap count(
      LabelMap reference, LabelMap prediction, OptionalInt ignore, Workers workers) {
    SameGrid.require(reference.geometry(), prediction.geometry());
    Shape shape = reference.shape();
    List<SliceCounts> slots = new ArrayList<>();
    for (int slot = 0; slot < workers.threads(); slot++) {
      slots.add(new SliceCounts(shape));
    }
    workers.forEach(
        shape.dim(0), (slot, z) -> slots.get(slot).add(reference, prediction, ignore, z));
    Map<Long, Long> pairs = new TreeMap<>();
    Map<Integer, Box> boxes = new TreeMap<>();
    for (SliceCounts slot : slots) {
      slot.pairs.forEach((pair, count) -> pairs.merge(pair, count[0], Long::sum));
      slot.boxes.forEach((label, box) -> boxes.merge(label, box.toBox(), Box::union));
    }
    long voxels = pairs.values().stream().mapToLong(Long::longValue).sum();
    return new LabelOverlap(pairs, boxes, voxels);
  }

  /** The labels that occur in either map, in ascending order; background (0) too. */
  public List<Integer> labels() {
    return List.copyOf(boxes.keySet());
  }

  /** The number of voxels that were counted. */
  public long voxels() {
    return voxels;
  }

  /** The number of voxels with one label in the reference and another in the prediction. */
  public long count(int referenceLabel, int predictedLabel) {
    return pairs.getOrDefault((long) referenceLabel << 16 | predictedLabel, 0L);
  }

  /** The four counts of one label. */
  public Confusion confusion(int label) {
    return confusion(LabelSet.of(label));
  }

  /** The four counts of several labels as one structure. */
  public Confusion confusion(LabelSet structure) {
    long tp = 0;
    long fp = 0;
    long fn = 0;
    for (Map.Entry<Long, Long> entry : pairs.entrySet()) {
      boolean inReference = structure.contains((int) (entry.getKey() >> 16));
      boolean inPrediction = structure.contains((int) (entry.getKey() & 0xffff));
      if (inReference && inPrediction) {
        tp += entry.getValue();
      } else if (inPrediction) {
        fp += entry.getValue();
      } else if (inReference) {
        fn += entry.getValue();
      }
    }
    return new Confusion(tp, fp, fn, voxels - tp - fp - fn);
  }

  /** The smallest box that holds a structure in both maps; empty where it does not occur. */
  public Box box(LabelSet structure) {
    Box box = Box.EMPTY;
    for (int label : structure.labels()) {
      box = box.union(boxes.getOrDefault(label, Box.EMPTY));
    }
    return box;
  }

  /**
   * Cohen's κ over all labels. <b>Formula</b>: (p₀ − pₑ) / (1 − pₑ), p₀ the share of voxels with
   * equal labels, pₑ = Σ pₖ(reference) · pₖ(prediction); NaN when pₑ = 1.
   */
  public double kappa() {
    TreeSet<Integer> labels = new TreeSet<>(boxes.keySet());
    double agreed = 0;
    double expected = 0;
    for (int label : labels) {
      Confusion one = confusion(label);
      agreed += (double) one.tp() / voxels;
      expected += (double) one.reference() / voxels * ((double) one.predicted() / voxels);
    }
    return labels.size() < 2 ? Double.NaN : (agreed - expected) / (1 - expected);
  }

  /** What one thread has counted. */
  private static final class SliceCounts {
    private final int height;
    private final int width;
    private final Map<Long, long[]> pairs = new HashMap<>();
    private final Map<Integer, Extent> boxes = new HashMap<>();

    SliceCounts(Shape shape) {
      height = shape.dim(1);
      width = shape.dim(2);
    }

    void add(LabelMap reference, LabelMap prediction, OptionalInt ignore, int z) {
      int skipped = ignore.orElse(-1);
      for (int y = 0; y < height; y++) {
        int start = (z * height + y) * width;
        int x = 0;
        while (x < width) {
          int r = reference.get(start + x);
          int p = prediction.get(start + x);
          int end = x + 1;
          while (end < width
              && reference.get(start + end) == r
              && prediction.get(start + end) == p) {
            end++;
          }
          if (r != skipped) {
            pairs.computeIfAbsent((long) r << 16 | p, pair -> new long[1])[0] += end - x;
          }
          boxes.computeIfAbsent(r, label -> new Extent()).add(z, y, x, end);
          if (p != r) {
            boxes.computeIfAbsent(p, label -> new Extent()).add(z, y, x, end);
          }
          x = end;
        }
      }
    }
  }

  /** A growing box. */
  private static final class Extent {
    private int fromZ = Integer.MAX_VALUE;
    private int fromY = Integer.MAX_VALUE;
    private int fromX = Integer.MAX_VALUE;
    private int endZ;
    private int endY;
    private int endX;

    void add(int z, int y, int x, int end) {
      fromZ = Math.min(fromZ, z);
      fromY = Math.min(fromY, y);
      fromX = Math.min(fromX, x);
      endZ = Math.max(endZ, z + 1);
      endY = Math.max(endY, y + 1);
      endX = Math.max(endX, end);
    }

    Box toBox() {
      return new Box(fromZ, fromY, fromX, endZ - fromZ, endY - fromY, endX - fromX);
    }
  }
}
