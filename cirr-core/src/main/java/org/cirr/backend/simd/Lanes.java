package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector width of every SIMD kernel: the machine's widest, or what {@code -Dcirr.simd.bits=128,
 * 256 or 512} says.
 *
 * <p>A class of its own, because its initialiser is the first to touch the Vector API and must not
 * run before {@link org.cirr.backend.Backends} has seen that the module is there.
 */
final class Lanes {
  /** The species; constant, so that the JIT compiles it away. */
  static final VectorSpecies<Float> F = choose(Integer.getInteger("cirr.simd.bits", 0));

  /** Floats per vector. */
  static final int COUNT = F.length();

  private Lanes() {}

  private static VectorSpecies<Float> choose(int bits) {
    VectorSpecies<Float> species = species(bits);
    MixedProfiles.mix(species);
    return species;
  }

  private static VectorSpecies<Float> species(int bits) {
    return switch (bits) {
      case 0 -> FloatVector.SPECIES_PREFERRED;
      case 128 -> FloatVector.SPECIES_128;
      case 256 -> FloatVector.SPECIES_256;
      case 512 -> FloatVector.SPECIES_512;
      default ->
          throw new IllegalArgumentException(
              "cirr.simd.bits must be 128, 256 or 512 (or absent), got " + bits);
    };
  }
}
