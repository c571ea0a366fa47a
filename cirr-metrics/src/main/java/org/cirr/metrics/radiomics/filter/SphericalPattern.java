package org.cirr.metrics.radiomics.filter;

import org.cirr.metrics.radiomics.image.Interpolation;
import org.cirr.metrics.radiomics.image.Interpolator;
import org.cirr.metrics.radiomics.image.PixelType;
import org.cirr.metrics.radiomics.image.Raster;

/**
 * Local binary patterns in space: which points on a sphere around a voxel are at least as bright as
 * it, as the strength of each degree of spherical harmonics, which does not depend on how the
 * pattern is turned; and the kurtosis of the points' values.
 *
 * <p><b>Formula</b>: with b_v the bit of point v, c_m = Σ_v b_v Y_nm(v) and f(v) = Σ_m c_m Y_nm(v),
 * the map of degree n is Re √(Σ_v f(v)²); kurtosis m₄/m₂² − 3.
 *
 * <p><b>Edge cases</b>: points between voxels are interpolated with cubic B-splines and rounded for
 * images of whole numbers; beyond the centres of the outermost voxels the image is 0. Voxels
 * outside the region are 0. Where all points are equal, the kurtosis is 0 (pyradiomics: NaN, on
 * which its features fail).
 *
 * <p><b>Source</b>: Banerjee 2013; pyradiomics {@code getLBP3DImage} with SciPy before 1.17, which
 * it needs. It hands the polar angle to SciPy as the azimuth and the other way round, and squares
 * complex numbers instead of their magnitudes; its numbers are given here, so the maps are not
 * exactly invariant to rotation.
 */
public final class SphericalPattern {
  private final int levels;
  private final double[][] points; // added to the indices z, y, x, in this order
  private final double[][] re; // harmonic, point
  private final double[][] im;
  private final double[][][] gramRe; // degree, order, order: Σ_v Y_nm(v) Y_nm'(v)
  private final double[][][] gramIm;

  /**
   * A pattern.
   *
   * @param levels the degrees 0 to levels − 1
   * @param radius in voxels
   * @param subdivisions 12, 42, 162, ... points
   */
  public SphericalPattern(int levels, double radius, int subdivisions) {
    this.levels = levels;
    points = Icosphere.vertices(subdivisions, radius);
    re = new double[levels * levels][points.length];
    im = new double[levels * levels][points.length];
    for (int v = 0; v < points.length; v++) {
      double polar = Math.acos(Math.max(-1, Math.min(1, points[v][2] / radius)));
      double azimuth = Math.atan2(points[v][1], points[v][0]);
      for (int n = 0; n < levels; n++) {
        for (int m = -n; m <= n; m++) {
          double size = legendre(n, m, Math.cos(azimuth)); // swapped: see above
          re[n * n + n + m][v] = size * Math.cos(m * polar);
          im[n * n + n + m][v] = size * Math.sin(m * polar);
        }
      }
    }
    gramRe = new double[levels][][];
    gramIm = new double[levels][][];
    for (int n = 0; n < levels; n++) {
      gram(n);
    }
  }

  /** Σ_v Y Y' for all pairs of orders of a degree, so that Σ_v f(v)² needs no sum over points. */
  private void gram(int n) {
    int orders = 2 * n + 1;
    gramRe[n] = new double[orders][orders];
    gramIm[n] = new double[orders][orders];
    for (int a = 0; a < orders; a++) {
      for (int b = 0; b < orders; b++) {
        int i = n * n + a;
        int j = n * n + b;
        for (int v = 0; v < points.length; v++) {
          gramRe[n][a][b] += re[i][v] * re[j][v] - im[i][v] * im[j][v];
          gramIm[n][a][b] += re[i][v] * im[j][v] + im[i][v] * re[j][v];
        }
      }
    }
  }

  /** The normalised associated Legendre function, with Condon and Shortley's sign. */
  private static double legendre(int n, int order, double x) {
    int m = Math.abs(order);
    double sine = Math.sqrt(Math.max(0, 1 - x * x));
    double value = 1; // P_m^m
    for (int k = 1; k <= m; k++) {
      value *= -(2 * k - 1) * sine;
    }
    double before = 0;
    for (int degree = m + 1; degree <= n; degree++) {
      double next = ((2 * degree - 1) * x * value - (degree + m - 1) * before) / (degree - m);
      before = value;
      value = next;
    }
    double ratio = 1; // (n − m)!/(n + m)!
    for (int k = n - m + 1; k <= n + m; k++) {
      ratio /= k;
    }
    double sign = order < 0 && m % 2 == 1 ? -1 : 1;
    return sign * Math.sqrt((2 * n + 1) / (4 * Math.PI) * ratio) * value;
  }

  /**
   * The maps of the degrees, then that of the kurtosis.
   *
   * @param inside the region
   * @param type what the image's voxels are stored as
   */
  public double[][] of(Raster image, boolean[] inside, PixelType type) {
    int[] shape = image.shape();
    double[] values = image.values();
    Interpolation between = Interpolation.of(image, Interpolator.BSPLINE);
    double[][] maps = new double[levels + 1][values.length];
    double[] around = new double[points.length];
    for (int i = 0; i < values.length; i++) {
      if (!inside[i]) {
        continue;
      }
      int z = i / (shape[1] * shape[2]);
      int y = i / shape[2] % shape[1];
      int x = i % shape[2];
      for (int v = 0; v < points.length; v++) {
        double sample =
            sample(between, shape, z + points[v][0], y + points[v][1], x + points[v][2]);
        around[v] =
            type.isWhole() ? type.store(sample + Math.copySign(0.5, sample)) : type.store(sample);
      }
      for (int n = 0; n < levels; n++) {
        maps[n][i] = strength(n, around, values[i]);
      }
      maps[levels][i] = kurtosis(around);
    }
    return maps;
  }

  private static double sample(Interpolation between, int[] shape, double z, double y, double x) {
    boolean within =
        z >= 0 && z <= shape[0] - 1 && y >= 0 && y <= shape[1] - 1 && x >= 0 && x <= shape[2] - 1;
    return within ? between.at(z, y, x) : 0;
  }

  private double strength(int n, double[] around, double centre) {
    int orders = 2 * n + 1;
    double[] cRe = new double[orders];
    double[] cIm = new double[orders];
    for (int v = 0; v < around.length; v++) {
      if (around[v] >= centre) {
        for (int a = 0; a < orders; a++) {
          cRe[a] += re[n * n + a][v];
          cIm[a] += im[n * n + a][v];
        }
      }
    }
    double sumRe = 0;
    double sumIm = 0;
    for (int a = 0; a < orders; a++) {
      for (int b = 0; b < orders; b++) {
        double pRe = cRe[a] * cRe[b] - cIm[a] * cIm[b];
        double pIm = cRe[a] * cIm[b] + cIm[a] * cRe[b];
        sumRe += pRe * gramRe[n][a][b] - pIm * gramIm[n][a][b];
        sumIm += pRe * gramIm[n][a][b] + pIm * gramRe[n][a][b];
      }
    }
    double modulus = Math.hypot(sumRe, sumIm);
    return Math.sqrt(Math.max(0, (modulus + sumRe) / 2)); // the real part of the complex root
  }

  private static double kurtosis(double[] values) {
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double second = 0;
    double fourth = 0;
    for (double value : values) {
      double square = (value - mean) * (value - mean);
      second += square / values.length;
      fourth += square * square / values.length;
    }
    return second <= 1e-30 * mean * mean ? 0 : fourth / (second * second) - 3;
  }
}
