package org.cirr.metrics.radiomics.feature;

import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.cirr.metrics.radiomics.image.Levels;
import org.cirr.metrics.radiomics.image.Roi;

/**
 * First-order statistics of a region's intensities X, and of its histogram of grey levels p.
 *
 * <p><b>Edge cases</b>: skewness and kurtosis of a flat region are 0.
 *
 * <p><b>Source</b>: pyradiomics {@code firstorder}; IBSI UHIW and ZVCW. Percentiles interpolate
 * linearly, as NumPy's do.
 */
public final class FirstOrder {
  private final double[] sorted;
  private final double[] p;
  private final double shift;
  private final double voxelVolume;
  private final double mean;

  private FirstOrder(double[] sorted, double[] p, double shift, double voxelVolume) {
    this.sorted = sorted;
    this.p = p;
    this.shift = shift;
    this.voxelVolume = voxelVolume;
    mean = mean(x -> x);
  }

  /**
   * The statistics of a region.
   *
   * @param levels the region's grey levels, for entropy and uniformity
   * @param shift pyradiomics' {@code voxelArrayShift}, added for energy and root mean square
   */
  public static FirstOrder of(Roi roi, Levels levels, double shift) {
    return of(roi.values(), levels.histogram(), shift, roi.spacing().voxelVolume());
  }

  /** The statistics of values, which are sorted in place, and of the counts of their levels. */
  static FirstOrder of(double[] values, long[] histogram, double shift, double voxelVolume) {
    Arrays.sort(values);
    double[] p = new double[histogram.length];
    for (int i = 0; i < p.length; i++) {
      p[i] = (double) histogram[i] / values.length;
    }
    return new FirstOrder(values, p, shift, voxelVolume);
  }

  /** The default features of a region. */
  public static Map<String, Double> features(Roi roi, Levels levels, double shift) {
    return CATALOG.evaluate(of(roi, levels, shift));
  }

  /** Mean of f(x) over the region. */
  private double mean(DoubleUnaryOperator f) {
    return mean(0, sorted.length, f);
  }

  private double mean(int from, int to, DoubleUnaryOperator f) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += f.applyAsDouble(sorted[i]);
    }
    return sum / (to - from);
  }

  /** The value below which a share of the region lies, in percent. */
  double percentile(double percent) {
    return percentile(sorted, percent);
  }

  /** As NumPy's default method: linear between the neighbours of place q (n − 1). */
  static double percentile(double[] sorted, double percent) {
    double place = percent / 100 * (sorted.length - 1);
    int below = (int) place;
    double low = sorted[below];
    double high = sorted[Math.min(below + 1, sorted.length - 1)];
    double t = place - below;
    return t < 0.5 ? low + (high - low) * t : high - (high - low) * (1 - t);
  }

  private double moment(int power) {
    return mean(x -> Distribution.power(x - mean, power));
  }

  private double energy() {
    return mean(x -> (x + shift) * (x + shift)) * sorted.length;
  }

  private double skewness() {
    double variance = moment(2);
    return variance == 0 ? 0 : moment(3) / Math.pow(variance, 1.5);
  }

  private double kurtosis() {
    double variance = moment(2);
    return variance == 0 ? 0 : moment(4) / (variance * variance);
  }

  private double robustMeanAbsoluteDeviation() {
    double low = percentile(10);
    double high = percentile(90);
    int from = 0;
    int to = sorted.length;
    while (from < to && sorted[from] < low) {
      from++;
    }
    while (to > from && sorted[to - 1] > high) {
      to--;
    }
    double middle = mean(from, to, x -> x);
    return mean(from, to, x -> Math.abs(x - middle));
  }

  private double median() {
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private double uniformity() {
    double sum = 0;
    for (double share : p) {
      sum += share * share;
    }
    return sum;
  }

  private double quartileDispersion() {
    return (percentile(75) - percentile(25)) / (percentile(75) + percentile(25));
  }

  /** The features by name. */
  public static final FeatureCatalog<FirstOrder> CATALOG = catalog();

  private static FeatureCatalog<FirstOrder> catalog() {
    FeatureCatalog.Builder<FirstOrder> b = new FeatureCatalog.Builder<>();
    b.add("Energy", "N8CA", "Σ (x + c)², c = voxelArrayShift", FirstOrder::energy);
    b.add("TotalEnergy", "", "voxel volume · Energy", s -> s.voxelVolume * s.energy());
    b.add("Entropy", "TLU2", "−Σ p log₂(p + ε)", s -> Distribution.entropy(s.p));
    b.add("Minimum", "1GSF", "min X", s -> s.sorted[0]);
    b.add("10Percentile", "QG58", "the 10th percentile of X", s -> s.percentile(10));
    b.add("90Percentile", "8DWT", "the 90th percentile of X", s -> s.percentile(90));
    b.add("Maximum", "84IY", "max X", s -> s.sorted[s.sorted.length - 1]);
    b.add("Mean", "Q4LE", "Σ x/N", s -> s.mean);
    b.add("Median", "Y12H", "the median of X", FirstOrder::median);
    b.add("InterquartileRange", "SALO", "P75 − P25", s -> s.percentile(75) - s.percentile(25));
    b.add("Range", "2OJQ", "max X − min X", s -> s.sorted[s.sorted.length - 1] - s.sorted[0]);
    b.add(
        "MeanAbsoluteDeviation", "4FUA", "Σ |x − mean|/N", s -> s.mean(x -> Math.abs(x - s.mean)));
    b.add(
        "RobustMeanAbsoluteDeviation",
        "1128",
        "the mean absolute deviation of the values in [P10, P90] from their own mean",
        FirstOrder::robustMeanAbsoluteDeviation);
    b.add(
        "RootMeanSquared", "5ZWQ", "√(Σ (x + c)²/N)", s -> Math.sqrt(s.energy() / s.sorted.length));
    b.deprecated("StandardDeviation", "", "√Variance", s -> Math.sqrt(s.moment(2)));
    b.add("Skewness", "KE2A", "Σ (x − mean)³/N / Variance^1.5; 0 if flat", FirstOrder::skewness);
    b.add(
        "Kurtosis",
        "",
        "Σ (x − mean)⁴/N / Variance²; 0 if flat; IBSI's (IPH6) is smaller by 3",
        FirstOrder::kurtosis);
    b.add("Variance", "ECT3", "Σ (x − mean)²/N", s -> s.moment(2));
    b.add("Uniformity", "BJ5W", "Σ p²", FirstOrder::uniformity);
    b.ibsi(
        "ExcessKurtosis",
        "IPH6",
        "Kurtosis − 3; 0 if flat",
        s -> {
          return s.moment(2) == 0 ? 0 : s.kurtosis() - 3;
        });
    b.ibsi(
        "MedianAbsoluteDeviation",
        "N72L",
        "Σ |x − median|/N",
        s -> {
          double median = s.median();
          return s.mean(x -> Math.abs(x - median));
        });
    b.ibsi(
        "CoefficientOfVariation", "7TET", "√Variance/mean", s -> Math.sqrt(s.moment(2)) / s.mean);
    b.ibsi(
        "QuartileCoefficientOfDispersion",
        "9S40",
        "(P75 − P25)/(P75 + P25)",
        FirstOrder::quartileDispersion);
    return b.build();
  }
}
