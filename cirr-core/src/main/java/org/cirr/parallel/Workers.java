package org.cirr.parallel;

import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How many threads work on a loop, where they come from, and whether the work was cancelled.
 *
 * <p>The calling thread always takes part; the executor only lends helpers, and a helper that never
 * starts is not waited for. So an executor that is busy, full or shut down slows a loop down but
 * cannot block it or make it fail, and loops may be nested.
 *
 * <p>A body must give the same result whichever thread runs which index in whichever order; then
 * the result does not depend on the number of threads.
 *
 * <p>Safe for use by many threads at once.
 */
public final class Workers {
  private static final Workers SINGLE = new Workers(1, Runnable::run, () -> false);

  private final int threads;
  private final Executor executor;
  private final BooleanSupplier cancelled;

  private Workers(int threads, Executor executor, BooleanSupplier cancelled) {
    this.threads = threads;
    this.executor = executor;
    this.cancelled = cancelled;
  }

  /** The body of a parallel loop. */
  @FunctionalInterface
  public interface IndexTask {
    /** Does the work of one index. */
    void run(int index);
  }

  /** The body of a parallel loop that needs something of its own per thread. */
  @FunctionalInterface
  public interface SlotTask {
    /**
     * Does the work of one index.
     *
     * @param slot a number from 0 to {@code threads − 1} that no other thread of this loop has
     */
    void run(int slot, int index);
  }

  /** Everything on the calling thread. */
  public static Workers single() {
    return SINGLE;
  }

  /**
   * The given number of threads: the caller's and daemon threads of an own pool, which end when
   * they have been idle for five seconds, so there is nothing to close.
   */
  public static Workers of(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be 1 or more, got " + threads);
    }
    if (threads == 1) {
      return SINGLE;
    }
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads - 1,
            threads - 1,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "cirr-worker-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return new Workers(threads, pool, () -> false);
  }

  /**
   * The caller's thread and up to {@code threads − 1} tasks on an executor of the application. The
   * executor runs each task at most once, on any thread.
   */
  public static Workers of(int threads, Executor executor) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be 1 or more, got " + threads);
    }
    return new Workers(threads, Objects.requireNonNull(executor, "executor"), () -> false);
  }

  /** These workers, stopped when the supplier says so; it is asked often and must be quick. */
  public Workers cancelledBy(BooleanSupplier stop) {
    return new Workers(threads, executor, () -> cancelled.getAsBoolean() || stop.getAsBoolean());
  }

  /** The number of threads that work at once, the caller's included. */
  public int threads() {
    return threads;
  }

  /**
   * Returns at once, or says that the work is to end.
   *
   * <p><b>Errors</b>: {@link CancellationException} when cancelled or when the calling thread is
   * interrupted (the interrupt flag stays set).
   */
  public void throwIfCancelled() {
    if (cancelled.getAsBoolean() || Thread.currentThread().isInterrupted()) {
      throw new CancellationException("cancelled");
    }
  }

  /**
   * Runs the task for every index from 0 to {@code count − 1} and returns when all are done.
   *
   * <p><b>Errors</b>: what the first failing index threw; {@link CancellationException} when
   * cancelled or interrupted. In these cases indices not yet begun are left out, and no index still
   * runs on return.
   */
  public void forEach(int count, IndexTask task) {
    forEach(count, (slot, index) -> task.run(index));
  }

  /** As {@link #forEach(int, IndexTask)}, with a number for each thread that takes part. */
  public void forEach(int count, SlotTask task) {
    throwIfCancelled();
    if (threads == 1 || count <= 1) {
      for (int index = 0; index < count; index++) {
        task.run(0, index);
        throwIfCancelled();
      }
      return;
    }
    Loop loop = new Loop(count, task, cancelled);
    try {
      for (int helper = 1; helper < Math.min(threads, count); helper++) {
        executor.execute(loop);
      }
    } catch (RejectedExecutionException full) {
      // The caller does the work with the helpers that it got.
    } catch (RuntimeException | Error thrown) {
      loop.fail(thrown); // helpers may be at work: they are waited for below
    }
    loop.run();
    loop.await();
    throwIfCancelled();
  }

  /** One parallel loop: a shared next index, and a count of threads inside a task. */
  private static final class Loop implements Runnable {
    private final int count;
    private final SlotTask task;
    private final BooleanSupplier cancelled;
    private final Thread caller = Thread.currentThread();
    private final AtomicLong next = new AtomicLong(); // goes beyond count, so int could overflow
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger slots = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Loop(int count, SlotTask task, BooleanSupplier cancelled) {
      this.count = count;
      this.task = task;
      this.cancelled = cancelled;
    }

    @Override
    public void run() {
      running.incrementAndGet();
      int slot = slots.getAndIncrement();
      try {
        while (next.get() < count) {
          if (cancelled.getAsBoolean() || caller.isInterrupted()) {
            throw new CancellationException("cancelled");
          }
          long index = next.getAndIncrement();
          if (index < count) {
            task.run(slot, (int) index);
          }
        }
      } catch (Throwable thrown) {
        fail(thrown);
      } finally {
        if (running.decrementAndGet() == 0) {
          LockSupport.unpark(caller);
        }
      }
    }

    /** Ends the loop; the first failure is the one that the caller gets. */
    void fail(Throwable thrown) {
      failure.compareAndSet(null, thrown);
      next.set(count);
    }

    /**
     * Waits until no helper is inside a task; helpers that come later find no index left.
     *
     * <p>A helper counts itself in {@code running} before it looks at {@code next}, and here {@code
     * next} is moved to the end before {@code running} is looked at: so a helper is either waited
     * for or does nothing.
     */
    void await() {
      next.accumulateAndGet(count, Math::max);
      boolean interrupted = false;
      while (running.get() > 0) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted(); // else park would not wait
      }
      if (interrupted) {
        caller.interrupt();
      }
      if (failure.get() != null) {
        Workers.<RuntimeException>rethrow(failure.get());
      }
    }
  }

  /** Throws anything as it is: a body in Kotlin or Scala may throw checked exceptions. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void rethrow(Throwable thrown) throws T {
    throw (T) thrown;
  }
}
