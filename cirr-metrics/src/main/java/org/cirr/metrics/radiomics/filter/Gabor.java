package org.cirr.metrics.radiomics.filter;

import org.cirr.metrics.radiomics.fourier.FourierGrid;
import org.cirr.metrics.radiomics.image.Raster;
import org.cirr.parallel.Workers;

/**
 * Gabor filters in planes: the magnitude of the response to a wave under a Gaussian.
 *
 * <p><b>Formula</b>: exp(−(u² + γ² v²)/(2σ²) + i 2π u/λ), u = x cos θ + y sin θ, v = −x sin θ + y
 * cos θ, cut off at 6σ max(1, 1/γ).
 *
 * <p><b>Units</b>: σ and λ in mm, angles in radians.
 *
 * <p><b>Source</b>: IBSI reference manual, part 2 (Q88H).
 */
public final class Gabor {
  private final double sigma;
  private final double lambda;
  private final double gamma;
  private final Boundary boundary;

  /**
   * A filter.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for a size that is not positive.
   *
   * @param sigma the Gaussian's width along the wave
   * @param lambda the wave's length
   * @param gamma how much narrower the Gaussian is across the wave
   */
  public Gabor(double sigma, double lambda, double gamma, Boundary boundary) {
    if (!(sigma > 0 && lambda > 0 && gamma > 0)) {
      throw new IllegalArgumentException(
          "a Gabor filter's sigma, lambda and gamma must be above 0, got "
              + sigma
              + ", "
              + lambda
              + " and "
              + gamma);
    }
    this.sigma = sigma;
    this.lambda = lambda;
    this.gamma = gamma;
    this.boundary = boundary;
  }

  /** The response in the slices along z. */
  public Raster inSlices(Raster image, double theta, Workers workers) {
    double[] sum = new double[image.values().length];
    add(image, 0, new double[] {theta}, 1, sum, workers);
    return image.withValues(sum);
  }

  /**
   * The mean response over the orientations 0, step, 2 step, ... below π, in the slices along z or
   * over the planes across all three axes. It does not depend on the number of workers.
   */
  public Raster rotationInvariant(Raster image, double step, boolean inPlane, Workers workers) {
    int count = (int) Math.max(1, Math.round(Math.PI / step));
    double[] thetas = new double[count];
    for (int k = 0; k < count; k++) {
      thetas[k] = k * step;
    }
    double[] sum = new double[image.values().length];
    int planes = inPlane ? 1 : 3;
    for (int axis = 0; axis < planes; axis++) {
      add(image, axis, thetas, 1.0 / (planes * count), sum, workers);
    }
    return image.withValues(sum);
  }

  /** Adds the weighted responses in all planes across an axis. */
  private void add(
      Raster image, int axis, double[] thetas, double weight, double[] sum, Workers workers) {
    int[] shape = image.shape();
    double[] spacing = image.spacing().toArray();
    int rowAxis = axis == 0 ? 1 : 0;
    int columnAxis = axis == 2 ? 1 : 2;
    double pixel = spacing[columnAxis];
    if (Math.abs(spacing[rowAxis] - pixel) > 1e-4 * pixel) {
      throw new IllegalArgumentException(
          "Gabor filters need square pixels, but the spacing is "
              + spacing[rowAxis]
              + " and "
              + pixel
              + " mm; resample the image first");
    }
    int reach = (int) Math.ceil(6 * sigma / pixel * Math.max(1, 1 / gamma));
    int longest = Math.max(shape[rowAxis], shape[columnAxis]) + 2 * reach;
    int side = FourierGrid.fastExtent(longest);
    FourierGrid fourier = new FourierGrid(1, side, side);
    int[] strides = {shape[1] * shape[2], shape[2], 1};
    double[][] kernelsRe = new double[thetas.length][side * side];
    double[][] kernelsIm = new double[thetas.length][side * side];
    workers.forEach(
        thetas.length,
        k -> {
          kernel(kernelsRe[k], kernelsIm[k], side, reach, pixel, thetas[k]);
          fourier.transform(kernelsRe[k], kernelsIm[k], -1);
        });
    double scale = weight / ((double) side * side);
    workers.forEach( // each plane adds to voxels of its own
        shape[axis],
        plane -> {
          int start = plane * strides[axis];
          double[] re = new double[side * side];
          if (!pad(image.values(), start, shape, strides, rowAxis, columnAxis, reach, side, re)) {
            return; // no response to nothing
          }
          double[] im = new double[side * side];
          fourier.transform(re, im, -1);
          for (int k = 0; k < thetas.length; k++) {
            double[] x = new double[re.length];
            double[] y = new double[re.length];
            multiply(re, im, kernelsRe[k], kernelsIm[k], x, y);
            fourier.transformRows(2 * reach, shape[rowAxis], x, y, 1);
            for (int r = 0; r < shape[rowAxis]; r++) {
              for (int c = 0; c < shape[columnAxis]; c++) {
                int from = (r + 2 * reach) * side + c + 2 * reach;
                sum[start + r * strides[rowAxis] + c * strides[columnAxis]] +=
                    scale * Math.sqrt(x[from] * x[from] + y[from] * y[from]);
              }
            }
          }
        });
  }

  /** The product of two spectra. */
  private static void multiply(
      double[] re, double[] im, double[] kernelRe, double[] kernelIm, double[] x, double[] y) {
    for (int i = 0; i < x.length; i++) {
      x[i] = re[i] * kernelRe[i] - im[i] * kernelIm[i];
      y[i] = re[i] * kernelIm[i] + im[i] * kernelRe[i];
    }
  }

  private void kernel(double[] re, double[] im, int side, int reach, double pixel, double theta) {
    double s = sigma / pixel;
    double wave = 2 * Math.PI * pixel / lambda;
    for (int y = -reach; y <= reach; y++) {
      for (int x = -reach; x <= reach; x++) {
        double u = x * Math.cos(theta) + y * Math.sin(theta);
        double v = -x * Math.sin(theta) + y * Math.cos(theta);
        double g = Math.exp(-(u * u + gamma * gamma * v * v) / (2 * s * s));
        int at = (y + reach) * side + x + reach;
        re[at] = g * Math.cos(wave * u);
        im[at] = g * Math.sin(wave * u);
      }
    }
  }

  /** Copies a plane, with a margin of {@code reach} on all sides; whether a value is not 0. */
  private boolean pad(
      double[] values,
      int start,
      int[] shape,
      int[] strides,
      int rowAxis,
      int columnAxis,
      int reach,
      int side,
      double[] out) {
    int rows = shape[rowAxis];
    int columns = shape[columnAxis];
    double[] rowOf = new double[rows];
    double[] line = new double[columns];
    boolean any = false;
    for (int r = 0; r < rows; r++) {
      rowOf[r] = r + 1; // so that 0 says beyond
    }
    for (int r = -reach; r < rows + reach; r++) {
      int from = (int) boundary.at(rowOf, r) - 1;
      if (from < 0) {
        continue;
      }
      for (int c = 0; c < columns; c++) {
        line[c] = values[start + from * strides[rowAxis] + c * strides[columnAxis]];
        any |= line[c] != 0;
      }
      for (int c = -reach; c < columns + reach; c++) {
        out[(r + reach) * side + c + reach] = boundary.at(line, c);
      }
    }
    return any;
  }
}
