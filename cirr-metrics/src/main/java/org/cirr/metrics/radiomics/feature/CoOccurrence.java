package org.cirr.metrics.radiomics.feature;

import java.util.function.DoubleBinaryOperator;
import org.cirr.metrics.radiomics.image.Levels;

/**
 * A normalised co-occurrence matrix with its marginals, and the formulas over it.
 *
 * <p>p(i, j) is the probability of levels i and j, p_x and p_y are its marginals with means μ and
 * standard deviations σ, p_{x+y}(k) is the probability of i + j = k and p_{x−y}(k) that of |i − j|
 * = k; Ng is the highest level.
 */
public final class CoOccurrence {
  private static final double EPSILON = Distribution.EPSILON;

  private final CountMatrix matrix;
  private final double[] p; // per entry
  private final double[] i; // per entry, the level numbers
  private final double[] j;
  private final double[] px; // per row
  private final double[] py;
  private final Distribution sums; // p_{x+y}
  private final Distribution differences; // p_{x−y}
  private final double highest;
  private final int levels;
  private final double meanX;
  private final double meanY;

  CoOccurrence(CountMatrix matrix, Levels levels) {
    this.matrix = matrix;
    int entries = matrix.entries();
    double total = matrix.sum();
    p = new double[entries];
    i = new double[entries];
    j = new double[entries];
    px = new double[levels.rows()];
    py = new double[levels.rows()];
    long[] sum = new long[entries];
    long[] difference = new long[entries];
    for (int k = 0; k < entries; k++) {
      int x = levels.level(matrix.row[k]);
      int y = levels.level(matrix.column[k]);
      p[k] = matrix.count[k] / total;
      i[k] = x;
      j[k] = y;
      px[matrix.row[k]] += p[k];
      py[matrix.column[k]] += p[k];
      sum[k] = (long) x + y;
      difference[k] = Math.abs((long) x - y);
    }
    sums = Distribution.of(sum, p);
    differences = Distribution.of(difference, p);
    highest = levels.highest();
    this.levels = levels.rows();
    meanX = expect((a, b) -> a);
    meanY = expect((a, b) -> b);
  }

  /** The matrix as rows of i, j and p, in ascending order. */
  public double[][] entries() {
    double[][] entries = new double[p.length][];
    for (int k = 0; k < entries.length; k++) {
      entries[k] = new double[] {i[k], j[k], p[k]};
    }
    return entries;
  }

  /** Σ f(i, j) p(i, j). */
  private double expect(DoubleBinaryOperator f) {
    double sum = 0;
    for (int k = 0; k < p.length; k++) {
      sum += f.applyAsDouble(i[k], j[k]) * p[k];
    }
    return sum;
  }

  /** Σ (i + j − μx − μy)ⁿ p. */
  private double cluster(int power) {
    return expect((a, b) -> Distribution.power(a + b - meanX - meanY, power));
  }

  private double correlation() {
    double sdX = Math.sqrt(expect((a, b) -> (a - meanX) * (a - meanX)));
    double sdY = Math.sqrt(expect((a, b) -> (b - meanY) * (b - meanY)));
    double covariance = expect((a, b) -> (a - meanX) * (b - meanY));
    return sdX * sdY == 0 ? 1 : covariance / (sdX * sdY + EPSILON);
  }

  private double differenceVariance() {
    double mean = differences.expect(k -> k);
    return differences.expect(k -> (k - mean) * (k - mean));
  }

  private double jointEntropy() {
    return Distribution.entropy(p);
  }

  /** (HXY − HXY1) / max(HX, HY) with HXY1 = −Σ p(i,j) log₂(p_x(i) p_y(j) + ε). */
  private double firstInformation() {
    double cross = 0; // HXY1
    for (int k = 0; k < p.length; k++) {
      double product = px[matrix.row[k]] * py[matrix.column[k]];
      cross -= p[k] * Distribution.log2(product + EPSILON);
    }
    double divisor = Math.max(Distribution.entropy(px), Distribution.entropy(py));
    return divisor == 0 ? 0 : (jointEntropy() - cross) / divisor;
  }

  /** √(1 − e^{−2 (HXY2 − HXY)}) with HXY2 = −ΣΣ p_x(i) p_y(j) log₂(p_x(i) p_y(j) + ε). */
  private double secondInformation() {
    // The double sum is the sum of the marginals' entropies, less ε/ln 2 for each of its terms; so
    // it needs no loop over all pairs of levels, of which 70,000 levels have five billion.
    long termsX = 0;
    long termsY = 0;
    double product = 0;
    for (int row = 0; row < px.length; row++) {
      termsX += px[row] > 0 ? 1 : 0;
      termsY += py[row] > 0 ? 1 : 0;
      product -= px[row] > 0 ? px[row] * Distribution.log2(px[row]) : 0;
      product -= py[row] > 0 ? py[row] * Distribution.log2(py[row]) : 0;
    }
    product -= termsX * (double) termsY * EPSILON / Math.log(2);
    double gain = product - jointEntropy();
    // Independent levels have no gain; rounding must not make it negative and the root NaN.
    return gain <= 0 ? 0 : Math.sqrt(1 - Math.exp(-2 * gain));
  }

