package org.cirr.benchmarks.compare;

import java.lang.management.ManagementFactory;

/**
 * How long each part of a race takes.
 *
 * @param warmUpSeconds the least time of each contestant's runs before the clock starts
 * @param rounds the least timed turns of each contestant
 * @param seconds the least time of all timed turns together
 * @param deadline when to stop in any case, in seconds since this process began; then one turn is
 *     the least
 */
record Pace(double warmUpSeconds, int rounds, double seconds, double deadline) {
  /** For a whole network, which takes seconds. */
  static final Pace NETWORK = new Pace(6, 7, 40, Double.POSITIVE_INFINITY);

  /** For a whole network when there is little time. */
  static final Pace QUICK = new Pace(0, 5, 30, 45);

  /** For one kernel. */
  static final Pace KERNEL = new Pace(0.7, 9, 1.5, Double.POSITIVE_INFINITY);

  /** Whether the deadline has passed when something that takes this long is over. */
  boolean late(double more) {
    long started = ManagementFactory.getRuntimeMXBean().getStartTime();
    return (System.currentTimeMillis() - started) * 1e-3 + more > deadline;
  }
}
