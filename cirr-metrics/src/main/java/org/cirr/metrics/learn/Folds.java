package org.cirr.metrics.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.cirr.metrics.numeric.NumpyRandom;

/**
 * Divides cases into folds for cross-validation.
 *
 * <p>Every case is in the test part of exactly one fold. Cases of one patient, such as slices,
 * belong into one fold: use {@link #grouped} or {@link #stratifiedGrouped}.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for fewer than two folds, or more folds than
 * cases (groups, cases of the most frequent class).
 *
 * <p><b>Source</b>: scikit-learn's {@code KFold}, {@code StratifiedKFold}, {@code GroupKFold} and
 * {@code StratifiedGroupKFold}; the same folds, also shuffled by the same seed.
 */
public final class Folds {
  private Folds() {}

  /** One division, places ascending. */
  public record Fold(int[] train, int[] test) {}

  /** Neighbouring cases in blocks; the first folds have one more when they do not divide evenly. */
  public static List<Fold> plain(int cases, int folds) {
    requireFolds(folds, cases, "cases");
    return blocks(IntStream.range(0, cases).toArray(), folds);
  }

  /** Shuffled cases in blocks. */
  public static List<Fold> shuffled(int cases, int folds, int seed) {
    requireFolds(folds, cases, "cases");
    int[] order = IntStream.range(0, cases).toArray();
    new NumpyRandom(seed).shuffle(order);
    return blocks(order, folds);
  }

  private static List<Fold> blocks(int[] order, int folds) {
    requireFolds(folds, order.length, "cases");
    int[] fold = new int[order.length];
    for (int f = 0, at = 0; f < folds; f++) {
      int size = order.length / folds + (f < order.length % folds ? 1 : 0);
      for (int i = 0; i < size; i++) {
        fold[order[at++]] = f;
      }
    }
    return divided(fold, folds);
  }

  /** Each fold with nearly the same number of each class, cases in their order. */
  public static List<Fold> stratified(int[] labels, int folds) {
    return stratified(labels, folds, null);
  }

  /** Each fold with nearly the same number of each class, cases shuffled within the class. */
  public static List<Fold> stratified(int[] labels, int folds, int seed) {
    return stratified(labels, folds, new NumpyRandom(seed));
  }

  private static List<Fold> stratified(int[] labels, int folds, NumpyRandom random) {
    int[] classes = inOrderOfAppearance(labels);
    int[] place = placesOf(labels, classes);
    int[] counts = new int[classes.length];
    for (int p : place) {
      counts[p]++;
    }
    requireFolds(folds, Arrays.stream(counts).max().orElse(0), "cases of the most frequent class");
    // Deal the sorted classes out to the folds in turn: that says how many of each a fold gets.
    int[][] allocation = new int[folds][classes.length];
    for (int c = 0, dealt = 0; c < classes.length; c++) {
      for (int i = 0; i < counts[c]; i++) {
        allocation[dealt++ % folds][c]++;
      }
    }
    int[] fold = new int[labels.length];
    for (int c = 0; c < classes.length; c++) {
      int[] ofClass = new int[counts[c]];
      for (int f = 0, at = 0; f < folds; f++) {
        for (int i = 0; i < allocation[f][c]; i++) {
          ofClass[at++] = f;
        }
      }
      if (random != null) {
        random.shuffle(ofClass);
      }
      for (int i = 0, at = 0; i < labels.length; i++) {
        if (place[i] == c) {
          fold[i] = ofClass[at++];
        }
      }
    }
    return divided(fold, folds);
  }

  /**
   * No group in two folds, folds of nearly equal size: the largest groups first, each to the
   * smallest fold.
   */
  public static List<Fold> grouped(int[] groups, int folds) {
    int[] names = Arrays.stream(groups).distinct().sorted().toArray();
    requireFolds(folds, names.length, "groups");
    int[] place = placesOf(groups, names);
    int[] sizes = new int[names.length];
    for (int p : place) {
      sizes[p]++;
    }
    int[] foldOfGroup = new int[names.length];
    int[] load = new int[folds];
    IntStream.range(0, names.length)
        .boxed()
        .sorted(Comparator.comparingInt((Integer g) -> -sizes[g]).thenComparingInt(g -> -g))
        .forEach(
            g -> {
              int lightest = 0;
              for (int f = 1; f < folds; f++) {
                lightest = load[f] < load[lightest] ? f : lightest;
              }
              load[lightest] += sizes[g];
              foldOfGroup[g] = lightest;
            });
    return divided(Arrays.stream(place).map(p -> foldOfGroup[p]).toArray(), folds);
  }

