package org.cirr.nn.loss;

import static org.cirr.nn.gradient.Terms.kept;
import static org.cirr.nn.gradient.Terms.plus;
import static org.cirr.nn.gradient.Terms.reshape;
import static org.cirr.nn.gradient.Terms.sum;
import static org.cirr.nn.gradient.Terms.times;

import java.util.List;
import org.cirr.graph.Node;
import org.cirr.op.Constant;
import org.cirr.op.Gather;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/** What a network's output is compared with. */
public final class Targets {
  private Targets() {}

  /**
   * Class numbers as probabilities: 1 for the class, 0 for the others.
   *
   * <p><b>Shapes</b>: whole numbers {@code [...] → [..., classes]}.
   *
   * <p><b>Edge cases</b>: the number {@code classes} gives zeros everywhere, a position that is
   * ignored; larger ones do too, and negative ones count as 0.
   */
  public static Node oneHot(Node labels, int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException("one-hot targets need 1 or more classes, got " + classes);
    }
    Tensor table = Tensor.zeros(Shape.of(classes + 1, classes));
    for (int c = 0; c < classes; c++) {
      table.array()[c * classes + c] = 1;
    }
    return Node.of(new Gather(), Node.of(new Constant(table)), labels);
  }

  /** Takes a part of the probability from the classes and gives it to all of them alike. */
  public static Node smoothed(Node target, double part) {
    if (part == 0) {
      return target;
    }
    Shape shape = target.shape();
    int last = shape.rank() - 1;
    Node there = reshape(sum(target, List.of(last)), kept(shape, List.of(last))); // 0 if ignored
    return plus(times(target, 1 - part), times(there, part / shape.dim(-1)));
  }

  /** How far two ranks are apart. */
  public enum RankDistance {
    /** {@code |a − b|}. */
    ABSOLUTE,
    /** {@code (a − b)²}. */
    SQUARED,
    /** {@code (ln a − ln b)²}. */
    LOG_SQUARED
  }

  /**
   * The soft targets of ordinal regression, one row for each true class: {@code softmax(−alpha ·
   * distance)} over the ranks 1, 2, …
   *
   * <p><b>Shapes</b>: {@code [classes, classes]}; use it with {@link #ordinal}.
   *
   * <p><b>Source</b>: Díaz and Marathe 2019, "Soft labels for ordinal regression" (SORD).
   */
  public static Tensor ranks(int classes, double alpha, RankDistance distance) {
    Tensor table = Tensor.zeros(Shape.of(classes, classes));
    for (int truth = 1; truth <= classes; truth++) {
      double sum = 0;
      double[] row = new double[classes];
      for (int rank = 1; rank <= classes; rank++) {
        double apart =
            switch (distance) {
              case ABSOLUTE -> Math.abs(truth - rank);
              case SQUARED -> Math.pow(truth - rank, 2);
              case LOG_SQUARED -> Math.pow(Math.log(truth) - Math.log(rank), 2);
            };
        row[rank - 1] = Math.exp(-alpha * apart);
        sum += row[rank - 1];
      }
      for (int c = 0; c < classes; c++) {
        table.array()[(truth - 1) * classes + c] = (float) (row[c] / sum);
      }
    }
    return table;
  }

  /** Class numbers as the soft targets of {@link #ranks}. */
  public static Node ordinal(Node labels, Tensor ranks) {
    return Node.of(new Gather(), Node.of(new Constant(ranks)), labels);
  }
}
