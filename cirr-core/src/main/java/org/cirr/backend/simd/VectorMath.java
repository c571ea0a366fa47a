package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Elementary functions of whole vectors, as polynomials.
 *
 * <p>Each has an error of a few units in the last place against {@code Math} in double; {@code
 * ElementwiseTest} holds the bound. Infinities and NaN give what they give in {@code Math}.
 */
/*
 * Design. lanewise(EXP) and its like call a native library on x86 and fall back to one lane at a time
 * elsewhere; these are a dozen multiply-adds everywhere. The polynomials are near-minimax fits
 * (reweighted least squares on Chebyshev nodes, then rounded to float), made for cirr.
 *
 * Comparisons are used as blends only: masks are slow on JDK 17.
 */
final class VectorMath {
  private static final VectorSpecies<Float> F = Lanes.F;

  static final float LOG2_E = 1.44269504f;

  /** ln 2 in two parts: the first has so few bits that n · LN2_HIGH is exact. */
  static final float LN2_HIGH = 0.693359375f;

  static final float LN2_LOW = -2.12194440e-4f;

  /** Adding it leaves a number rounded to an integer in the low bits of the significand. */
  static final float ROUND = 12582912f; // 1.5 · 2²³

  /** {@code exp(r) = 1 + r + r²/2 + C3·r³ + … + C6·r⁶} within ±0.35. */
  static final float C3 = 0.16666518f;

  static final float C4 = 0.041666206f;
  static final float C5 = 0.008368953f;
  static final float C6 = 0.0013950601f;

  private VectorMath() {}

  private static FloatVector of(float value) {
    return FloatVector.broadcast(F, value);
  }

  /** {@code exp(x)}; results below 4e-38 become 0. */
  static FloatVector exp(FloatVector x) {
    FloatVector shifted = x.fma(of(LOG2_E), of(ROUND));
    FloatVector e = reducedExpm1(x, shifted.sub(ROUND));
    IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    // Half of it first, and doubled at the end: 2¹²⁸ is no float.
    FloatVector half = e.fma(of(0.5f), of(0.5f));
    FloatVector result = half.reinterpretAsInts().add(exponent).reinterpretAsFloats().mul(2f);
    result = result.blend(0f, x.compare(VectorOperators.LT, -86f));
    // What is not up to 89 is larger or NaN, and stays so when multiplied by infinity.
    return x.mul(Float.POSITIVE_INFINITY).blend(result, x.compare(VectorOperators.LE, 89f));
  }

  /** From here on {@link #expOfNegative} is 0: {@code exp(−80)} = 2e-35. */
  static final int LIMIT = Float.floatToRawIntBits(80f);

  /** What the polynomial makes of the limit, to the last bit. */
  static final float LEAST = powerOfNegative(of(80f)).lane(0);

  /**
   * {@code exp(−d)} for d from 0 to ∞, half the cost of {@link #exp}; a NaN must be looked for
   * elsewhere. Values below 1e-28 are too small by 2e-35.
   */
  static FloatVector expOfNegative(FloatVector d) {
    // Numbers that are not negative are ordered as their bits are, and a minimum of integers is one
    // instruction. What is beyond the limit gives LEAST, so subtracting it leaves 0 there.
    IntVector limited = d.reinterpretAsInts().min(LIMIT);
    return powerOfNegative(limited.reinterpretAsFloats()).sub(LEAST);
  }

  private static FloatVector powerOfNegative(FloatVector d) {
    FloatVector shifted = d.fma(of(-LOG2_E), of(ROUND));
    FloatVector e = reducedExpm1(d.neg(), shifted.sub(ROUND)).add(1f);
    IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return e.reinterpretAsInts().add(exponent).reinterpretAsFloats();
  }

  /** {@code exp(x) − 1} for x up to 0, without cancellation near 0. */
  static FloatVector expm1OfNegative(FloatVector x) {
    FloatVector limited = x.blend(-87f, x.compare(VectorOperators.LT, -87f));
    FloatVector shifted = limited.fma(of(LOG2_E), of(ROUND));
    FloatVector e = reducedExpm1(limited, shifted.sub(ROUND));
    IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    FloatVector power = exponent.add(0x3F800000).reinterpretAsFloats(); // 2ⁿ
    return e.fma(power, power.sub(1f));
  }

  /** {@code exp(x − n·ln 2) − 1} where that argument is within ±0.35. */
  private static FloatVector reducedExpm1(FloatVector x, FloatVector n) {
    FloatVector r = n.fma(of(-LN2_LOW), n.fma(of(-LN2_HIGH), x));
    FloatVector q = r.fma(of(C6), of(C5));
    q = q.fma(r, of(C4));
    q = q.fma(r, of(C3));
    q = q.fma(r, of(0.5f));
    return r.mul(r).fma(q, r);
  }

  /** {@code 1 / (1 + exp(−x))}. */
  static FloatVector sigmoid(FloatVector x) {
    return of(1f).div(exp(x.neg()).add(1f));
  }

  /** {@code x / (1 + exp(−x))}. */
  static FloatVector silu(FloatVector x) {
    return x.div(exp(x.neg()).add(1f));
  }

