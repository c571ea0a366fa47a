package org.cirr.benchmarks.peer;

/**
 * A workload loaded into one engine, its inputs in that engine's own memory and layout.
 *
 * <p>Only {@link #run} is timed: it computes the output and leaves it in the engine's memory.
 */
public interface Contestant extends AutoCloseable {
  /** Computes the output; the previous one is let go. */
  void run();

  /** The output of the last run, channels last. */
  float[] output();

  /** Gives all memory back. */
  @Override
  void close();
}
