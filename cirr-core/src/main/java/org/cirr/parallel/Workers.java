package org.cirr.parallel;

import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How many threads work on a loop, where they come from, and whether the work was cancelled.
 *
 * <p>The calling thread always takes part; the executor only lends helpers, and a helper that never
 * starts is not waited for. So a busy or even a full executor slows a loop down but cannot block
 * it, and loops may be nested.
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

  /** The caller's thread and up to {@code threads − 1} tasks on an executor of the application. */
  public static Workers of(int threads, Executor executor) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be 1 or more, got " + threads);
    }
    return new Workers(threads, executor, () -> false);
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
   * cancelled. In both cases indices not yet begun are left out, and no index still runs on return.
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
        if (cancelled.getAsBoolean()) {
          throw new CancellationException("cancelled");
        }
      }
      return;
    }
    Loop loop = new Loop(count, task, cancelled);
    for (int helper = 1; helper < Math.min(threads, count); helper++) {
      executor.execute(loop);
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
    private final AtomicInteger next = new AtomicInteger();
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
        while (next.get() < count && !cancelled.getAsBoolean()) {
          int index = next.getAndIncrement();
          if (index >= count) {
            break;
          }
          task.run(slot, index);
        }
      } catch (Throwable thrown) {
        failure.compareAndSet(null, thrown);
        next.set(count);
      } finally {
        if (running.decrementAndGet() == 0) {
          LockSupport.unpark(caller);
        }
      }
    }

    /** Waits until no helper is inside a task; helpers that come later find no index left. */
    void await() {
      next.accumulateAndGet(count, Math::max);
      boolean interrupted = false;
      while (running.get() > 0) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        caller.interrupt();
      }
      Throwable thrown = failure.get();
      if (thrown instanceof RuntimeException exception) {
        throw exception;
      }
      if (thrown instanceof Error error) {
        throw error;
      }
    }
  }
}
