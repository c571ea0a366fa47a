package org.cirr.cuda;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** One kernel of a step: how many threads, and its arguments in the order of the source. */
final class Launch {
  /** Threads of a block, where the kernel does not say otherwise. */
  private static final int THREADS = 256;

  /** Blocks of a grid; a thread takes several values where there are more. */
  private static final int MOST_BLOCKS = 1 << 16;

  /** Blocks of a grid along y and along z. */
  static final int MOST_ROWS = 65535;

  private static final int SLOT = 16; // bytes that arguments begin at multiples of

  final String file;
  final String kernel;
  private final int[] grid = {1, 1, 1};
  private final int[] block = {THREADS, 1, 1};
  private int shared;
  private final List<Object> arguments = new ArrayList<>();

  private Launch(String file, String kernel) {
    this.file = file;
    this.kernel = kernel;
  }

  /** A kernel of a file of {@code src/main/cuda}. */
  static Launch of(String file, String kernel) {
    return new Launch(file, kernel);
  }

  /** As many threads as there are values; kernels loop where that is too many. */
  Launch each(long values) {
    grid[0] = (int) Math.min(MOST_BLOCKS, (values + THREADS - 1) / THREADS);
    return this;
  }

  /** The number of blocks along each axis; where one is 0 there is nothing to do. */
  Launch grid(long x, long y, long z) {
    if (x > Integer.MAX_VALUE || y > MOST_ROWS || z > MOST_ROWS) {
      throw new UnsupportedOperationException(
          "backend 'cuda' cannot run " + kernel + " with " + x + " × " + y + " × " + z + " blocks");
    }
    grid[0] = (int) x;
    grid[1] = (int) y;
    grid[2] = (int) z;
    return this;
  }

  Launch block(int x, int y) {
    block[0] = x;
    block[1] = y;
    return this;
  }

  /** Bytes of memory that the threads of a block share. */
  Launch shared(int bytes) {
    shared = bytes;
    return this;
  }

  Launch at(Place... places) {
    arguments.addAll(List.of(places));
    return this;
  }

  Launch number(long value) {
    arguments.add(value);
    return this;
  }

  Launch exact(double value) {
    arguments.add(value);
    return this;
  }

  Launch real(double value) {
    arguments.add((float) value);
    return this;
  }

  Launch integer(int value) {
    return struct(value);
  }

  /** A structure of ints, by value. */
  Launch struct(int... values) {
    arguments.add(values);
    return this;
  }

  /** Whether there is nothing to do. */
  boolean isEmpty() {
    return grid[0] == 0 || grid[1] == 0 || grid[2] == 0;
  }

  /** Puts the kernel into a transfer's stream. */
  void run(Device device, Transfer transfer, long slab, long held) {
    write(transfer.arguments(), slab, held);
    device
        .driver()
        .launch(
            device.kernel(file, kernel),
            grid,
            block,
            shared,
            transfer.stream(),
            transfer.arguments().address());
  }

  /** A table of addresses, then the arguments behind it. */
  private void write(Driver.Pinned memory, long slab, long held) {
    ByteBuffer bytes = memory.bytes();
    int at = (arguments.size() * Long.BYTES + SLOT - 1) / SLOT * SLOT;
    for (int i = 0; i < arguments.size(); i++) {
      bytes.putLong(i * Long.BYTES, memory.address() + at);
      Object argument = arguments.get(i);
      if (argument instanceof Place place) {
        bytes.putLong(at, address(place, slab, held));
      } else if (argument instanceof Long value) {
        bytes.putLong(at, value);
      } else if (argument instanceof Double value) {
        bytes.putDouble(at, value);
      } else if (argument instanceof Float value) {
        bytes.putFloat(at, value);
      } else {
        int[] values = (int[]) argument;
        for (int k = 0; k < values.length; k++) {
          bytes.putInt(at + k * Integer.BYTES, values[k]);
        }
      }
      at += (bytes(argument) + SLOT - 1) / SLOT * SLOT;
    }
  }

  private static long address(Place place, long slab, long held) {
    return switch (place.area()) {
      case NONE -> 0;
      case SLAB -> slab + Float.BYTES * place.offset();
      case HELD -> held + Float.BYTES * place.offset();
    };
  }

  private static int bytes(Object argument) {
    return argument instanceof int[] values
        ? values.length * Integer.BYTES
        : argument instanceof Float ? Float.BYTES : Long.BYTES;
  }

  /** Compares the arguments with those of the compiled kernel. */
  void check(Ptx text) {
    int[] given = arguments.stream().mapToInt(Launch::bytes).toArray();
    int[] taken = text.arguments(kernel);
    if (!java.util.Arrays.equals(given, taken)) {
      throw new IllegalStateException(
          "kernel "
              + kernel
              + " takes arguments of "
              + java.util.Arrays.toString(taken)
              + " bytes, but gets "
              + java.util.Arrays.toString(given));
    }
  }
}
