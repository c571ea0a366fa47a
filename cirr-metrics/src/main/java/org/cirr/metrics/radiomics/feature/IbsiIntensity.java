package org.cirr.metrics.radiomics.feature;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cirr.metrics.radiomics.image.Levels;
import org.cirr.metrics.radiomics.image.Raster;
import org.cirr.metrics.radiomics.image.Roi;

/**
 * IBSI's intensity features: local peaks, statistics, histogram and intensity-volume histogram,
 * under the tags of its benchmark.
 *
 * <p><b>Source</b>: IBSI reference manual, chapters 3.2 to 3.5.
 */
final class IbsiIntensity {
  /** The radius of a sphere of 1 cm³, in mm. */
  private static final double PEAK_RADIUS_MM = 10 * Math.cbrt(3 / (4 * Math.PI));

  /** pyradiomics' name and IBSI's tag. */
  private static final String[][] PAIRS = {
    {"Mean", "mean"},
    {"Variance", "var"},
    {"Skewness", "skew"},
    {"ExcessKurtosis", "kurt"},
    {"Median", "median"},
    {"Minimum", "min"},
    {"10Percentile", "p10"},
    {"90Percentile", "p90"},
    {"Maximum", "max"},
    {"InterquartileRange", "iqr"},
    {"Range", "range"},
    {"MeanAbsoluteDeviation", "mad"},
    {"RobustMeanAbsoluteDeviation", "rmad"},
    {"MedianAbsoluteDeviation", "medad"},
    {"CoefficientOfVariation", "cov"},
    {"QuartileCoefficientOfDispersion", "qcod"},
    {"Energy", "energy"},
    {"RootMeanSquared", "rms"}
  };

  private IbsiIntensity() {}

  /** Statistics of the intensities and of the grey levels. */
  static Map<String, Double> statistics(Roi roi, Levels levels) {
    Map<String, Double> values = new LinkedHashMap<>();
    put(values, "stat_", FirstOrder.of(roi, levels, 0), PAIRS.length);
    double[] asLevels = new double[levels.voxels()];
    int n = 0;
    for (int place : levels.places()) {
      asLevels[n++] = levels.level(levels.cells()[place] - 1);
    }
    FirstOrder ofLevels =
        FirstOrder.of(asLevels, levels.histogram(), 0, roi.spacing().voxelVolume());
    put(values, "ih_", ofLevels, PAIRS.length - 2);
    Map<String, Double> all = evaluate(ofLevels);
    values.put("ih_entropy", all.get("Entropy"));
    values.put("ih_uniformity", all.get("Uniformity"));
    histogram(values, levels);
    return values;
  }

  private static Map<String, Double> evaluate(FirstOrder source) {
    return FirstOrder.CATALOG.evaluate(List.of(source), List.of(), FeatureDefinition.Status.IBSI);
  }

  private static void put(Map<String, Double> values, String prefix, FirstOrder source, int count) {
    Map<String, Double> all = evaluate(source);
    for (int i = 0; i < count; i++) {
      values.put(prefix + PAIRS[i][1], all.get(PAIRS[i][0]));
    }
  }

  /** Mode and gradients; levels without voxels count as 0. */
  private static void histogram(Map<String, Double> values, Levels levels) {
    long[] counts = levels.histogram();
    int low = levels.level(0);
    int n = levels.highest() - low + 1;
    double[] bins = new double[n];
    for (int row = 0; row < counts.length; row++) {
      bins[levels.level(row) - low] = counts[row];
    }
    double mean = 0;
    double total = 0;
    for (int i = 0; i < n; i++) {
      mean += (i + low) * bins[i];
      total += bins[i];
    }
    mean /= total;
    int mode = 0;
    for (int i = 1; i < n; i++) {
      boolean nearer = Math.abs(i + low - mean) < Math.abs(mode + low - mean);
      mode = bins[i] > bins[mode] || bins[i] == bins[mode] && nearer ? i : mode;
    }
    values.put("ih_mode", (double) mode + low);
    int steepest = 0;
    int deepest = 0;
    double[] slope = new double[n];
    for (int i = 0; i < n; i++) {
      int before = Math.max(0, i - 1);
      int after = Math.min(n - 1, i + 1);
      slope[i] = n == 1 ? 0 : (bins[after] - bins[before]) / (after - before);
      steepest = slope[i] > slope[steepest] ? i : steepest;
      deepest = slope[i] < slope[deepest] ? i : deepest;
    }
    values.put("ih_max_grad", slope[steepest]);
    values.put("ih_max_grad_g", (double) steepest + low);
    values.put("ih_min_grad", slope[deepest]);
    values.put("ih_min_grad_g", (double) deepest + low);
  }

