package org.cirr.nn.data;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Batches in the order of their numbers, made ahead by threads in the background.
 *
 * <p>At most {@code ahead} batches wait, so memory is bounded; the order and the content do not
 * depend on the number of threads. For use by one thread.
 */
public final class BackgroundBatches implements AutoCloseable {
  /** Makes the batch of a number; {@link BatchSource#batch}. */
  @FunctionalInterface
  public interface Maker {
    /** Makes a batch; called by several threads at once. */
    Batch make(long number) throws IOException;
  }

  private final Maker maker;
  private final int ahead;
  private final ExecutorService threads;
  private final Deque<Future<Batch>> waiting = new ArrayDeque<>();
  private long next;

  private BackgroundBatches(Maker maker, long first, int threadCount, int ahead) {
    this.maker = maker;
    this.next = first;
    this.ahead = ahead;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        Executors.newFixedThreadPool(
            threadCount,
            task -> {
              Thread thread = new Thread(task, "cirr-batches-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Begins to make batches.
   *
   * @param first the number of the first batch
   * @param threads how many batches are made at once
   * @param ahead how many may wait; at least one per thread
   */
  public static BackgroundBatches start(Maker maker, long first, int threads, int ahead) {
    if (threads < 1 || ahead < threads) {
      throw new IllegalArgumentException(
          "batches need 1 thread or more and at least as many waiting, got "
              + threads
              + " and "
              + ahead);
    }
    BackgroundBatches batches = new BackgroundBatches(maker, first, threads, ahead);
    batches.refill();
    return batches;
  }

  private void refill() {
    while (waiting.size() < ahead) {
      long number = next++;
      waiting.add(threads.submit(() -> maker.make(number)));
    }
  }

  /**
   * The next batch; waits until it is there.
   *
   * <p><b>Errors</b>: what making it threw ({@link IOException}, or an unchecked exception), with
   * the case's name; {@link CancellationException} when interrupted; {@link IllegalStateException}
   * when closed.
   */
  public Batch next() throws IOException {
    if (threads.isShutdown()) {
      throw new IllegalStateException("these batches are closed");
    }
    Future<Batch> first = waiting.remove();
    refill();
    try {
      return first.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("cancelled");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Ends the threads; batches that wait are dropped. Nothing runs when this returns. */
  @Override
  public void close() {
    threads.shutdownNow();
    waiting.clear();
    boolean interrupted = false;
    for (boolean ended = false; !ended; ) {
      try {
        ended = threads.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
