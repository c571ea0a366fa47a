package org.cirr.nn.preprocess;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * Working memory that tasks borrow and give back, so that there is one per thread, not per task.
 */
final class Scratch<T> {
  private final ConcurrentLinkedQueue<T> idle = new ConcurrentLinkedQueue<>();
  private final Supplier<T> maker;

  Scratch(Supplier<T> maker) {
    this.maker = maker;
  }

  T take() {
    T buffers = idle.poll();
    return buffers == null ? maker.get() : buffers;
  }

  void give(T buffers) {
    idle.add(buffers);
  }
}
