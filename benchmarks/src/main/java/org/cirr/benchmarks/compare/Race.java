package org.cirr.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.cirr.benchmarks.peer.Contestant;
import org.cirr.benchmarks.peer.Engine;
import org.cirr.benchmarks.workload.Workload;

/**
 * Runs one workload on all engines in turn, so that whatever the machine does besides hits all of
 * them.
 *
 * <p>A turn is one run of a long workload; of a short one it is {@value #TURN_SECONDS} seconds of
 * runs after one that is not timed, and its median counts.
 */
final class Race {
  /** Some engines' threads wait for more work with busy loops; nobody runs beside these. */
  private static final long PAUSE_MILLISECONDS = 20;

  private static final double TURN_SECONDS = 0.04;
  private static final int MOST_ROUNDS = 60;

  /** Where there is a deadline, the warm-up ends so long before it. */
  private static final double WARM_UP_RESERVE = 28;

  /** A run this much faster than all before says that the warm-up is not over. */
  private static final double STILL_FASTER = 0.97;

  private final Workload workload;
  private final Pace pace;
  private final int threads;

  private Race(Workload workload, Pace pace, int threads) {
    this.workload = workload;
    this.pace = pace;
    this.threads = threads;
  }

  /** One runner: an engine with the workload loaded, and its times. */
  private record Runner(Engine engine, Contestant contestant, List<Double> seconds) {}

  /** The results in the order of the engines; an engine that cannot run gives the reason. */
  static List<RaceResult> run(Workload workload, List<Engine> engines, Pace pace, int threads)
      throws IOException {
    return new Race(workload, pace, threads).run(engines);
  }

  private List<RaceResult> run(List<Engine> engines) throws IOException {
    List<Runner> runners = new ArrayList<>();
    List<RaceResult> results = new ArrayList<>();
    try {
      for (Engine engine : engines) {
        try {
          if (engine.unavailable().isPresent()) {
            results.add(RaceResult.missing(engine.name(), engine.unavailable().get()));
          } else {
            runners.add(new Runner(engine, load(engine), new ArrayList<>()));
          }
        } catch (UnsupportedOperationException | IOException e) {
          results.add(RaceResult.missing(engine.name(), e.getMessage()));
        }
      }
      runners.forEach(this::warmUp);
      time(runners);
      results.addAll(judge(runners));
    } finally {
      runners.forEach(runner -> runner.contestant().close());
    }
    System.gc();
    results.sort(Comparator.comparingInt(result -> position(engines, result.engine())));
    return results;
  }

  private static int position(List<Engine> engines, String name) {
    return engines.stream().map(Engine::name).toList().indexOf(name);
  }

  private Contestant load(Engine engine) throws IOException {
    Path folder = Files.createTempDirectory("cirr-compare");
    try {
      Path file = engine.export(workload, folder);
      return engine.load(file, workload.graph(), workload.inputs(), threads);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  /** Runs until a run is no longer clearly faster than all before. */
  private void warmUp(Runner runner) {
    double best = Double.MAX_VALUE;
    double all = 0;
    for (int run = 1; ; run++) {
      double seconds = seconds(runner.contestant());
      all += seconds;
      boolean stable = seconds > STILL_FASTER * best || all > 3 * pace.warmUpSeconds();
      boolean done = run >= runner.engine().warmUpRuns() && all >= pace.warmUpSeconds() && stable;
      if (done || pace.late(WARM_UP_RESERVE)) {
        return;
      }
      best = Math.min(best, seconds);
    }
  }

  private void time(List<Runner> runners) {
    long start = System.nanoTime();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      double seconds = (System.nanoTime() - start) * 1e-9;
      boolean enough = round >= pace.rounds() && seconds > pace.seconds();
      if (round > 0 && (enough || pace.late(seconds / round))) {
        return;
      }
      for (Runner runner : runners) {
        runner.seconds().add(turn(runner.contestant()));
      }
    }
  }

  private static double turn(Contestant contestant) {
    pause();
    double first = seconds(contestant);
    if (first > TURN_SECONDS) {
      return first;
    }
    List<Double> times = new ArrayList<>();
    double all = 0;
    while (all < TURN_SECONDS) {
      times.add(seconds(contestant));
      all += times.get(times.size() - 1);
    }
    times.sort(null);
    return times.get(times.size() / 2);
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double seconds(Contestant contestant) {
    long start = System.nanoTime();
    contestant.run();
    return (System.nanoTime() - start) * 1e-9;
  }

  /** Each output's largest distance to the median of all outputs, in parts of the range. */
  private static List<RaceResult> judge(List<Runner> runners) {
    List<float[]> outputs = runners.stream().map(runner -> runner.contestant().output()).toList();
    List<Double> differences = Agreement.differences(outputs);
    List<RaceResult> results = new ArrayList<>();
    for (int i = 0; i < runners.size(); i++) {
      Runner runner = runners.get(i);
      results.add(RaceResult.of(runner.engine().name(), runner.seconds(), differences.get(i)));
    }
    return results;
  }
}