  /** {@code tanh(x)}: {@code 1 − 2/(exp(2|x|) + 1)} with x's sign; near 0 a polynomial. */
  static FloatVector tanh(FloatVector x) {
    FloatVector a = x.abs();
    FloatVector large = of(1f).sub(of(2f).div(exp(a.add(a)).add(1f)));
    FloatVector z = x.mul(x);
    FloatVector p = z.fma(of(-0.005717045f), of(0.020650588f));
    p = p.fma(z, of(-0.053743497f));
    p = p.fma(z, of(0.13331491f));
    p = p.fma(z, of(-0.33333284f));
    FloatVector small = x.mul(z).fma(p, x);
    FloatVector signed = large.blend(large.neg(), x.compare(VectorOperators.LT, 0f));
    return signed.blend(small, a.compare(VectorOperators.LT, 0.625f));
  }

  /** {@code ln(1 + exp(x))}, and x above 20. */
  static FloatVector softplus(FloatVector x) {
    FloatVector u = exp(x.abs().neg());
    FloatVector positive = x.blend(0f, x.compare(VectorOperators.LT, 0f));
    FloatVector result = log1pOfUnit(u).add(positive);
    return result.blend(x, x.compare(VectorOperators.GT, 20f));
  }

  /** {@code ln(1 + u)} for u from 0 to 1: {@code 2·artanh(s)}, {@code s = u/(u + 2)}. */
  private static FloatVector log1pOfUnit(FloatVector u) {
    FloatVector s = u.div(u.add(2f));
    FloatVector z = s.mul(s);
    FloatVector p = z.fma(of(0.24301f), of(0.21427642f));
    p = p.fma(z, of(0.28616887f));
    p = p.fma(z, of(0.39998877f));
    p = p.fma(z, of(0.66666675f));
    return s.mul(z).fma(p, s.add(s));
  }

  /** {@code ln(x)} for finite x from 1 on; not defined elsewhere, but for NaN, which it keeps. */
  static FloatVector logOfLarge(FloatVector x) {
    IntVector bits = x.reinterpretAsInts();
    IntVector exponent = bits.lanewise(VectorOperators.LSHR, 23);
    FloatVector unit =
        bits.sub(exponent.lanewise(VectorOperators.LSHL, 23)).add(0x3F800000).reinterpretAsFloats();
    // an integer in the low bits of the significand of 2²³, less 2²³ and the exponent of 1
    FloatVector n = exponent.add(0x4B000000).reinterpretAsFloats().sub(8388608f + 127f);
    FloatVector low = n.fma(of(LN2_LOW), log1pOfUnit(unit.sub(1f)));
    return n.fma(of(LN2_HIGH), low).add(x.sub(x));
  }

  /** Where {@link #gelu} ends to change: {@code −x · Φ(−x)} is 1e-13 here. */
  private static final int GELU_LIMIT = Float.floatToRawIntBits(7.6f);

  private static final float HALF_LOG2_E = 0.5f * LOG2_E;

  /** {@code x · Φ(x)} with the normal distribution function Φ; −1e-13 below −7.6. */
  static FloatVector gelu(FloatVector x) {
    // Φ(−a) = 2^(p(a) − a²·log₂(e)/2) with a polynomial p, in even and odd powers: no division.
    FloatVector a = x.abs().reinterpretAsInts().min(GELU_LIMIT).reinterpretAsFloats();
    FloatVector square = a.mul(a);
    FloatVector even = square.fma(of(-1.6480088e-8f), of(-7.256518e-6f));
    even = even.fma(square, of(-1.9650806e-4f));
    even = even.fma(square, of(0.007191266f));
    even = even.fma(square, of(0.26219407f));
    even = even.fma(square, of(-0.99999976f));
    FloatVector odd = square.fma(of(5.2852613e-7f), of(5.3683067e-5f));
    odd = odd.fma(square, of(-1.8455875e-4f));
    odd = odd.fma(square, of(-0.05262322f));
    odd = odd.fma(square, of(-1.1511137f));
    FloatVector p = odd.fma(a, even);
    FloatVector shifted = square.fma(of(-HALF_LOG2_E), p).add(ROUND);
    FloatVector n = shifted.sub(ROUND);
    FloatVector f = square.fma(of(-HALF_LOG2_E), n.neg()).add(p); // within ±1/2
    FloatVector power = f.fma(of(0.0013276472f), of(0.009675541f));
    power = power.fma(f, of(0.05550713f));
    power = power.fma(f, of(0.2402212f));
    power = power.fma(f, of(0.69314694f));
    power = power.fma(f, of(1.0000001f));
    IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    FloatVector below = power.reinterpretAsInts().add(exponent).reinterpretAsFloats();
    // max(x, 0) − |x| · Φ(−|x|) without masks; NaN stays NaN.
    FloatVector half = x.mul(0.5f);
    return a.neg().fma(below, half.add(half.abs()));
  }

  /** {@code x/2 · (1 + tanh(u)) = x / (1 + exp(−2u))}, {@code u = √(2/π)·(x + 0.044715·x³)}. */
  static FloatVector geluTanh(FloatVector x) {
    FloatVector square = x.mul(x);
    FloatVector minus2u = x.mul(square.fma(of(-1.5957691f * 0.044715f), of(-1.5957691f)));
    return x.div(exp(minus2u).add(1f));
  }
}
