package org.cirr.benchmarks.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.cirr.backend.Backends;

/**
 * What the machine's processor and memory could do at most, measured.
 *
 * @param threads the threads that worked at once
 * @param gigaFlop multiplications and additions per second in 10⁹: fused multiply-adds on registers
 *     alone; NaN without the vector module
 * @param gigaByte bytes per second in 10⁹ of the triad {@code a = b + s·c} over arrays far larger
 *     than the caches: two arrays read and one written, as STREAM counts
 */
public record MachinePeak(int threads, double gigaFlop, double gigaByte) {
  private static final double SECONDS = 0.1;
  private static final int REPEATS = 4;
  private static final int FMA_TURNS = 1_000_000;
  private static final int TRIAD_LENGTH = 1 << 23; // three arrays of 32 MiB for each thread

  /** Measures for about one second. */
  public static MachinePeak measure(int threads) {
    Backends.report(); // as in any other process, cirr is the first to use the Vector API
    boolean vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    return new MachinePeak(
        threads,
        vectors ? best(threads, () -> MachinePeak::multiplyAdds) : Double.NaN,
        best(threads, Triad::new));
  }

  private static long multiplyAdds() {
    float result = FmaLoop.run(FMA_TURNS);
    return result == 0 ? 0 : FMA_TURNS * FmaLoop.flops();
  }

  /** The best of some repeats of all threads' work per second together, in 10⁹. */
  private static double best(int threads, Supplier<LongSupplier> loops) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Double>> tasks = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        LongSupplier loop = loops.get();
        tasks.add(() -> rate(loop));
      }
      pool.invokeAll(tasks); // compiles the loop
      double best = 0;
      for (int i = 0; i < REPEATS; i++) {
        double sum = 0;
        for (Future<Double> rate : pool.invokeAll(tasks)) {
          sum += rate.get();
        }
        best = Math.max(best, sum);
      }
      return best;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      pool.shutdown();
    }
  }

  private static double rate(LongSupplier loop) {
    long start = System.nanoTime();
    long work = 0;
    double seconds;
    do {
      work += loop.getAsLong();
      seconds = (System.nanoTime() - start) * 1e-9;
    } while (seconds < SECONDS);
    return work / seconds / 1e9;
  }

  /** One thread's arrays. */
  private static final class Triad implements LongSupplier {
    private final float[] a = new float[TRIAD_LENGTH];
    private final float[] b = new float[TRIAD_LENGTH];
    private final float[] c = new float[TRIAD_LENGTH];

    @Override
    public long getAsLong() {
      float[] to = a;
      float[] first = b;
      float[] second = c;
      for (int i = 0; i < to.length; i++) {
        to[i] = first[i] + 3 * second[i];
      }
      return 12L * TRIAD_LENGTH;
    }
  }
}
