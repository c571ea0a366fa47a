package org.cirr.benchmarks.compare;

import java.util.List;

/**
 * One engine's times on one workload.
 *
 * @param engine its short name
 * @param missing why there are no times; null when there are
 * @param seconds of each turn, from the fastest to the slowest
 * @param difference the output's largest distance to the contestants' median, in parts of its range
 */
record RaceResult(String engine, String missing, List<Double> seconds, double difference) {
  static RaceResult missing(String engine, String reason) {
    return new RaceResult(engine, reason, List.of(), Double.NaN);
  }

  static RaceResult of(String engine, List<Double> seconds, double difference) {
    return new RaceResult(engine, null, seconds.stream().sorted().toList(), difference);
  }

  /** NaN when there are no times. */
  double median() {
    if (seconds.isEmpty()) {
      return Double.NaN;
    }
    int half = seconds.size() / 2;
    return seconds.size() % 2 == 1
        ? seconds.get(half)
        : (seconds.get(half - 1) + seconds.get(half)) / 2;
  }

  double best() {
    return seconds.isEmpty() ? Double.NaN : seconds.get(0);
  }

  double worst() {
    return seconds.isEmpty() ? Double.NaN : seconds.get(seconds.size() - 1);
  }
}