  private double maximalCorrelation() {
    return levels < 2 ? 1 : MaximalCorrelation.of(matrix, p, px, py);
  }

  private double maximum() {
    double max = 0;
    for (double value : p) {
      max = Math.max(max, value);
    }
    return max;
  }

  private double energy() {
    double sum = 0;
    for (double value : p) {
      sum += value * value;
    }
    return sum;
  }

  /** The features by name. */
  public static final FeatureCatalog<CoOccurrence> CATALOG = catalog();

  private static FeatureCatalog<CoOccurrence> catalog() {
    FeatureCatalog.Builder<CoOccurrence> b = new FeatureCatalog.Builder<>();
    b.add("Autocorrelation", "QWB0", "Σ i j p", m -> m.expect((i, j) -> i * j));
    b.add("JointAverage", "60VM", "μx = Σ i p", m -> m.meanX);
    b.add("ClusterProminence", "AE86", "Σ (i + j − μx − μy)⁴ p", m -> m.cluster(4));
    b.add("ClusterShade", "7NFM", "Σ (i + j − μx − μy)³ p", m -> m.cluster(3));
    b.add("ClusterTendency", "DG8W", "Σ (i + j − μx − μy)² p", m -> m.cluster(2));
    b.add("Contrast", "ACUI", "Σ (i − j)² p", m -> m.expect((i, j) -> (i - j) * (i - j)));
    b.add(
        "Correlation",
        "NI2N",
        "Σ (i − μx)(j − μy) p / (σx σy + ε); 1 if σx σy = 0",
        CoOccurrence::correlation);
    b.add("DifferenceAverage", "TF7R", "Σ k p_{x−y}", m -> m.differences.expect(k -> k));
    b.add(
        "DifferenceEntropy", "NTRS", "−Σ p_{x−y} log₂(p_{x−y} + ε)", m -> m.differences.entropy());
    b.add(
        "DifferenceVariance",
        "D3YU",
        "Σ (k − DifferenceAverage)² p_{x−y}",
        CoOccurrence::differenceVariance);
    b.add("Id", "IB1Z", "Σ p_{x−y}/(1 + k)", m -> m.differences.expect(k -> 1 / (1.0 + k)));
    b.add("Idm", "WF0Z", "Σ p_{x−y}/(1 + k²)", m -> m.differences.expect(k -> 1 / (1 + square(k))));
    b.add(
        "Idmn",
        "1QCO",
        "Σ p_{x−y}/(1 + k²/Ng²)",
        m -> m.differences.expect(k -> 1 / (1 + square(k / m.highest))));
    b.add(
        "Idn",
        "NDRX",
        "Σ p_{x−y}/(1 + k/Ng)",
        m -> m.differences.expect(k -> 1 / (1 + k / m.highest)));
    b.add(
        "Imc1",
        "R8DG",
        "(HXY − HXY1)/max(HX, HY), HXY1 = −Σ p log₂(p_x p_y + ε); 0 if the maximum is 0",
        CoOccurrence::firstInformation);
    b.add(
        "Imc2",
        "JN9H",
        "√(1 − exp(−2 (HXY2 − HXY))), HXY2 = −Σ p_x p_y log₂(p_x p_y + ε); 0 if HXY2 ≤ HXY",
        CoOccurrence::secondInformation);
    b.add(
        "InverseVariance",
        "E8JP",
        "Σ_{k≥1} p_{x−y}/k²",
        m -> m.differences.expect(k -> k == 0 ? 0 : 1 / square(k)));
    b.add("JointEnergy", "8ZQL", "Σ p²", CoOccurrence::energy);
    b.add("JointEntropy", "TU9B", "HXY = −Σ p log₂(p + ε)", CoOccurrence::jointEntropy);
    b.add(
        "MCC",
        "",
        "the second largest singular value of p(i, j)/√(p_x(i) p_y(j)); 1 for a single level",
        CoOccurrence::maximalCorrelation);
    b.add("MaximumProbability", "GYBY", "max p", CoOccurrence::maximum);
    b.add("SumAverage", "ZGXS", "Σ k p_{x+y}", m -> m.sums.expect(k -> k));
    b.add("SumEntropy", "P6QZ", "−Σ p_{x+y} log₂(p_{x+y} + ε)", m -> m.sums.entropy());
    b.add(
        "SumSquares",
        "UR99",
        "Σ (i − μx)² p",
        m -> m.expect((i, j) -> (i - m.meanX) * (i - m.meanX)));
    b.deprecated(
        "Dissimilarity",
        "8S9J",
        "Σ |i − j| p = DifferenceAverage",
        m -> m.differences.expect(k -> k));
    b.deprecated(
        "Homogeneity1",
        "",
        "Σ p/(1 + |i − j|) = Id",
        m -> m.differences.expect(k -> 1 / (1.0 + k)));
    b.deprecated(
        "Homogeneity2",
        "",
        "Σ p/(1 + (i − j)²) = Idm",
        m -> m.differences.expect(k -> 1 / (1 + square(k))));
    b.deprecated(
        "SumVariance", "OEEB", "Σ (k − SumAverage)² p_{x+y} = ClusterTendency", m -> m.cluster(2));
    return b.build();
  }

  private static double square(double value) {
    return value * value;
  }
}
