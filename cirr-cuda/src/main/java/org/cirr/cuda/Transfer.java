package org.cirr.cuda;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUstream;

/**
 * A stream of work for the device, and host memory that copies go through. For one thread at a
 * time.
 */
/*
 * Design. Java's arrays may move while the device copies, so everything goes through pinned memory, in
 * pieces. The memory has two halves: while the device copies one, Java fills or empties the other.
 */
final class Transfer {
  private static final int HALF = 4 << 20;
  private static final int ARGUMENTS = 8 << 10;

  private final Driver driver;
  private final CUstream stream;
  private final Driver.Pinned[] halves;
  private final Driver.Pinned arguments;

  Transfer(Driver driver) {
    this.driver = driver;
    this.stream = driver.createStream();
    List<Driver.Pinned> made = new ArrayList<>();
    try {
      for (int bytes : new int[] {ARGUMENTS, HALF, HALF}) {
        made.add(driver.allocatePinned(bytes));
      }
    } catch (CudaException e) {
      made.forEach(memory -> quietly(() -> driver.freePinned(memory)));
      quietly(() -> driver.destroyStream(stream));
      throw e;
    }
    this.arguments = made.get(0);
    this.halves = new Driver.Pinned[] {made.get(1), made.get(2)};
  }

  CUstream stream() {
    return stream;
  }

  /** Memory for the arguments of one launch. */
  Driver.Pinned arguments() {
    return arguments;
  }

  /** Copies an array to the device. */
  void upload(long address, float[] values) {
    int each = HALF / Float.BYTES;
    for (int from = 0, piece = 0; from < values.length; from += each, piece++) {
      if (piece > 1) {
        finish(); // the half is free again
      }
      Driver.Pinned half = halves[piece % 2];
      int count = Math.min(each, values.length - from);
      FloatBuffer floats = half.bytes().clear().asFloatBuffer();
      floats.put(values, from, count);
      driver.copyIn(address + 4L * from, half, 4L * count, stream);
    }
    finish();
  }

  /** Copies an array to the device. */
  void upload(long address, int[] values) {
    int each = HALF / Integer.BYTES;
    for (int from = 0; from < values.length; from += each) {
      int count = Math.min(each, values.length - from);
      IntBuffer ints = halves[0].bytes().clear().asIntBuffer();
      ints.put(values, from, count);
      driver.copyIn(address + 4L * from, halves[0], 4L * count, stream);
      finish();
    }
  }

  /** Copies an array from the device, after all that was put into the stream before. */
  void download(long address, float[] values) {
    download(
        address,
        Float.BYTES,
        values.length,
        (half, from, count) -> half.asFloatBuffer().get(values, from, count));
  }

  /** Copies an array from the device, after all that was put into the stream before. */
  void download(long address, short[] values) {
    download(
        address,
        Short.BYTES,
        values.length,
        (half, from, count) -> half.asShortBuffer().get(values, from, count));
  }

  /** Takes values out of pinned memory. */
  private interface Sink {
    void take(ByteBuffer half, int from, int count);
  }

  private void download(long address, int width, int length, Sink sink) {
    int each = HALF / width;
    int pieces = length / each + (length % each > 0 ? 1 : 0);
    if (pieces > 0) {
      fetch(address, width, length, 0);
    }
    for (int piece = 0; piece < pieces; piece++) {
      finish();
      if (piece + 1 < pieces) {
        fetch(address, width, length, piece + 1); // while this one is emptied
      }
      int from = piece * each;
      sink.take(halves[piece % 2].bytes().clear(), from, Math.min(each, length - from));
    }
  }

  private void fetch(long address, int width, int length, int piece) {
    int from = piece * (HALF / width);
    long bytes = (long) width * Math.min(HALF / width, length - from);
    driver.copyOut(halves[piece % 2], address + (long) width * from, bytes, stream);
  }

  /** Waits until all is done that was put into the stream. */
  void finish() {
    driver.synchronize(stream);
  }

  /** Ends a capture that failed. */
  void abandonCapture() {
    quietly(() -> driver.destroyGraph(driver.endCapture(stream)));
  }

  /** Gives stream and memory back after a failure, whatever of it still can be. */
  void abandon() {
    quietly(() -> driver.synchronize(stream));
    quietly(() -> driver.destroyStream(stream));
    quietly(() -> driver.freePinned(arguments));
    quietly(() -> driver.freePinned(halves[0]));
    quietly(() -> driver.freePinned(halves[1]));
  }

  private static void quietly(Runnable call) {
    try {
      call.run();
    } catch (CudaException e) {
      System.getLogger(Transfer.class.getName())
          .log(System.Logger.Level.DEBUG, "cirr could not give back a stream", e);
    }
  }
}
