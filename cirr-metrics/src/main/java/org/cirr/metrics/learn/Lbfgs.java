package org.cirr.metrics.learn;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Minimises a smooth function by limited-memory BFGS.
 *
 * <p><b>Source</b>: Nocedal and Wright, Numerical Optimization (2006), algorithm 7.4; the line
 * search is the bisection for the weak Wolfe conditions of Lewis and Overton (2013). Commons Math
 * has conjugate gradients but no quasi-Newton method.
 */
final class Lbfgs {
  private static final int MEMORY = 10;
  private static final double DECREASE = 1e-4;
  private static final double CURVATURE = 0.9;
  private static final int MOST_TRIALS = 60;

  /** A function and its gradient. */
  @FunctionalInterface
  interface Function {
    /** The value at a point; writes the gradient there. */
    double at(double[] point, double[] gradient);
  }

  /**
   * Where the search ended.
   *
   * @param converged whether the largest component of the gradient is within the tolerance
   */
  record Result(double[] point, double value, int iterations, boolean converged) {}

  private record Pair(double[] step, double[] change, double inverse) {}

  private Lbfgs() {}

  static Result minimize(Function function, double[] start, double tolerance, int iterations) {
    double[] point = start.clone();
    double[] gradient = new double[point.length];
    double value = function.at(point, gradient);
    Deque<Pair> memory = new ArrayDeque<>();
    int done = 0;
    while (done < iterations && largest(gradient) > tolerance) {
      double[] direction = direction(gradient, memory);
      double slope = Rows.dot(direction, gradient);
      if (!(slope < 0)) {
        if (memory.isEmpty()) {
          break;
        }
        memory.clear(); // rounding has spoilt the curvature; go on downhill
        continue;
      }
      double first = memory.isEmpty() ? 1 / Math.max(1, norm(gradient)) : 1;
      double[] nextGradient = new double[point.length];
      double[] next = new double[point.length];
      double nextValue =
          search(function, point, value, slope, direction, first, next, nextGradient);
      if (Double.isNaN(nextValue)) {
        break; // no step makes it smaller: as good as the arithmetic allows
      }
      remember(memory, point, next, gradient, nextGradient);
      point = next;
      gradient = nextGradient;
      value = nextValue;
      done++;
    }
    return new Result(point, value, done, largest(gradient) <= tolerance);
  }

  /** Finds a step; NaN when there is none. */
  private static double search(
      Function function,
      double[] point,
      double value,
      double slope,
      double[] direction,
      double first,
      double[] next,
      double[] nextGradient) {
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double step = first;
    double slack = 4 * Math.ulp(value); // near the minimum differences drown in rounding
    for (int trial = 0; trial < MOST_TRIALS; trial++) {
      for (int j = 0; j < next.length; j++) {
        next[j] = point[j] + step * direction[j];
      }
      double found = function.at(next, nextGradient);
      if (!(found <= value + DECREASE * step * slope + slack)) {
        high = step;
      } else if (Rows.dot(direction, nextGradient) < CURVATURE * slope) {
        low = step;
      } else {
        return found;
      }
      step = high < Double.POSITIVE_INFINITY ? (low + high) / 2 : 2 * low;
    }
    return Double.NaN;
  }

  private static void remember(
      Deque<Pair> memory, double[] point, double[] next, double[] gradient, double[] nextGradient) {
    double[] step = new double[point.length];
    double[] change = new double[point.length];
    for (int j = 0; j < point.length; j++) {
      step[j] = next[j] - point[j];
      change[j] = nextGradient[j] - gradient[j];
    }
    double curvature = Rows.dot(step, change);
    if (curvature > 0) {
      if (memory.size() == MEMORY) {
        memory.removeFirst();
      }
      memory.addLast(new Pair(step, change, 1 / curvature));
    }
  }

  /** The two-loop recursion: minus the inverse Hessian times the gradient. */
  private static double[] direction(double[] gradient, Deque<Pair> memory) {
    double[] q = gradient.clone();
    double[] alphas = new double[memory.size()];
    int i = memory.size();
    for (var newestFirst = memory.descendingIterator(); newestFirst.hasNext(); ) {
      Pair pair = newestFirst.next();
      i--;
      alphas[i] = pair.inverse * Rows.dot(pair.step, q);
      add(q, -alphas[i], pair.change);
    }
    if (!memory.isEmpty()) {
      Pair last = memory.getLast();
      double scale = 1 / (last.inverse * Rows.dot(last.change, last.change));
      for (int j = 0; j < q.length; j++) {
        q[j] *= scale;
      }
    }
    for (Pair pair : memory) {
      double beta = pair.inverse * Rows.dot(pair.change, q);
      add(q, alphas[i] - beta, pair.step);
      i++;
    }
    for (int j = 0; j < q.length; j++) {
      q[j] = -q[j];
    }
    return q;
  }

  private static void add(double[] to, double factor, double[] vector) {
    for (int j = 0; j < to.length; j++) {
      to[j] += factor * vector[j];
    }
  }

  private static double norm(double[] vector) {
    return Math.sqrt(Rows.dot(vector, vector));
  }

  private static double largest(double[] vector) {
    double largest = 0;
    for (double value : vector) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
