package org.cirr.parallel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every test ends; one that hangs is stopped after a minute. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkersTest {
  private static final Executor NEVER_STARTS = task -> {};

  private static void assertEachOnce(Workers workers, int count) {
    AtomicIntegerArray seen = new AtomicIntegerArray(count);
    workers.forEach(count, index -> seen.incrementAndGet(index));
    for (int i = 0; i < count; i++) {
      assertEquals(1, seen.get(i), "index " + i + " of " + count + ", " + workers.threads());
    }
  }

  @Test
  void everyIndexIsDoneExactlyOnce() {
    for (int threads : new int[] {1, 2, 3, 7, 33}) {
      Workers workers = Workers.of(threads);
      assertEquals(threads, workers.threads());
      for (int count : new int[] {0, 1, 2, 3, 5, 17, 1000}) {
        assertEachOnce(workers, count);
      }
      assertEachOnce(Workers.of(threads, Runnable::run), 17);
      assertEachOnce(Workers.of(threads, NEVER_STARTS), 17);
    }
  }

  @Test
  void severalThreadsWorkAtOnce() {
    CountDownLatch together = new CountDownLatch(3);
    Workers.of(3)
        .forEach(
            3,
            index -> {
              together.countDown();
              await(together);
            });
    assertEquals(0, together.getCount());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS), "the others did not come");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void noTwoThreadsOfALoopHaveOneSlot() {
    int threads = 5;
    AtomicIntegerArray inside = new AtomicIntegerArray(threads);
    AtomicIntegerArray used = new AtomicIntegerArray(threads);
    AtomicBoolean shared = new AtomicBoolean();
    Workers workers = Workers.of(threads);
    for (int repeat = 0; repeat < 200; repeat++) {
      workers.forEach(
          40,
          (slot, index) -> {
            shared.compareAndSet(false, inside.incrementAndGet(slot) != 1);
            Thread.yield();
            inside.decrementAndGet(slot);
            used.incrementAndGet(slot);
          });
    }
    assertFalse(shared.get(), "two threads were in one slot at once");
    int total = 0;
    for (int slot = 0; slot < threads; slot++) {
      total += used.get(slot);
    }
    assertEquals(200 * 40, total);
  }

  @Test
  void whatABodyThrowsReachesTheCallerAndNothingRunsOn() {
    for (int threads : new int[] {1, 2, 4}) {
      Workers workers = Workers.of(threads);
      for (int repeat = 0; repeat < 100; repeat++) {
        AtomicInteger inside = new AtomicInteger();
        IllegalStateException mine = new IllegalStateException("index 3");
        Throwable thrown =
            assertThrows(
                IllegalStateException.class,
                () ->
                    workers.forEach(
                        50,
                        index -> {
                          inside.incrementAndGet();
                          Thread.yield();
                          inside.decrementAndGet();
                          if (index == 3) {
                            throw mine;
                          }
                        }));
        assertSame(mine, thrown);
        assertEquals(0, inside.get(), "a body still ran");
      }
      assertEachOnce(workers, 20);
    }
  }

  @Test
  void errorsAndSneakyCheckedExceptionsAreNotSwallowed() {
    for (int threads : new int[] {1, 3}) {
      Workers workers = Workers.of(threads);
      assertThrows(
          StackOverflowError.class,
          () ->
              workers.forEach(
                  9,
                  index -> {
                    throw new StackOverflowError();
                  }));
      assertThrows(
          java.io.IOException.class,
          () -> workers.forEach(9, index -> sneak(new java.io.IOException("disk"))));
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneak(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  void cancellingLeavesTheRestOut() {
    for (int threads : new int[] {1, 3}) {
      AtomicInteger done = new AtomicInteger();
      Workers workers = Workers.of(threads).cancelledBy(() -> done.get() >= 5);
      assertThrows(
          CancellationException.class,
          () -> workers.forEach(1000, index -> done.incrementAndGet()));
      assertTrue(done.get() >= 5 && done.get() < 5 + threads, done + " done");
      CancellationException again =
          assertThrows(CancellationException.class, () -> workers.forEach(1, index -> {}));
      assertEquals("cancelled", again.getMessage());
      assertThrows(CancellationException.class, workers::throwIfCancelled);
    }
  }

  @Test
  void aStopSignalThatIsTakenBackStillEndsTheLoopWithAnException() {
    AtomicInteger asked = new AtomicInteger();
    Workers workers = Workers.of(4).cancelledBy(() -> asked.incrementAndGet() == 20);
    AtomicInteger done = new AtomicInteger();
    assertThrows(
        CancellationException.class, () -> workers.forEach(100, index -> done.incrementAndGet()));
    assertTrue(done.get() < 100);
  }

  @Test
  void severalStopSignalsAddUp() {
    AtomicBoolean first = new AtomicBoolean();
    AtomicBoolean second = new AtomicBoolean();
    Workers workers = Workers.of(2).cancelledBy(first::get).cancelledBy(second::get);
    workers.throwIfCancelled();
    first.set(true);
    assertThrows(CancellationException.class, workers::throwIfCancelled);
    first.set(false);
    second.set(true);
    assertThrows(CancellationException.class, workers::throwIfCancelled);
  }

  @Test
  void anInterruptEndsTheLoopAndStaysSet() {
    for (int threads : new int[] {1, 3}) {
      AtomicInteger done = new AtomicInteger();
      Thread caller = Thread.currentThread();
      assertThrows(
          CancellationException.class,
          () ->
              Workers.of(threads)
                  .forEach(
                      1000,
                      index -> {
                        if (done.incrementAndGet() == 5) {
                          caller.interrupt();
                        }
                      }));
      assertTrue(Thread.interrupted(), "the flag was lost");
      assertTrue(done.get() < 1000);
    }
  }

  @Test
  void anInterruptWhileWaitingForAHelperDoesNotLeaveTheHelperBehind() throws Exception {
    CountDownLatch helperIn = new CountDownLatch(1);
    CountDownLatch letGo = new CountDownLatch(1);
    AtomicBoolean helperDone = new AtomicBoolean();
    ExecutorService one = Executors.newSingleThreadExecutor();
    Thread caller = Thread.currentThread();
    try {
      Thread interrupter =
          new Thread(
              () -> {
                WorkersTest.await(helperIn);
                caller.interrupt();
                letGo.countDown();
              });
      interrupter.start();
      assertThrows(
          CancellationException.class,
          () ->
              Workers.of(2, one)
                  .forEach(
                      2,
                      index -> {
                        if (Thread.currentThread() != caller) {
                          helperIn.countDown();
                          WorkersTest.await(letGo);
                          helperDone.set(true);
                        } else {
                          try {
                            helperIn.await(); // so that the helper has the other index
                          } catch (InterruptedException e) {
                            caller.interrupt();
                          }
                        }
                      }));
      assertTrue(helperDone.get());
      assertTrue(Thread.interrupted(), "the flag was lost");
      interrupter.join();
    } finally {
      one.shutdownNow();
    }
  }

  @Test
  void loopsMayBeNested() {
    Workers workers = Workers.of(3);
    AtomicIntegerArray seen = new AtomicIntegerArray(7 * 5 * 3);
    workers.forEach(
        7,
        i ->
            workers.forEach(
                5, j -> workers.forEach(3, k -> seen.incrementAndGet((i * 5 + j) * 3 + k))));
    for (int i = 0; i < seen.length(); i++) {
      assertEquals(1, seen.get(i));
    }
  }

  @Test
  void aBusyExecutorIsNotWaitedFor() throws Exception {
    ExecutorService one = Executors.newSingleThreadExecutor();
    CountDownLatch free = new CountDownLatch(1);
    try {
      one.submit(() -> WorkersTest.await(free));
      assertEachOnce(Workers.of(4, one), 100);
    } finally {
      free.countDown();
      one.shutdown();
      assertTrue(one.awaitTermination(30, TimeUnit.SECONDS), "late helpers did not end");
    }
  }

  @Test
  void helpersThatStartAfterTheLoopDoNothing() {
    List<Runnable> late = new ArrayList<>();
    AtomicInteger done = new AtomicInteger();
    Workers.of(4, late::add).forEach(10, index -> done.incrementAndGet());
    assertEquals(3, late.size());
    late.forEach(Runnable::run);
    assertEquals(10, done.get());
  }

  @Test
  void anExecutorThatRefusesSomeOrAllHelpersCostsOnlyTime() {
    for (int accepted : new int[] {0, 1, 2}) {
      AtomicInteger asked = new AtomicInteger();
      ExecutorService pool = Executors.newCachedThreadPool();
      try {
        Executor refusing =
            task -> {
              if (asked.getAndIncrement() >= accepted) {
                throw new RejectedExecutionException("full");
              }
              pool.execute(task);
            };
        assertEachOnce(Workers.of(6, refusing), 500);
        assertEquals(accepted + 1, asked.get(), "it is not asked again once it is full");
      } finally {
        pool.shutdownNow();
      }
    }
    ExecutorService down = Executors.newSingleThreadExecutor();
    down.shutdownNow();
    assertEachOnce(Workers.of(3, down), 9);
  }

  @Test
  void aBrokenExecutorsErrorComesAfterItsHelpersHaveEnded() {
    ExecutorService pool = Executors.newCachedThreadPool();
    try {
      AtomicInteger asked = new AtomicInteger();
      AtomicInteger inside = new AtomicInteger();
      CountDownLatch started = new CountDownLatch(1);
      Executor broken =
          task -> {
            if (asked.getAndIncrement() > 0) {
              WorkersTest.await(started);
              throw new IllegalStateException("broken");
            }
            pool.execute(task);
          };
      Exception thrown =
          assertThrows(
              IllegalStateException.class,
              () ->
                  Workers.of(3, broken)
                      .forEach(
                          100,
                          index -> {
                            inside.incrementAndGet();
                            started.countDown();
                            sleep(20);
                            inside.decrementAndGet();
                          }));
      assertEquals("broken", thrown.getMessage());
      assertEquals(0, inside.get());
    } finally {
      pool.shutdownNow();
    }
  }

  private static void sleep(int milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void manyCallersMayShareThem() throws Exception {
    Workers workers = Workers.of(3);
    ExecutorService callers = Executors.newFixedThreadPool(16);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int caller = 0; caller < 16; caller++) {
        all.add(
            callers.submit(
                () -> {
                  for (int repeat = 0; repeat < 100; repeat++) {
                    assertEachOnce(workers, 23);
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get(50, TimeUnit.SECONDS);
      }
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void whatHelpersWroteIsSeenByTheCaller() {
    Workers workers = Workers.of(4);
    int[] plain = new int[64];
    int[] expected = new int[64];
    for (int repeat = 1; repeat <= 500; repeat++) {
      int value = repeat;
      workers.forEach(plain.length, index -> plain[index] = value * index);
      for (int i = 0; i < plain.length; i++) {
        expected[i] = value * i;
      }
      assertArrayEquals(expected, plain);
    }
  }

  @Test
  void threadsAreDaemonsAndEndWhenIdle() throws Exception {
    List<Thread> helpers = java.util.Collections.synchronizedList(new ArrayList<>());
    CountDownLatch together = new CountDownLatch(3);
    Thread caller = Thread.currentThread();
    Workers.of(3)
        .forEach(
            3,
            index -> {
              if (Thread.currentThread() != caller) {
                helpers.add(Thread.currentThread());
              }
              together.countDown();
              await(together);
            });
    assertEquals(2, helpers.size());
    for (Thread helper : helpers) {
      assertTrue(helper.isDaemon());
      assertTrue(helper.getName().startsWith("cirr-worker-"), helper::getName);
      helper.join(30_000);
      assertFalse(helper.isAlive(), "an idle helper did not end");
    }
  }

  @Test
  void fewerThanOneThreadIsRefused() {
    for (int threads : new int[] {0, -3}) {
      String expected = "threads must be 1 or more, got " + threads;
      assertEquals(
          expected,
          assertThrows(IllegalArgumentException.class, () -> Workers.of(threads)).getMessage());
      assertEquals(
          expected,
          assertThrows(IllegalArgumentException.class, () -> Workers.of(threads, Runnable::run))
              .getMessage());
    }
  }

  @Test
  void oneThreadNeedsNoPool() {
    assertSame(Workers.single(), Workers.of(1));
    List<Thread> seen = new ArrayList<>();
    Workers.single().forEach(3, index -> seen.add(Thread.currentThread()));
    assertEquals(java.util.Collections.nCopies(3, Thread.currentThread()), seen);
  }
}