  /**
   * No group in two folds, and the classes as evenly spread as that allows: the groups with the
   * most uneven classes first, each to the fold where the spread of the shares becomes smallest.
   */
  public static List<Fold> stratifiedGrouped(int[] labels, int[] groups, int folds) {
    if (labels.length != groups.length) {
      throw new IllegalArgumentException(
          "every case has a label and a group, got " + labels.length + " and " + groups.length);
    }
    int[] names = Arrays.stream(groups).distinct().sorted().toArray();
    int[] classes = Arrays.stream(labels).distinct().sorted().toArray();
    requireFolds(folds, names.length, "groups");
    int[] group = placesOf(groups, names);
    int[] label = placesOf(labels, classes);
    double[][] counts = new double[names.length][classes.length];
    double[] totals = new double[classes.length];
    for (int i = 0; i < labels.length; i++) {
      counts[group[i]][label[i]]++;
      totals[label[i]]++;
    }
    requireFolds(
        folds, (int) Arrays.stream(totals).max().orElse(0), "cases of the most frequent class");
    double[] unevenness = Arrays.stream(counts).mapToDouble(Folds::deviation).toArray();
    double[][] inFold = new double[folds][classes.length];
    int[] foldOfGroup = new int[names.length];
    IntStream.range(0, names.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer g) -> -unevenness[g]))
        .forEach(
            g -> {
              int best = evenest(inFold, counts[g], totals);
              add(inFold[best], counts[g], 1);
              foldOfGroup[g] = best;
            });
    return divided(Arrays.stream(group).map(p -> foldOfGroup[p]).toArray(), folds);
  }

  private static int evenest(double[][] inFold, double[] added, double[] totals) {
    int best = -1;
    double bestSpread = Double.POSITIVE_INFINITY;
    double bestSize = Double.POSITIVE_INFINITY;
    for (int f = 0; f < inFold.length; f++) {
      add(inFold[f], added, 1);
      double spread = 0;
      for (int c = 0; c < totals.length; c++) {
        int k = c;
        double[] shares = Arrays.stream(inFold).mapToDouble(fold -> fold[k] / totals[k]).toArray();
        spread += deviation(shares) / totals.length;
      }
      double size = Arrays.stream(inFold[f]).sum();
      add(inFold[f], added, -1);
      boolean alike = Math.abs(spread - bestSpread) <= 1e-8 + 1e-5 * Math.abs(bestSpread);
      if (best < 0 || spread < bestSpread || alike && size < bestSize) {
        best = f;
        bestSpread = spread;
        bestSize = size;
      }
    }
    return best;
  }

  private static void add(double[] to, double[] counts, double factor) {
    for (int c = 0; c < to.length; c++) {
      to[c] += factor * counts[c];
    }
  }

  /** The standard deviation, divided by n. */
  private static double deviation(double[] values) {
    double mean = Arrays.stream(values).sum() / values.length;
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / values.length);
  }

  private static void requireFolds(int folds, int most, String what) {
    if (folds < 2 || folds > most) {
      throw new IllegalArgumentException(
          "folds are from 2 to the number of " + what + " (" + most + "), got " + folds);
    }
  }

  private static int[] inOrderOfAppearance(int[] labels) {
    return Arrays.stream(labels).distinct().toArray();
  }

  private static int[] placesOf(int[] values, int[] names) {
    Map<Integer, Integer> places = new HashMap<>();
    for (int i = 0; i < names.length; i++) {
      places.put(names[i], i);
    }
    return Arrays.stream(values).map(places::get).toArray();
  }

  private static List<Fold> divided(int[] fold, int folds) {
    List<Fold> divided = new ArrayList<>();
    for (int f = 0; f < folds; f++) {
      int here = f;
      divided.add(
          new Fold(
              IntStream.range(0, fold.length).filter(i -> fold[i] != here).toArray(),
              IntStream.range(0, fold.length).filter(i -> fold[i] == here).toArray()));
    }
    return List.copyOf(divided);
  }
}
