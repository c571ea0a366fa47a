package org.cirr.metrics.instance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** How instances of a reference and of a prediction are brought together, each at most once. */
public enum Matching {
  /**
   * The pair with the largest IoU first, then the next of those that are left: panoptica's {@code
   * NaiveThresholdMatching}.
   */
  GREEDY {
    @Override
    List<Match> best(InstanceOverlap overlap, double threshold) {
      List<Match> candidates = candidates(overlap, threshold);
      candidates.sort(
          Comparator.comparingDouble((Match match) -> -match.iou())
              .thenComparingInt(Match::reference)
              .thenComparingInt(Match::prediction));
      boolean[] usedReference = new boolean[overlap.references() + 1];
      boolean[] usedPrediction = new boolean[overlap.predictions() + 1];
      List<Match> matches = new ArrayList<>();
      for (Match match : candidates) {
        if (!usedReference[match.reference()] && !usedPrediction[match.prediction()]) {
          usedReference[match.reference()] = true;
          usedPrediction[match.prediction()] = true;
          matches.add(match);
        }
      }
      return matches;
    }
  },
  /** The pairs whose IoUs have the largest sum: the Hungarian method. */
  OPTIMAL {
    @Override
    List<Match> best(InstanceOverlap overlap, double threshold) {
      int rows = overlap.references();
      int columns = overlap.predictions();
      double[][] gain = new double[rows][columns];
      for (Match match : candidates(overlap, threshold)) {
        gain[match.reference() - 1][match.prediction() - 1] = match.iou();
      }
      int[] column = Assignment.largest(gain);
      List<Match> matches = new ArrayList<>();
      for (int row = 0; row < rows; row++) {
        if (column[row] >= 0 && gain[row][column[row]] > 0) {
          matches.add(new Match(row + 1, column[row] + 1, gain[row][column[row]]));
        }
      }
      return matches;
    }
  };

  /**
   * Two instances that belong together.
   *
   * @param reference the number of the instance in the reference
   * @param prediction that in the prediction
   * @param iou their intersection over union
   */
  public record Match(int reference, int prediction, double iou) {}

  abstract List<Match> best(InstanceOverlap overlap, double threshold);

  /**
   * The matches, by reference instance.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} unless the threshold is 0 to 1.
   *
   * @param threshold the least IoU of a match, inclusive; pairs without a common voxel never match.
   *     Above 0.5 no instance has a choice, and both ways are the same
   */
  public List<Match> match(InstanceOverlap overlap, double threshold) {
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new IllegalArgumentException("an IoU threshold goes from 0 to 1, got " + threshold);
    }
    List<Match> matches = new ArrayList<>(best(overlap, threshold));
    matches.sort(Comparator.comparingInt(Match::reference));
    return List.copyOf(matches);
  }

  private static List<Match> candidates(InstanceOverlap overlap, double threshold) {
    List<Match> candidates = new ArrayList<>();
    for (InstanceOverlap.Shared pair : overlap.pairs()) {
      double iou = overlap.iou(pair.reference(), pair.prediction());
      if (iou >= threshold) {
        candidates.add(new Match(pair.reference(), pair.prediction(), iou));
      }
    }
    return candidates;
  }

  /**
   * The assignment problem. <b>Source</b>: Kuhn (1955) and Munkres (1957) with row and column
   * potentials; O(rows² · columns).
   */
  private static final class Assignment {
    private Assignment() {}

    /** For each row its column, or −1, so that the sum of gains is largest; gains from 0 on. */
    static int[] largest(double[][] gain) {
      int rows = gain.length;
      int columns = rows == 0 ? 0 : Math.max(rows, gain[0].length);
      double[] ofRow = new double[rows + 1];
      double[] ofColumn = new double[columns + 1];
      int[] rowOf = new int[columns + 1]; // 0: free
      int[] before = new int[columns + 1];
      for (int row = 1; row <= rows; row++) {
        rowOf[0] = row;
        int at = 0;
        double[] least = new double[columns + 1];
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        boolean[] seen = new boolean[columns + 1];
        do {
          seen[at] = true;
          int r = rowOf[at];
          double step = Double.POSITIVE_INFINITY;
          int next = 0;
          for (int c = 1; c <= columns; c++) {
            if (seen[c]) {
              continue;
            }
            double cost = c <= gain[r - 1].length ? -gain[r - 1][c - 1] : 0;
            double reduced = cost - ofRow[r] - ofColumn[c];
            if (reduced < least[c]) {
              least[c] = reduced;
              before[c] = at;
            }
            if (least[c] < step) {
              step = least[c];
              next = c;
            }
          }
          for (int c = 0; c <= columns; c++) {
            if (seen[c]) {
              ofRow[rowOf[c]] += step;
              ofColumn[c] -= step;
            } else {
              least[c] -= step;
            }
          }
          at = next;
        } while (rowOf[at] != 0);
        while (at != 0) {
          rowOf[at] = rowOf[before[at]];
          at = before[at];
        }
      }
      int[] columnOf = new int[rows];
      Arrays.fill(columnOf, -1);
      for (int c = 1; c <= columns; c++) {
        if (rowOf[c] > 0 && c <= gain[0].length) {
          columnOf[rowOf[c] - 1] = c - 1;
        }
      }
      return columnOf;
    }
  }
}
