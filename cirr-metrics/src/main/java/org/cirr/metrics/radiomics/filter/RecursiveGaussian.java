package org.cirr.metrics.radiomics.filter;

/**
 * A recursive approximation of smoothing with a Gaussian, or of its second derivative, along a
 * line.
 *
 * <p><b>Source</b>: Deriche's fourth-order filters with the constants of Farnebäck and Westin 2006,
 * as ITK's RecursiveGaussianImageFilter has them; lines go on with their edge value.
 */
final class RecursiveGaussian implements Lines.LineFilter {
  private static final double OMEGA_1 = 0.6681;
  private static final double LAMBDA_1 = -1.3932;
  private static final double OMEGA_2 = 2.0787;
  private static final double LAMBDA_2 = -1.3732;

  /** a₁, b₁, a₂, b₂ of order 0 and of order 2. */
  private static final double[][] SHAPE = {
    {1.3530, 1.8151, -0.3531, 0.0902}, {-1.3563, 5.2318, 0.3446, -2.2355}
  };

  private final double[] n; // causal: inputs i, i − 1, i − 2, i − 3
  private final double[] m = new double[5]; // anticausal: inputs i + 1 ... i + 4 at 1 ... 4
  private final double[] d; // both: outputs at 1 ... 4
  private final double edgeCausal;
  private final double edgeAnticausal;

  /**
   * @param sigma in voxels
   * @param second whether the second derivative is taken, per voxel²
   */
  RecursiveGaussian(double sigma, boolean second) {
    d = denominator(sigma);
    double sumD = 1 + d[1] + d[2] + d[3] + d[4];
    double[] smooth = numerator(sigma, SHAPE[0]);
    if (!second) {
      double scale = 2 * sum(smooth) / sumD - smooth[0];
      n = scaled(smooth, 1 / scale);
    } else {
      double[] curve = numerator(sigma, SHAPE[1]);
      // Mixed with the smoothing so that a constant gives 0, then scaled so that x²/2 gives 1.
      double beta = -(2 * sum(curve) - sumD * curve[0]) / (2 * sum(smooth) - sumD * smooth[0]);
      double[] mixed = new double[4];
      for (int k = 0; k < 4; k++) {
        mixed[k] = curve[k] + beta * smooth[k];
      }
      n = scaled(mixed, 1 / secondMoment(mixed, sumD));
    }
    for (int k = 1; k <= 3; k++) {
      m[k] = n[k] - d[k] * n[0];
    }
    m[4] = -d[4] * n[0];
    edgeCausal = sum(n) / sumD;
    edgeAnticausal = (m[1] + m[2] + m[3] + m[4]) / sumD;
  }

  private double secondMoment(double[] mixed, double sumD) {
    double sumN = sum(mixed);
    double firstN = mixed[1] + 2 * mixed[2] + 3 * mixed[3];
    double secondN = mixed[1] + 4 * mixed[2] + 9 * mixed[3];
    double firstD = d[1] + 2 * d[2] + 3 * d[3] + 4 * d[4];
    double secondD = d[1] + 4 * d[2] + 9 * d[3] + 16 * d[4];
    return (secondN * sumD * sumD
            - secondD * sumN * sumD
            - 2 * firstN * firstD * sumD
            + 2 * firstD * firstD * sumN)
        / (sumD * sumD * sumD);
  }

  private static double[] numerator(double sigma, double[] shape) {
    double a1 = shape[0];
    double b1 = shape[1];
    double a2 = shape[2];
    double b2 = shape[3];
    double s1 = Math.sin(OMEGA_1 / sigma);
    double c1 = Math.cos(OMEGA_1 / sigma);
    double e1 = Math.exp(LAMBDA_1 / sigma);
    double s2 = Math.sin(OMEGA_2 / sigma);
    double c2 = Math.cos(OMEGA_2 / sigma);
    double e2 = Math.exp(LAMBDA_2 / sigma);
    return new double[] {
      a1 + a2,
      e2 * (b2 * s2 - (a2 + 2 * a1) * c2) + e1 * (b1 * s1 - (a1 + 2 * a2) * c1),
      2 * e1 * e2 * ((a1 + a2) * c1 * c2 - b1 * c2 * s1 - b2 * c1 * s2)
          + a2 * e1 * e1
          + a1 * e2 * e2,
      e2 * e1 * e1 * (b2 * s2 - a2 * c2) + e1 * e2 * e2 * (b1 * s1 - a1 * c1)
    };
  }

  private static double[] denominator(double sigma) {
    double c1 = Math.cos(OMEGA_1 / sigma);
    double e1 = Math.exp(LAMBDA_1 / sigma);
    double c2 = Math.cos(OMEGA_2 / sigma);
    double e2 = Math.exp(LAMBDA_2 / sigma);
    return new double[] {
      1,
      -2 * (e2 * c2 + e1 * c1),
      4 * c2 * c1 * e1 * e2 + e1 * e1 + e2 * e2,
      -2 * c1 * e1 * e2 * e2 - 2 * c2 * e2 * e1 * e1,
      e1 * e1 * e2 * e2
    };
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  private static double[] scaled(double[] values, double factor) {
    double[] result = new double[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i] * factor;
    }
    return result;
  }

  @Override
  public void apply(double[] in, double[] out) {
    int length = in.length;
    double[] back = new double[length];
    double first = in[0];
    double last = in[length - 1];
    for (int i = 0; i < length; i++) {
      double y = 0;
      for (int k = 0; k < 4; k++) {
        y += n[k] * (i - k >= 0 ? in[i - k] : first);
      }
      for (int k = 1; k <= 4; k++) {
        y -= d[k] * (i - k >= 0 ? out[i - k] : first * edgeCausal);
      }
      out[i] = y;
    }
    for (int i = length - 1; i >= 0; i--) {
      double y = 0;
      for (int k = 1; k <= 4; k++) {
        boolean within = i + k < length;
        y +=
            m[k] * (within ? in[i + k] : last)
                - d[k] * (within ? back[i + k] : last * edgeAnticausal);
      }
      back[i] = y;
    }
    for (int i = 0; i < length; i++) {
      out[i] += back[i];
    }
  }
}
