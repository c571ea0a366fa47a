package org.cirr.metrics.instance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.cirr.metrics.ConnectedComponents;
import org.cirr.metrics.Connectivity;
import org.cirr.metrics.MaskPair;
import org.cirr.metrics.MaskPair.Box;
import org.cirr.metrics.distance.SurfelDistances;
import org.cirr.metrics.overlap.EmptyPolicy;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;

/**
 * Scores per lesion as the BraTS challenges of 2023 and 2024 count them.
 *
 * <p><b>Formula</b>: the reference is dilated; parts (26 neighbours) that grow together are one
 * lesion. A lesion is compared with all parts of the prediction that touch it after dilation. Over
 * the lesions above a volume: dice = Σ Dice / (lesions + false parts), hd95 = (Σ HD95 + 374 mm ·
 * false parts) / (lesions + false parts); a missed lesion has Dice 0 and HD95 374 mm, and a part of
 * the prediction that touches no lesion, however small, is false.
 *
 * <p><b>Units</b>: millimetres. HD95 is weighted by area: {@link SurfelDistances}.
 *
 * <p><b>Edge cases</b>: without a lesion above the volume and without a false part Dice is 1 and
 * HD95 0, as in BraTS.
 *
 * <p><b>Source</b>: the rules of BraTS 2023 (synapse.org/Synapse:syn51156910, "lesion-wise
 * metrics").
 *
 * @param found lesions above the volume that a part of the prediction touches
 * @param missed the others above the volume
 * @param falseParts parts of the prediction that touch no lesion
 * @param dice the mean of Dice
 * @param hd95 the mean of HD95
 * @param lesions all lesions, those below the volume too
 */
