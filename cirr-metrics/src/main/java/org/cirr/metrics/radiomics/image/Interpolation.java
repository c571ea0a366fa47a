package org.cirr.metrics.radiomics.image;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.math3.special.Erf;

/**
 * An image as a function of a continuous index.
 *
 * <p><b>Edge cases</b>: outside −½ ≤ c < n − ½ along any axis the value is 0.
 *
 * <p><b>Source</b>: ITK's interpolators as SimpleITK sets them up, which pyradiomics resamples
 * with: B-spline after Unser 1999, Gaussian after Yushkevich, windowed sinc of radius 5 after
 * Meijering 1999.
 */
public final class Interpolation {
  private static final double POLE = Math.sqrt(3) - 2;
  private static final double TOLERANCE = 1e-10; // ITK's, for the length of the first sum

  private final double[] values; // coefficients for B-spline
  private final int[] shape;
  private final Interpolator kind;
  private final double outside;

  private Interpolation(double[] values, int[] shape, Interpolator kind, double outside) {
    this.values = values;
    this.shape = shape;
    this.kind = kind;
    this.outside = outside;
  }

  /** Prepares an image; for B-splines that computes as many coefficients as there are voxels. */
  public static Interpolation of(Raster image, Interpolator kind) {
    int[] shape = image.shape();
    double[] values = image.values();
    if (kind == Interpolator.BSPLINE) {
      values = values.clone();
      for (int axis = 2; axis >= 0; axis--) {
        prefilter(values, shape, axis);
      }
    }
    return new Interpolation(values, shape, kind, 0);
  }

  /** The value at a continuous index. */
  public double at(double z, double y, double x) {
    double[] place = {z, y, x};
    for (int axis = 0; axis < 3; axis++) {
      if (!(place[axis] >= -0.5 && place[axis] < shape[axis] - 0.5)) {
        return outside;
      }
    }
    Taps[] taps = {
      taps(place[0], shape[0]), taps(place[1], shape[1]), taps(place[2], shape[2]),
    };
    return kind == Interpolator.LABEL_GAUSSIAN ? heaviest(taps) : sum(taps);
  }

  /** The samples that count along an axis, and their weights. */
  private record Taps(int[] index, double[] weight) {
    Taps(int count) {
      this(new int[count], new double[count]);
    }
  }

  private double sum(Taps[] taps) {
    double sum = 0;
    for (int i = 0; i < taps[0].index.length; i++) {
      for (int j = 0; j < taps[1].index.length; j++) {
        int base = (taps[0].index[i] * shape[1] + taps[1].index[j]) * shape[2];
        double row = 0;
        for (int k = 0; k < taps[2].index.length; k++) {
          row += taps[2].weight[k] * values[base + taps[2].index[k]];
        }
        sum += taps[0].weight[i] * taps[1].weight[j] * row;
      }
    }
    return sum;
  }

  /** The value with the largest sum of weights; the first of equals. */
  private double heaviest(Taps[] taps) {
    Map<Double, Double> weights = new LinkedHashMap<>();
    for (int i = 0; i < taps[0].index.length; i++) {
      for (int j = 0; j < taps[1].index.length; j++) {
        int base = (taps[0].index[i] * shape[1] + taps[1].index[j]) * shape[2];
        for (int k = 0; k < taps[2].index.length; k++) {
          double weight = taps[0].weight[i] * taps[1].weight[j] * taps[2].weight[k];
          weights.merge(values[base + taps[2].index[k]], weight, Double::sum);
        }
      }
    }
    return Collections.max(weights.entrySet(), Map.Entry.comparingByValue()).getKey();
  }

  private Taps taps(double at, int extent) {
    int below = (int) Math.floor(at);
    double t = at - below;
    return switch (kind) {
      case NEAREST ->
          new Taps(new int[] {clamp((int) Math.floor(at + 0.5), extent)}, new double[] {1});
      case LINEAR ->
          new Taps(
              new int[] {clamp(below, extent), clamp(below + 1, extent)}, new double[] {1 - t, t});
      case BSPLINE -> spline(below, t, extent);
      case GAUSSIAN -> gaussian(at, extent, 0.8, 4);
      case LABEL_GAUSSIAN -> gaussian(at, extent, 1, 1);
      case HAMMING, COSINE, WELCH, LANCZOS, BLACKMAN -> sinc(below, t, extent);
    };
  }

