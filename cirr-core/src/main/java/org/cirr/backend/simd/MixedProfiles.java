package org.cirr.backend.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Shows HotSpot the whole Vector API before the first kernel does, so that no later one is compiled
 * with boxed vectors.
 */
/*
 * Until C2 has compiled a kernel, its vector operations run as ordinary methods, and those methods
 * become hot themselves. Compiled on their own while they had met one operator only, such as the
 * fused multiply-add, they are made for that operator, and fail a class check on the next one. The
 * failures are counted for good in the methods' profiles, and whenever C2 compiles a kernel it adds up
 * the counts of all that it inlines, at every place where it does. Beyond 100 (PerMethodTrapLimit) it
 * trusts no profiled class any more, in that kernel, and so leaves a vector's species open: stores are
 * no longer single instructions but loops over boxed lanes. A long kernel compiled late in a process
 * was two to three times as slow for that reason.
 *
 * Methods that have met several operators and types from their beginning are compiled for all of them
 * and have nothing to fail at. What is called here counts, not what it computes.
 */
final class MixedProfiles {
  /** A method gets a profile after 200 calls, and those that matter are called often in a turn. */
  private static final int TURNS = 150;

  private static volatile double sink;

  private MixedProfiles() {}

  /** Runs for about a tenth of a second. */
  static void mix(VectorSpecies<Float> species) {
    VectorSpecies<Integer> ints = species.withLanes(int.class);
    VectorSpecies<Double> doubles = species.withLanes(double.class);
    float[] f = new float[species.length()];
    int[] i = new int[ints.length()];
    double[] d = new double[doubles.length()];
    for (int turn = 0; turn < TURNS; turn++) {
      floats(species, f);
      ints(ints, i);
      doubles(doubles, d);
    }
    sink = f[0] + i[0] + d[0];
  }

  private static void floats(VectorSpecies<Float> species, float[] at) {
    FloatVector x = FloatVector.fromArray(species, at, 0);
    FloatVector y = FloatVector.broadcast(species, 0.5f);
    FloatVector z = x.fma(y, y).add(x).mul(y).sub(x).max(y).min(x).div(y);
    VectorMask<Float> mask = z.compare(VectorOperators.LT, x);
    z = z.neg().abs().sqrt().blend(x, mask);
    z.reinterpretAsInts().lanewise(VectorOperators.LSHL, 1).reinterpretAsFloats().intoArray(at, 0);
  }

  private static void ints(VectorSpecies<Integer> species, int[] at) {
    IntVector x = IntVector.fromArray(species, at, 0);
    IntVector y = IntVector.broadcast(species, 3);
    x.add(y).mul(y).sub(x).max(y).min(x).and(y).neg().abs().intoArray(at, 0);
  }

  private static void doubles(VectorSpecies<Double> species, double[] at) {
    DoubleVector x = DoubleVector.fromArray(species, at, 0);
    DoubleVector y = DoubleVector.broadcast(species, 0.5);
    x.fma(y, y).add(x).mul(y).sub(x).max(y).min(x).neg().abs().intoArray(at, 0);
  }
}
