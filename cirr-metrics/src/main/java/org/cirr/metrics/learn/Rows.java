package org.cirr.metrics.learn;

import java.util.Arrays;
import org.cirr.metrics.numeric.Exponential;

/** What is asked of the rows of a table, and what is often done with them. */
final class Rows {
  private Rows() {}

  /** Checks a row that is to be classified. */
  static double[] require(double[] row, int features) {
    if (row.length != features) {
      throw new IllegalArgumentException(
          "the row has "
              + row.length
              + " features, the classifier was trained on "
              + features
              + "; give the same features in the same order");
    }
    for (int j = 0; j < features; j++) {
      if (!Double.isFinite(row[j])) {
        throw new IllegalArgumentException(
            "feature "
                + j
                + " is "
                + row[j]
                + ", expected a finite number; impute it or leave the case out");
      }
    }
    return row;
  }

  /** Checks a table: at least one row and column, all rows alike, all values finite. */
  static double[][] requireTable(double[][] features) {
    if (features.length == 0 || features[0].length == 0) {
      throw new IllegalArgumentException(
          "learning needs at least one case and one feature, got "
              + features.length
              + " cases"
              + (features.length == 0 ? "" : " of 0 features"));
    }
    for (int i = 0; i < features.length; i++) {
      if (features[i].length != features[0].length) {
        throw new IllegalArgumentException(
            "case 0 has "
                + features[0].length
                + " features and case "
                + i
                + " has "
                + features[i].length
                + "; give every case the same features");
      }
      for (int j = 0; j < features[i].length; j++) {
        if (!Double.isFinite(features[i][j])) {
          throw new IllegalArgumentException(
              "feature "
                  + j
                  + " of case "
                  + i
                  + " is "
                  + features[i][j]
                  + ", expected a finite number; impute it or leave the case out");
        }
      }
    }
    return features;
  }

  /** Checks a table and the labels of its rows. */
  static void requireLabelled(double[][] features, int[] labels) {
    requireTable(features);
    if (features.length != labels.length) {
      throw new IllegalArgumentException(
          "every case has one label, got "
              + features.length
              + " cases and "
              + labels.length
              + " labels");
    }
  }

  /** The place of the largest value, the first among equals. */
  static int largest(double[] values) {
    int best = 0;
    for (int k = 1; k < values.length; k++) {
      if (values[k] > values[best]) {
        best = k;
      }
    }
    return best;
  }

  /** Replaces raw scores by the probabilities exp(s_k)/Σexp(s). */
  static double[] softmax(double[] scores) {
    double most = Arrays.stream(scores).max().orElse(0);
    double sum = 0;
    for (int k = 0; k < scores.length; k++) {
      scores[k] = Exponential.of(scores[k] - most);
      sum += scores[k];
    }
    for (int k = 0; k < scores.length; k++) {
      scores[k] /= sum;
    }
    return scores;
  }

  /** 1/(1 + exp(−x)). */
  static double logistic(double x) {
    return 1 / (1 + Exponential.of(-x));
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }

  static double squaredDistance(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += (a[j] - b[j]) * (a[j] - b[j]);
    }
    return sum;
  }

  /** The rows at the given places. */
  static double[][] at(double[][] rows, int[] places) {
    return Arrays.stream(places).mapToObj(i -> rows[i]).toArray(double[][]::new);
  }

  /** The labels at the given places. */
  static int[] at(int[] labels, int[] places) {
    return Arrays.stream(places).map(i -> labels[i]).toArray();
  }

  /** One column. */
  static double[] column(double[][] rows, int feature) {
    return Arrays.stream(rows).mapToDouble(row -> row[feature]).toArray();
  }

  /** The table cast to float32 and column by column, as trees read it. */
  static float[][] floatColumns(double[][] rows) {
    float[][] columns = new float[rows[0].length][rows.length];
    for (int i = 0; i < rows.length; i++) {
      float[] row = floats(rows[i]);
      for (int j = 0; j < row.length; j++) {
        columns[j][i] = row[j];
      }
    }
    return columns;
  }

  /** The row cast to float32. */
  static float[] floats(double[] row) {
    float[] floats = new float[row.length];
    for (int j = 0; j < row.length; j++) {
      floats[j] = (float) row[j];
      if (Float.isInfinite(floats[j])) {
        throw new IllegalArgumentException(
            "feature "
                + j
                + " is "
                + row[j]
                + ", too large for the float32 that trees work in (3.4e38); rescale it");
      }
    }
    return floats;
  }
}
