package org.cirr.metrics.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.cirr.metrics.numeric.Distributions;
import org.cirr.metrics.numeric.NumpyRandom;
import org.cirr.metrics.numeric.Samples;

/**
 * The interval of any statistic, from the spread that it has over resamples of the cases.
 *
 * <p><b>Formula</b>: {@code resamples} times as many cases as there are are drawn with replacement.
 * With the quantiles of the statistic over the resamples, α = (1 − level)/2, and the estimate e:
 * {@link Method#PERCENTILE} [q(α), q(1 − α)]; {@link Method#BASIC} [2e − q(1 − α), 2e − q(α)];
 * {@link Method#BCA} [q(α₁), q(α₂)] with α₁ = Φ(z₀ + (z₀ + z_α)/(1 − a(z₀ + z_α))), z₀ the normal
 * quantile of the share of resamples below e (ties as half), and a = Σ(m − jᵢ)³/(6(Σ(m − jᵢ)²)^1.5)
 * from the statistic without each case, jᵢ.
 *
 * <p><b>Edge cases</b>: a resample whose statistic is NaN, such as an area under the curve of one
 * class only, is drawn again and counted; when all resamples give the estimate itself the interval
 * has no width.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for no cases, when the statistic of all cases
 * is NaN, when resamples give NaN ten times as often as numbers, and for BCa when the statistic
 * without one case is NaN.
 *
 * <p><b>Source</b>: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 13 and
 * 14; with a seed the numbers are those of {@code scipy.stats.bootstrap} with {@code
 * RandomState(seed)}. Commons Math has none.
 *
 * @param resamples how many, 2 to 10 million
 * @param seed 0 or more; the same seed gives the same interval
 * @param level the confidence
 */
public record Bootstrap(int resamples, int seed, Method method, double level) {
  private static final int MOST_RESAMPLES = 10_000_000; // 80 MB of replicates
  private static final int MOST_REDRAWN = 10; // per resample, on average

  /** How the interval follows from the resamples. */
  public enum Method {
    /** Their quantiles. */
    PERCENTILE,
    /** Their quantiles, mirrored at the estimate. */
    BASIC,
    /** Their quantiles, corrected for bias and for an error that grows with the value. */
    BCA
  }

  /**
   * What the resamples told.
   *
   * @param value the statistic of the cases themselves
   * @param standardError the standard deviation over the resamples
   * @param bias the mean over the resamples minus the value
   * @param redrawn how many resamples were drawn again because the statistic was NaN
   */
  public record Estimate(
      double value, double standardError, double bias, ConfidenceInterval interval, int redrawn) {}

  /** Checks the settings. */
  public Bootstrap {
    if (resamples < 2) {
      throw new IllegalArgumentException(
          "a bootstrap needs 2 resamples or more, got " + resamples + "; 2000 are usual");
    }
    if (resamples > MOST_RESAMPLES) {
      throw new IllegalArgumentException(
          "a bootstrap takes up to "
              + MOST_RESAMPLES
              + " resamples, got "
              + resamples
              + "; 2000 are usual");
    }
    NumpyRandom.requireSeed(seed);
    ConfidenceInterval.requireLevel(level);
  }

  /** 2000 resamples, seed 0, percentile interval at 0.95. */
  public static Bootstrap defaults() {
    return new Bootstrap(2000, 0, Method.PERCENTILE, 0.95);
  }

  /** These settings with another method. */
  public Bootstrap withMethod(Method other) {
    return new Bootstrap(resamples, seed, other, level);
  }

  /** These settings with another seed. */
  public Bootstrap withSeed(int other) {
    return new Bootstrap(resamples, other, method, level);
  }

  /** These settings with another number of resamples. */
  public Bootstrap withResamples(int other) {
    return new Bootstrap(other, seed, method, level);
  }

  /** Resamples the values of a sample. */
  public Estimate of(double[] values, ToDoubleFunction<double[]> statistic) {
    Samples.require("values", values, 1);
    return cases(
        values.length,
        cases ->
            statistic.applyAsDouble(Arrays.stream(cases).mapToDouble(i -> values[i]).toArray()));
  }

  /**
   * Resamples cases.
   *
   * @param statistic takes the places, 0 to {@code cases − 1}, of the cases drawn
   */
  public Estimate cases(int cases, ToDoubleFunction<int[]> statistic) {
    if (cases < 0) {
      throw new IllegalArgumentException("a bootstrap needs cases, got " + cases + " of them");
    }
    return clustered(range(cases), statistic);
  }

  /**
   * Resamples cases within strata, so that each resample has as many of each, such as of each
   * class.
   *
   * @param strata the stratum of every case
   */
  public Estimate stratified(int[] strata, ToDoubleFunction<int[]> statistic) {
    List<int[]> groups = groups(strata);
    List<int[]> units = groups(range(strata.length));
    return run(units, groups, strata.length, statistic);
  }