  private static Taps spline(int below, double t, int extent) {
    Taps taps = new Taps(4);
    for (int k = 0; k < 4; k++) {
      taps.index[k] = mirror(below - 1 + k, extent);
    }
    double[] weight = taps.weight;
    weight[3] = t * t * t / 6;
    weight[0] = 1.0 / 6 + t * (t - 1) / 2 - weight[3];
    weight[2] = t + weight[0] - 2 * weight[3];
    weight[1] = 1 - weight[0] - weight[2] - weight[3];
    return taps;
  }

  /** The share of a Gaussian (in voxels) that falls on each voxel, of those within the cutoff. */
  private static Taps gaussian(double at, int extent, double sigma, double cutoff) {
    int first = Math.max(0, (int) Math.floor(at + 0.5 - cutoff * sigma));
    int end = Math.min(extent, (int) Math.ceil(at + 0.5 + cutoff * sigma));
    Taps taps = new Taps(end - first);
    double scale = 1 / (Math.sqrt(2) * sigma);
    double sum = 0;
    for (int k = 0; k < taps.index.length; k++) {
      double from = (first + k - 0.5 - at) * scale;
      taps.index[k] = first + k;
      taps.weight[k] = Erf.erf(from, from + scale);
      sum += taps.weight[k];
    }
    for (int k = 0; k < taps.weight.length; k++) {
      taps.weight[k] /= sum;
    }
    return taps;
  }

  /** Beyond the border the edge value is repeated; weights are not normalised. */
  private Taps sinc(int below, double t, int extent) {
    if (t == 0) {
      return new Taps(new int[] {clamp(below, extent)}, new double[] {1});
    }
    int radius = Interpolator.SINC_RADIUS;
    Taps taps = new Taps(2 * radius);
    for (int k = 0; k < taps.index.length; k++) {
      double x = t + radius - 1 - k;
      taps.index[k] = clamp(below - radius + 1 + k, extent);
      taps.weight[k] = kind.window(x) * Math.sin(Math.PI * x) / (Math.PI * x);
    }
    return taps;
  }

  private static int clamp(int index, int extent) {
    return Math.max(0, Math.min(extent - 1, index));
  }

  /** Mirrors at the centres of the first and the last voxel. */
  private static int mirror(int index, int extent) {
    if (extent == 1) {
      return 0;
    }
    int period = 2 * (extent - 1);
    int at = Math.floorMod(index, period);
    return at < extent ? at : period - at;
  }

  /** Turns samples along one axis into cubic B-spline coefficients, in place. */
  private static void prefilter(double[] values, int[] shape, int axis) {
    int n = shape[axis];
    if (n == 1) {
      return;
    }
    int stride = axis == 0 ? shape[1] * shape[2] : axis == 1 ? shape[2] : 1;
    double[] line = new double[n];
    for (int start = 0; start < values.length; start++) {
      if (start / stride % n != 0) {
        continue;
      }
      for (int i = 0; i < n; i++) {
        line[i] = values[start + i * stride];
      }
      prefilter(line);
      for (int i = 0; i < n; i++) {
        values[start + i * stride] = line[i];
      }
    }
  }

  private static void prefilter(double[] c) {
    int n = c.length;
    double gain = (1 - POLE) * (1 - 1 / POLE);
    for (int i = 0; i < n; i++) {
      c[i] *= gain;
    }
    c[0] = firstCausal(c);
    for (int i = 1; i < n; i++) {
      c[i] += POLE * c[i - 1];
    }
    c[n - 1] = POLE / (POLE * POLE - 1) * (POLE * c[n - 2] + c[n - 1]);
    for (int i = n - 2; i >= 0; i--) {
      c[i] = POLE * (c[i + 1] - c[i]);
    }
  }

  private static double firstCausal(double[] c) {
    int n = c.length;
    int horizon = (int) Math.ceil(Math.log(TOLERANCE) / Math.log(Math.abs(POLE)));
    double power = POLE;
    if (horizon < n) {
      double sum = c[0];
      for (int i = 1; i < horizon; i++) {
        sum += power * c[i];
        power *= POLE;
      }
      return sum;
    }
    double inverse = 1 / POLE;
    double back = Math.pow(POLE, n - 1);
    double sum = c[0] + back * c[n - 1];
    back *= back * inverse;
    for (int i = 1; i <= n - 2; i++) {
      sum += (power + back) * c[i];
      power *= POLE;
      back *= inverse;
    }
    return sum / (1 - power * power);
  }
}