public record BratsLesions(
    int found, int missed, int falseParts, double dice, double hd95, List<Lesion> lesions) {
  /** What a lesion that was missed, or falsely found, costs. */
  public static final double MISSED_MM = 374;

  /**
   * What counts as a lesion.
   *
   * @param dilations how often the reference grows by its 18 neighbours (2D: 8) before its parts
   *     are found
   * @param aboveMm3 lesions up to this volume are not scored
   */
  public record Rule(int dilations, double aboveMm3) {
    /** Adult glioma, sub-Saharan Africa, paediatric tumours. */
    public static final Rule GLIOMA = new Rule(3, 50);

    /** Meningioma. */
    public static final Rule MENINGIOMA = new Rule(1, 50);

    /** Metastases. */
    public static final Rule METASTASIS = new Rule(1, 2);

    /** Checks both. */
    public Rule {
      if (dilations < 0 || dilations > 100 || !(aboveMm3 >= 0)) {
        throw new IllegalArgumentException(
            "a lesion rule has 0 to 100 dilations and a volume of 0 mm³ or more, got "
                + dilations
                + " and "
                + aboveMm3);
      }
    }
  }

  /**
   * One lesion of the reference.
   *
   * @param volumeMm3 its volume
   * @param parts how many parts of the prediction touch it
   * @param dice of the lesion and these parts
   * @param hd95 likewise; {@link #MISSED_MM} without a part
   */
  public record Lesion(double volumeMm3, int parts, double dice, double hd95) {}

  /** Copies the list. */
  public BratsLesions {
    lesions = List.copyOf(lesions);
  }

  /** Scores a pair of masks. */
  public static BratsLesions of(MaskPair pair, Rule rule, Workers workers) {
    if (pair.box().isEmpty()) {
      return new BratsLesions(0, 0, 0, 1, 0, List.of());
    }
    return new Scoring(pair, rule, workers).score();
  }

  /** One comparison. */
  private static final class Scoring {
    private final MaskPair pair;
    private final Rule rule;
    private final Workers workers;
    private final int[] lesionOf; // by voxel of the box, 0 outside
    private final int[] partOf;
    private final Box[] lesionBoxes;
    private final Box[] partBoxes;

    Scoring(MaskPair pair, Rule rule, Workers workers) {
      this.pair = pair;
      this.rule = rule;
      this.workers = workers;
      Box box = pair.box();
      int[] shape = {box.depth(), box.height(), box.width()};
      boolean[] reference = new boolean[pair.bits().length];
      for (int i = 0; i < reference.length; i++) {
        reference[i] = (pair.bits()[i] & MaskPair.REFERENCE) != 0;
      }
      boolean[] grown = dilated(reference, shape);
      ConnectedComponents lesions =
          ConnectedComponents.of(shape, Connectivity.CORNERS, i -> grown[i]);
      ConnectedComponents parts =
          ConnectedComponents.of(
              shape, Connectivity.CORNERS, i -> (pair.bits()[i] & MaskPair.PREDICTION) != 0);
      lesionOf = lesions.labels();
      for (int i = 0; i < reference.length; i++) {
        lesionOf[i] = reference[i] ? lesionOf[i] : 0;
      }
      partOf = parts.labels();
      lesionBoxes = boxes(lesionOf, lesions.count(), shape);
      partBoxes = boxes(partOf, parts.count(), shape);
    }

    BratsLesions score() {
      List<Lesion> lesions = new ArrayList<>();
      TreeSet<Integer> touched = new TreeSet<>();
      int found = 0;
      int missed = 0;
      double dice = 0;
      double hd95 = 0;
      for (int number = 1; number < lesionBoxes.length; number++) {
        workers.throwIfCancelled();
        TreeSet<Integer> parts = partsAt(number);
        touched.addAll(parts);
        Lesion lesion = compare(number, parts);
        lesions.add(lesion);
        if (lesion.volumeMm3 > rule.aboveMm3) {
          found += parts.isEmpty() ? 0 : 1;
          missed += parts.isEmpty() ? 1 : 0;
          dice += lesion.dice;
          hd95 += lesion.hd95;
        }
      }
      int falseParts = partBoxes.length - 1 - touched.size();
      double all = (double) found + missed + falseParts;
      return all == 0
          ? new BratsLesions(0, 0, 0, 1, 0, lesions)
          : new BratsLesions(
              found,
              missed,
              falseParts,
              dice / all,
              (hd95 + MISSED_MM * falseParts) / all,
              lesions);
    }

    /** The parts of the prediction that touch a lesion once it is dilated. */
    private TreeSet<Integer> partsAt(int number) {
      Box around = grown(lesionBoxes[number], rule.dilations, pair.box());
      int[] shape = {around.depth(), around.height(), around.width()};
      boolean[] lesion = new boolean[shape[0] * shape[1] * shape[2]];
      forEach(around, (local, index) -> lesion[local] = lesionOf[index] == number);
      boolean[] dilated = dilated(lesion, shape);
      TreeSet<Integer> parts = new TreeSet<>();
      forEach(
          around,
          (local, index) -> {
            if (dilated[local] && partOf[index] != 0) {
              parts.add(partOf[index]);
            }
          });
      return parts;
    }

    private Lesion compare(int number, TreeSet<Integer> parts) {
      Box box = lesionBoxes[number];
      for (int part : parts) {
        box = box.union(partBoxes[part]);
      }
      Box whole = box;
      // One voxel more along axes that the image has: a box of one slice is no 2D image.
      int[] more = {pair.hasAxis(0) ? 1 : 0, pair.hasAxis(1) ? 1 : 0, pair.hasAxis(2) ? 1 : 0};
      Geometry grid =
          Geometry.of(
              Shape.of(box.depth() + more[0], box.height() + more[1], box.width() + more[2]),
              Affine.ofSpacing(pair.spacing()));
      LabelMap reference = LabelMap.zeros(grid, 1);
      LabelMap prediction = LabelMap.zeros(grid, 1);
      forEach(
          whole,
          (local, index) -> {
            int z = local / (whole.height() * whole.width());
            int y = local / whole.width() % whole.height();
            int to = (z * grid.shape().dim(1) + y) * grid.shape().dim(2) + local % whole.width();
            reference.set(to, lesionOf[index] == number ? 1 : 0);
            prediction.set(to, parts.contains(partOf[index]) ? 1 : 0);
          });
      MaskPair lesion = MaskPair.of(reference, prediction, 1);
      long both = 0;
      for (byte bits : lesion.bits()) {
        both += bits == (MaskPair.REFERENCE | MaskPair.PREDICTION) ? 1 : 0;
      }
      double volume = lesion.referenceCount() * pair.spacing().voxelVolume();
      double dice = 2.0 * both / (lesion.referenceCount() + lesion.predictionCount());
      double hd95 =
          parts.isEmpty()
              ? MISSED_MM
              : SurfelDistances.of(lesion, EmptyPolicy.DEEPMIND, workers).hd95AreaWeighted();
      return new Lesion(volume, parts.size(), dice, hd95);
    }

    /** Grows a mask by its 18 neighbours as often as the rule says. */
    private boolean[] dilated(boolean[] mask, int[] shape) {
      boolean[] grown = mask;
      for (int step = 0; step < rule.dilations; step++) {
        boolean[] next = grown.clone();
        for (int z = 0, index = 0; z < shape[0]; z++) {
          for (int y = 0; y < shape[1]; y++) {
            for (int x = 0; x < shape[2]; x++, index++) {
              next[index] = grown[index] || hasNeighbour(grown, shape, z, y, x);
            }
          }
        }
        grown = next;
      }
      return grown;
    }

    private static boolean hasNeighbour(boolean[] mask, int[] shape, int z, int y, int x) {
      for (int code = 0; code < 27; code++) {
        int dz = code / 9 - 1;
        int dy = code / 3 % 3 - 1;
        int dx = code % 3 - 1;
        boolean isIn =
            z + dz >= 0
                && y + dy >= 0
                && x + dx >= 0
                && z + dz < shape[0]
                && y + dy < shape[1]
                && x + dx < shape[2];
        if (isIn
            && Math.abs(dz) + Math.abs(dy) + Math.abs(dx) <= 2
            && mask[((z + dz) * shape[1] + y + dy) * shape[2] + x + dx]) {
          return true;
        }
      }
      return false;
    }

    /** Takes places: in a part of the box, and in the box. */
    private interface Places {
      void at(int local, int index);
    }

    private void forEach(Box part, Places places) {
      int local = 0;
      for (int z = part.z(); z < part.z() + part.depth(); z++) {
        for (int y = part.y(); y < part.y() + part.height(); y++) {
          int row = (z * pair.box().height() + y) * pair.box().width();
          for (int x = part.x(); x < part.x() + part.width(); x++, local++) {
            places.at(local, row + x);
          }
        }
      }
    }

    private static Box grown(Box box, int steps, Box within) {
      int z = Math.max(0, box.z() - steps);
      int y = Math.max(0, box.y() - steps);
      int x = Math.max(0, box.x() - steps);
      return new Box(
          z,
          y,
          x,
          Math.min(within.depth(), box.z() + box.depth() + steps) - z,
          Math.min(within.height(), box.y() + box.height() + steps) - y,
          Math.min(within.width(), box.x() + box.width() + steps) - x);
    }

    private static Box[] boxes(int[] numbers, int count, int[] shape) {
      Box[] boxes = new Box[count + 1];
      Arrays.fill(boxes, Box.EMPTY);
      for (int z = 0, index = 0; z < shape[0]; z++) {
        for (int y = 0; y < shape[1]; y++) {
          for (int x = 0; x < shape[2]; x++, index++) {
            int number = numbers[index];
            if (number != 0) {
              boxes[number] = boxes[number].union(new Box(z, y, x, 1, 1, 1));
            }
          }
        }
      }
      return boxes;
    }
  }
}
