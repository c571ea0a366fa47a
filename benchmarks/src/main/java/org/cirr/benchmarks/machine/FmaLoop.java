package org.cirr.benchmarks.machine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Fused multiply-adds on registers alone: what no kernel can be faster than. */
final class FmaLoop {
  /*
   * Twelve independent sums: more than two units times a latency of four or five cycles. They are
   * the addend: as a factor each would need a copy of the addend, and the loop is a fifth slower.
   */

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int SUMS = 12;

  private FmaLoop() {}

  /** Multiplications and additions of one turn of the loop. */
  static long flops() {
    return 2L * SUMS * SPECIES.length();
  }

  /** Runs the loop; the result only keeps the compiler from leaving it out. */
  static float run(int turns) {
    FloatVector x = FloatVector.broadcast(SPECIES, 0.001f);
    FloatVector y = FloatVector.broadcast(SPECIES, 0.001f);
    FloatVector a = x, b = x, c = x, d = x, e = x, f = x;
    FloatVector g = x, h = x, i = x, j = x, k = x, l = x;
    for (int turn = 0; turn < turns; turn++) {
      a = x.fma(y, a);
      b = x.fma(y, b);
      c = x.fma(y, c);
      d = x.fma(y, d);
      e = x.fma(y, e);
      f = x.fma(y, f);
      g = x.fma(y, g);
      h = x.fma(y, h);
      i = x.fma(y, i);
      j = x.fma(y, j);
      k = x.fma(y, k);
      l = x.fma(y, l);
    }
    FloatVector first = a.add(b).add(c).add(d).add(e).add(f);
    return first.add(g).add(h).add(i).add(j).add(k).add(l).reduceLanes(VectorOperators.ADD);
  }
}