  /**
   * Resamples clusters, such as patients, with all their cases, such as slices.
   *
   * @param clusters the cluster of every case
   */
  public Estimate clustered(int[] clusters, ToDoubleFunction<int[]> statistic) {
    List<int[]> units = groups(clusters);
    return run(units, List.of(range(units.size())), clusters.length, statistic);
  }

  /**
   * @param units what is drawn, each with its cases
   * @param groups of units, each drawn from by itself
   */
  private Estimate run(
      List<int[]> units, List<int[]> groups, int cases, ToDoubleFunction<int[]> statistic) {
    if (cases == 0) {
      throw new IllegalArgumentException("there are no cases to draw from; add cases");
    }
    double value = statistic.applyAsDouble(range(cases));
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException(
          "the statistic of all " + cases + " cases is NaN; it has no interval");
    }
    NumpyRandom random = new NumpyRandom(seed);
    double[] replicates = new double[resamples];
    int redrawn = 0;
    for (int i = 0; i < resamples; ) {
      replicates[i] = statistic.applyAsDouble(draw(units, groups, random));
      if (!Double.isNaN(replicates[i])) {
        i++;
      } else if (++redrawn > MOST_REDRAWN * (long) resamples) {
        throw new IllegalArgumentException(
            "the statistic is NaN for "
                + redrawn
                + " of "
                + (redrawn + i)
                + " resamples; draw within strata (Bootstrap.stratified) or add cases");
      }
    }
    Arrays.sort(replicates);
    double mean = Samples.mean(replicates);
    return new Estimate(
        value,
        Math.sqrt(Samples.variance(replicates)),
        mean - value,
        interval(value, replicates, () -> jackknife(units, statistic)),
        redrawn);
  }

  private static int[] draw(List<int[]> units, List<int[]> groups, NumpyRandom random) {
    List<int[]> drawn = new ArrayList<>();
    for (int[] group : groups) {
      for (int i = 0; i < group.length; i++) {
        drawn.add(units.get(group[random.below(group.length)]));
      }
    }
    return joined(drawn);
  }

  private ConfidenceInterval interval(double value, double[] sorted, Supplier<double[]> jackknife) {
    double tail = (1 - level) / 2;
    if (sorted[0] == value && sorted[sorted.length - 1] == value) {
      return new ConfidenceInterval(value, value, level);
    }
    double low = Descriptive.sortedQuantile(sorted, tail);
    double high = Descriptive.sortedQuantile(sorted, 1 - tail);
    return switch (method) {
      case PERCENTILE -> new ConfidenceInterval(low, high, level);
      case BASIC -> new ConfidenceInterval(2 * value - high, 2 * value - low, level);
      case BCA -> {
        double a = acceleration(jackknife.get());
        double z0 = Distributions.normalQuantile(shareBelow(sorted, value));
        yield new ConfidenceInterval(
            Descriptive.sortedQuantile(sorted, corrected(tail, z0, a)),
            Descriptive.sortedQuantile(sorted, corrected(1 - tail, z0, a)),
            level);
      }
    };
  }

  private static double shareBelow(double[] sorted, double value) {
    double below = 0;
    for (double replicate : sorted) {
      below += replicate < value ? 1 : replicate == value ? 0.5 : 0;
    }
    return below / sorted.length;
  }

  private static double corrected(double p, double z0, double a) {
    double z = z0 + Distributions.normalQuantile(p);
    if (Double.isInfinite(z0)) {
      return z0 > 0 ? 1 : 0; // all resamples on one side of the estimate
    }
    return Distributions.normalLower(z0 + z / (1 - a * z));
  }

  private static double acceleration(double[] without) {
    double mean = Samples.mean(without);
    double squares = 0;
    double cubes = 0;
    for (double value : without) {
      double d = mean - value;
      squares += d * d;
      cubes += d * d * d;
    }
    return squares == 0 ? 0 : cubes / (6 * Math.pow(squares, 1.5));
  }

  private static double[] jackknife(List<int[]> units, ToDoubleFunction<int[]> statistic) {
    double[] without = new double[units.size()];
    for (int i = 0; i < without.length; i++) {
      List<int[]> rest = new ArrayList<>(units);
      rest.remove(i);
      without[i] = statistic.applyAsDouble(joined(rest));
      if (Double.isNaN(without[i])) {
        throw new IllegalArgumentException(
            "BCa needs the statistic without each case, it is NaN without unit "
                + i
                + "; use Method.PERCENTILE");
      }
    }
    return without;
  }

  private static List<int[]> groups(int[] keys) {
    Map<Integer, List<Integer>> places = new TreeMap<>();
    for (int i = 0; i < keys.length; i++) {
      places.computeIfAbsent(keys[i], key -> new ArrayList<>()).add(i);
    }
    return places.values().stream()
        .map(group -> group.stream().mapToInt(Integer::intValue).toArray())
        .toList();
  }

  private static int[] joined(List<int[]> parts) {
    int[] all = new int[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (int[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  private static int[] range(int count) {
    int[] range = new int[count];
    Arrays.setAll(range, i -> i);
    return range;
  }
}
