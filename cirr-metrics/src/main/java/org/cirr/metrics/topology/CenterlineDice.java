package org.cirr.metrics.topology;

import org.cirr.metrics.MaskPair;
import org.cirr.metrics.overlap.EmptyPolicy;
import org.cirr.parallel.Workers;

/**
 * clDice: how much of each mask's centre lines lies in the other mask. Made for vessels, where a
 * gap matters more than a voxel of thickness.
 *
 * <p><b>Formula</b>: with S(M) the skeleton: Tprec = |S(P) ∩ G| / |S(P)|, Tsens = |S(G) ∩ P| /
 * |S(G)|, clDice = 2 · Tprec · Tsens / (Tprec + Tsens).
 *
 * <p><b>Edge cases</b>: empty masks as {@link EmptyPolicy#centerline()}; 0 when no centre line lies
 * in the other mask.
 *
 * <p><b>Source</b>: Shit et al., CVPR 2021. Numbers depend on the thinning: see {@link Skeleton}.
 *
 * @param precision Tprec
 * @param sensitivity Tsens
 * @param value clDice
 */
public record CenterlineDice(double precision, double sensitivity, double value) {

  /** Measures on the calling thread. */
  public static CenterlineDice of(MaskPair pair, EmptyPolicy policy) {
    return of(pair, policy, Workers.single());
  }

  /** Measures; two threads thin one mask each. */
  public static CenterlineDice of(MaskPair pair, EmptyPolicy policy, Workers workers) {
    boolean noReference = pair.referenceCount() == 0;
    boolean noPrediction = pair.predictionCount() == 0;
    if (noReference || noPrediction) {
      double value = policy.centerline().when(noReference, noPrediction);
      return new CenterlineDice(value, value, value);
    }
    double[] shares = new double[2];
    workers.forEach(
        2,
        i ->
            shares[i] =
                i == 0
                    ? inside(pair, MaskPair.PREDICTION, MaskPair.REFERENCE)
                    : inside(pair, MaskPair.REFERENCE, MaskPair.PREDICTION));
    double precision = shares[0];
    double sensitivity = shares[1];
    double sum = precision + sensitivity;
    return new CenterlineDice(
        precision, sensitivity, sum == 0 ? 0 : 2 * precision * sensitivity / sum);
  }

  /** The share of one mask's skeleton that lies in the other. */
  private static double inside(MaskPair pair, int of, int in) {
    byte[] bits = pair.bits();
    MaskPair.Box box = pair.box();
    BitRows skeleton = Skeleton.of(box.depth(), box.height(), box.width(), bits, of);
    long length = 0;
    long inside = 0;
    for (int line = 0; line < box.depth() * box.height(); line++) {
      int start = skeleton.row(line) * skeleton.wordsPerRow;
      for (int i = 0; i < skeleton.wordsPerRow; i++) {
        for (long left = skeleton.words[start + i]; left != 0; left &= left - 1) {
          int x = i * Long.SIZE + Long.numberOfTrailingZeros(left) - 1; // bit 0 is the margin
          length++;
          inside += (bits[line * box.width() + x] & in) != 0 ? 1 : 0;
        }
      }
    }
    return (double) inside / length;
  }
}
