package org.cirr.benchmarks;

import org.cirr.benchmarks.machine.MachinePeak;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Counts the work of a benchmark, which JMH prints per second: {@code gigaFlop} and {@code
 * gigaByte} in 10⁹, and both in percent of what the machine was measured to do at most, with the
 * same number of threads.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class WorkCounter {
  /** Multiplications and additions since the iteration began, in 10⁹. */
  public double gigaFlop;

  /** Bytes of inputs, weights and outputs since the iteration began, in 10⁹. */
  public double gigaByte;

  /** {@link #gigaFlop} in hundredths of the machine's peak. */
  public double percentOfPeak;

  /** {@link #gigaByte} in hundredths of the machine's bandwidth. */
  public double percentOfBandwidth;

  private boolean measuring;

  /** Starts at 0 in every iteration. */
  @Setup(Level.Iteration)
  public void clear() {
    measuring = true;
    gigaFlop = 0;
    gigaByte = 0;
    percentOfPeak = 0;
    percentOfBandwidth = 0;
  }

  /** Whether JMH runs the benchmark, and not a test its body. */
  boolean isMeasuring() {
    return measuring;
  }

  /** Adds one call's work. */
  void add(double flop, double bytes, MachinePeak peak) {
    gigaFlop += flop;
    gigaByte += bytes;
    if (peak != null) { // a test runs the bodies without it
      percentOfPeak += 100 * flop / peak.gigaFlop();
      percentOfBandwidth += 100 * bytes / peak.gigaByte();
    }
  }
}
