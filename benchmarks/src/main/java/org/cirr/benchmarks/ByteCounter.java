package org.cirr.benchmarks;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Counts the bytes of the inputs and outputs of a benchmark, which JMH prints per second as {@code
 * gigaByte}.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class ByteCounter {
  /** Counted since the iteration began, in 10⁹. */
  public double gigaByte;

  /** Starts at 0 in every iteration. */
  @Setup(Level.Iteration)
  public void clear() {
    gigaByte = 0;
  }
}