  /**
   * The intensity-volume histogram.
   *
   * <p><b>Formula</b>: ν_i is the share of the region at level i or above, γ_i = (i − 1)/(Ng − 1);
   * V_x is the largest ν_i with γ_i ≥ x, I_x the smallest level with ν_i ≤ x.
   *
   * @param levels from 1
   * @param count the number Ng of levels, also where the highest do not occur
   * @param start what level 1 stands for
   * @param width how far levels lie apart
   */
  static Map<String, Double> volumeHistogram(Levels levels, int count, double start, double width) {
    double[] share = new double[count + 2]; // at level i or above
    long[] counts = levels.histogram();
    for (int row = 0; row < counts.length; row++) {
      share[Math.min(count, levels.level(row))] += counts[row];
    }
    for (int i = count; i >= 1; i--) {
      share[i] += share[i + 1];
    }
    double all = share[1];
    Map<String, Double> values = new LinkedHashMap<>();
    double[] v = new double[2];
    double[] intensity = new double[2];
    for (int k = 0; k < 2; k++) {
      double x = k == 0 ? 0.1 : 0.9;
      int level = 1;
      while (level < count && (level - 1.0) / (count - 1) < x) {
        level++;
      }
      v[k] = share[level] / all;
      int least = 1;
      while (least <= count && share[least] / all > x) {
        least++;
      }
      intensity[k] = start + (least - 1) * width;
    }
    values.put("ivh_v10", v[0]);
    values.put("ivh_v90", v[1]);
    values.put("ivh_i10", intensity[0]);
    values.put("ivh_i90", intensity[1]);
    values.put("ivh_diff_v10_v90", v[0] - v[1]);
    values.put("ivh_diff_i10_i90", intensity[0] - intensity[1]);
    double area = 0;
    for (int i = 1; i < count; i++) {
      area += (share[i] + share[i + 1]) / 2 / all / (count - 1);
    }
    values.put("ivh_auc", area);
    return values;
  }

  /**
   * The mean in a sphere of 1 cm³ around the brightest voxel of the region, and the largest such
   * mean of all its voxels; the spheres reach beyond the region.
   */
  static Map<String, Double> peaks(Raster image, boolean[] inside) {
    int[] shape = image.shape();
    double[] values = image.values();
    double[] spacing = image.spacing().toArray();
    int[] reach = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      reach[axis] = (int) Math.floor(PEAK_RADIUS_MM / spacing[axis]);
    }
    double brightest = Double.NEGATIVE_INFINITY;
    double local = Double.NEGATIVE_INFINITY;
    double global = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < inside.length; i++) {
      if (!inside[i]) {
        continue;
      }
      double mean = sphereMean(values, shape, spacing, reach, i);
      global = Math.max(global, mean);
      if (values[i] > brightest) {
        brightest = values[i];
        local = mean;
      } else if (values[i] == brightest) {
        local = Math.max(local, mean);
      }
    }
    Map<String, Double> peaks = new LinkedHashMap<>();
    peaks.put("loc_peak_loc", local);
    peaks.put("loc_peak_glob", global);
    return peaks;
  }

  private static double sphereMean(
      double[] values, int[] shape, double[] spacing, int[] reach, int centre) {
    int[] at = {centre / (shape[1] * shape[2]), centre / shape[2] % shape[1], centre % shape[2]};
    double sum = 0;
    int count = 0;
    int[] low = new int[3];
    int[] high = new int[3];
    Arrays.setAll(low, axis -> Math.max(0, at[axis] - reach[axis]));
    Arrays.setAll(high, axis -> Math.min(shape[axis] - 1, at[axis] + reach[axis]));
    for (int z = low[0]; z <= high[0]; z++) {
      for (int y = low[1]; y <= high[1]; y++) {
        for (int x = low[2]; x <= high[2]; x++) {
          double dz = (z - at[0]) * spacing[0];
          double dy = (y - at[1]) * spacing[1];
          double dx = (x - at[2]) * spacing[2];
          if (dz * dz + dy * dy + dx * dx <= PEAK_RADIUS_MM * PEAK_RADIUS_MM) {
            sum += values[(z * shape[1] + y) * shape[2] + x];
            count++;
          }
        }
      }
    }
    return sum / count;
  }
}
