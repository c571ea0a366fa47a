package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;

/** The loop over all values of an output, a slice at a time per thread. */
final class ScalarOutput {
  private ScalarOutput() {}

  /** One value of the output, from the inputs. */
  @FunctionalInterface
  interface Value {
    double at(int n, int z, int y, int x, int c);
  }

  static void fill(View output, Extents out, Workers workers, Value value) {
    workers.forEach(
        out.n() * out.d(),
        slice -> {
          int n = slice / out.d();
          int z = slice % out.d();
          int at = output.offset + slice * out.h() * out.w() * out.c();
          for (int y = 0; y < out.h(); y++) {
            for (int x = 0; x < out.w(); x++) {
              for (int c = 0; c < out.c(); c++) {
                output.array[at++] = (float) value.at(n, z, y, x, c);
              }
            }
          }
        });
  }
}
