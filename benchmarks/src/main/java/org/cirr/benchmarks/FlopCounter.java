package org.cirr.benchmarks;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Counts the multiplications and additions of a benchmark, which JMH prints per second as {@code
 * gigaFlop}.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class FlopCounter {
  /** Counted since the iteration began, in 10⁹. */
  public double gigaFlop;

  /** Starts at 0 in every iteration. */
  @Setup(Level.Iteration)
  public void clear() {
    gigaFlop = 0;
  }
}
