package org.cirr.nn.optimize;

import java.util.ArrayList;
import java.util.List;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/** The length of all gradients together, and its limit. */
public final class GradientNorm {
  /** Values that one thread takes at a time; sums are added piece by piece, in their order. */
  private static final int PIECE = 1 << 16;

  private GradientNorm() {}

  /** Some values of a gradient. */
  private record Piece(float[] values, int from, int to) {}

  private static List<Piece> pieces(List<Tensor> gradients) {
    List<Piece> pieces = new ArrayList<>();
    for (Tensor gradient : gradients) {
      float[] values = gradient.array();
      for (int from = 0; from < values.length; from += PIECE) {
        pieces.add(new Piece(values, from, Math.min(values.length, from + PIECE)));
      }
    }
    return pieces;
  }

  /** The root of the sum of all squares, summed in double. */
  public static double of(List<Tensor> gradients) {
    return of(pieces(gradients), Workers.single());
  }

  private static double of(List<Piece> pieces, Workers workers) {
    double[] sums = new double[pieces.size()];
    workers.forEach(sums.length, k -> sums[k] = squares(pieces.get(k)));
    double sum = 0;
    for (double own : sums) {
      sum += own;
    }
    return Math.sqrt(sum);
  }

  /** Four sums side by side, so that an addition need not wait for the one before. */
  private static double squares(Piece piece) {
    float[] values = piece.values;
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int whole = piece.to - (piece.to - piece.from) % 4;
    for (int i = piece.from; i < whole; i += 4) {
      a += (double) values[i] * values[i];
      b += (double) values[i + 1] * values[i + 1];
      c += (double) values[i + 2] * values[i + 2];
      d += (double) values[i + 3] * values[i + 3];
    }
    for (int i = whole; i < piece.to; i++) {
      a += (double) values[i] * values[i];
    }
    return a + b + (c + d);
  }

  /** {@link #clip(List, double, Workers)} on the calling thread. */
  public static double clip(List<Tensor> gradients, double most) {
    return clip(gradients, most, Workers.single());
  }

  /**
   * Scales all gradients in place so that their norm is at most {@code most}; returns the norm
   * before. A norm that is NaN or infinite is returned as it is, and the gradients stay. The result
   * does not depend on the number of threads.
   *
   * <p><b>Formula</b>: factor {@code min(1, most / (norm + 1e-6))}.
   *
   * <p><b>Source</b>: {@code torch.nn.utils.clip_grad_norm_}.
   */
  public static double clip(List<Tensor> gradients, double most, Workers workers) {
    List<Piece> pieces = pieces(gradients);
    double norm = of(pieces, workers);
    float factor = (float) (most / (norm + 1e-6));
    if (factor < 1 && norm < Double.POSITIVE_INFINITY) {
      workers.forEach(pieces.size(), k -> scale(pieces.get(k), factor));
    }
    return norm;
  }

  private static void scale(Piece piece, float factor) {
    for (int i = piece.from; i < piece.to; i++) {
      piece.values[i] *= factor;
    }
  }
}
