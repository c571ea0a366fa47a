package org.cirr.nn.segment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Wall time by stage; the time since the last call belongs to the stage named. */
final class Stopwatch {
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private long last = System.nanoTime();

  void end(String stage) {
    long now = System.nanoTime();
    seconds.merge(stage, (now - last) * 1e-9, Double::sum);
    last = now;
  }

  Map<String, Double> seconds() {
    return Collections.unmodifiableMap(seconds);
  }
}
