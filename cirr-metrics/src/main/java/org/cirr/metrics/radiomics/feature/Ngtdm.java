package org.cirr.metrics.radiomics.feature;

import java.util.List;
import java.util.Map;
import org.cirr.metrics.radiomics.image.Levels;

/**
 * The neighbouring grey tone difference matrix.
 *
 * <p><b>Formula</b>: for a level i, n_i counts its voxels and s_i sums |i − Ā|, where Ā is the mean
 * level of a voxel's neighbours in the region; p_i = n_i/N. Only levels with n_i > 0 count; Ngp is
 * their number.
 *
 * <p><b>Edge cases</b>: a voxel without neighbours adds 0 to s_i and, in pyradiomics, 1 to n_i;
 * IBSI leaves it out.
 *
 * <p><b>Source</b>: Amadasun and King 1989; pyradiomics {@code ngtdm}; IBSI IPET.
 */
public final class Ngtdm {
  private final double[] level;
  private final double[] n;
  private final double[] s;
  private final double[] p;
  private final double total;

  private Ngtdm(double[] level, double[] n, double[] s, double total) {
    this.level = level;
    this.n = n;
    this.s = s;
    this.total = total;
    p = new double[n.length];
    for (int i = 0; i < p.length; i++) {
      p[i] = n[i] / total;
    }
  }

  /** The default features. */
  public static Map<String, Double> features(Levels levels, TextureSettings settings) {
    return CATALOG.evaluate(matrix(levels, settings, true));
  }

  /**
   * The matrix.
   *
   * @param countIsolated whether voxels without neighbours count, as pyradiomics has it
   */
  public static Ngtdm matrix(Levels levels, TextureSettings settings, boolean countIsolated) {
    double[][] counts = counts(levels, settings, countIsolated);
    return ofCounts(levels, counts[0], counts[1]);
  }

  /** The sum of the matrices of parts of one region, such as its slices. */
  static Ngtdm merged(List<Levels> parts, TextureSettings settings, boolean countIsolated) {
    double[][] sum = null;
    for (Levels part : parts) {
      double[][] counts = counts(part, settings, countIsolated);
      if (sum == null) {
        sum = counts;
        continue;
      }
      for (int row = 0; row < sum[0].length; row++) {
        sum[0][row] += counts[0][row];
        sum[1][row] += counts[1][row];
      }
    }
    return ofCounts(parts.get(0), sum[0], sum[1]);
  }

  /** n and s per row. */
  private static double[][] counts(Levels levels, TextureSettings settings, boolean countIsolated) {
    int[] cells = levels.cells();
    int[] steps = Offset.allSteps(levels, settings.distances(), settings.flatAxis());
    double[] n = new double[levels.rows()];
    double[] s = new double[n.length];
    for (int place : levels.places()) {
      int row = cells[place] - 1;
      int neighbours = 0;
      double sum = 0;
      for (int step : steps) {
        int neighbour = cells[place + step];
        if (neighbour > 0) {
          neighbours++;
          sum += levels.level(neighbour - 1);
        }
      }
      if (neighbours > 0) {
        s[row] += Math.abs(levels.level(row) - sum / neighbours);
      }
      n[row] += neighbours > 0 || countIsolated ? 1 : 0;
    }
    return new double[][] {n, s};
  }

  /** Drops the levels without voxels. */
  private static Ngtdm ofCounts(Levels levels, double[] n, double[] s) {
    int kept = 0;
    double total = 0;
    for (double count : n) {
      kept += count > 0 ? 1 : 0;
      total += count;
    }
    double[] level = new double[kept];
    double[] counts = new double[kept];
    double[] sums = new double[kept];
    for (int row = 0, k = 0; row < n.length; row++) {
      if (n[row] > 0) {
        level[k] = levels.level(row);
        counts[k] = n[row];
        sums[k++] = s[row];
      }
    }
    return new Ngtdm(level, counts, sums, total);
  }

  /** The matrix as rows of n_i, s_i and i. */
  public double[][] entries() {
    double[][] entries = new double[level.length][];
    for (int k = 0; k < entries.length; k++) {
      entries[k] = new double[] {n[k], s[k], level[k]};
    }
    return entries;
  }

  /** A term of a sum over pairs of levels. */
  @FunctionalInterface
  private interface PairTerm {
    double of(int i, int j);
  }

  /** The sum over all pairs of a term that is symmetric and 0 for i = j. */
  private double pairs(PairTerm term) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      for (int j = 0; j < i; j++) {
        sum += term.of(i, j);
      }
    }
    return 2 * sum;
  }

  private double roughness() {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += p[i] * s[i];
    }
    return sum;
  }

  private double sumOfDifferences() {
    double sum = 0;
    for (double value : s) {
      sum += value;
    }
    return sum;
  }

  private double coarseness() {
    double roughness = roughness();
    return roughness == 0 ? 1e6 : 1 / roughness;
  }

  private double contrast() {
    if (p.length < 2) {
      return 0;
    }
    double spread = pairs((i, j) -> p[i] * p[j] * square(level[i] - level[j]));
    return spread / (p.length * (p.length - 1.0)) * sumOfDifferences() / total;
  }

  private double busyness() {
    double changes = pairs((i, j) -> Math.abs(level[i] * p[i] - level[j] * p[j]));
    return changes == 0 ? 0 : roughness() / changes;
  }

  private double complexity() {
    return pairs(
            (i, j) -> Math.abs(level[i] - level[j]) * (p[i] * s[i] + p[j] * s[j]) / (p[i] + p[j]))
        / total;
  }

  private double strength() {
    double sum = sumOfDifferences();
    return sum == 0 ? 0 : pairs((i, j) -> (p[i] + p[j]) * square(level[i] - level[j])) / sum;
  }

  private static double square(double value) {
    return value * value;
  }

  /** The features by name. */
  public static final FeatureCatalog<Ngtdm> CATALOG = catalog();

  private static FeatureCatalog<Ngtdm> catalog() {
    return new FeatureCatalog.Builder<Ngtdm>()
        .add("Coarseness", "QCDE", "1/Σ p_i s_i; 10⁶ if the sum is 0", Ngtdm::coarseness)
        .add(
            "Contrast",
            "65HE",
            "Σ_ij p_i p_j (i − j)²/(Ngp (Ngp − 1)) · Σ s_i/N; 0 for a single level",
            Ngtdm::contrast)
        .add(
            "Busyness",
            "NQ30",
            "Σ p_i s_i/Σ_ij |i p_i − j p_j|; 0 if the divisor is 0",
            Ngtdm::busyness)
        .add(
            "Complexity",
            "HDEZ",
            "1/N Σ_ij |i − j| (p_i s_i + p_j s_j)/(p_i + p_j)",
            Ngtdm::complexity)
        .add("Strength", "1X9X", "Σ_ij (p_i + p_j)(i − j)²/Σ s_i; 0 if Σ s_i = 0", Ngtdm::strength)
        .build();
  }
}
