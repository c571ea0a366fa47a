package org.cirr.metrics.radiomics.image;

/**
 * How intensities become grey levels 1, 2, 3, ...
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for a width or count that is not positive.
 */
public sealed interface Binning {

  /**
   * The level boundaries for values of a range.
   *
   * @param min the smallest value of the region
   * @param max the largest value of the region
   */
  Edges edges(double min, double max);

  /**
   * Ascending boundaries; the level of a value is the number of boundaries that are not above it.
   */
  final class Edges {
    private final double low;
    private final double step;
    private final double fixed;
    private final long count;
    private final double last;

    /** {@code low + k · step} for k below {@code count}; the last one is given apart. */
    private Edges(double low, double step, double fixed, long count, double last) {
      this.low = low;
      this.step = step;
      this.fixed = fixed;
      this.count = count;
      this.last = last;
    }

    private double edge(long k) {
      return k == count - 1 ? last : low + k * step;
    }

    /** The level of a value that lies in the range. */
    int level(double value) {
      if (fixed > 0) {
        // IBSI's formula as it stands; the largest value belongs to the last level.
        return (int) Math.max(1, Math.min(count, (long) Math.floor((value - low) / fixed) + 1));
      }
      long k = step > 0 ? (long) Math.floor((value - low) / step) : 0;
      k = Math.max(0, Math.min(count - 1, k));
      // The division may be off by one rounding; the boundaries decide.
      while (k + 1 < count && edge(k + 1) <= value) {
        k++;
      }
      while (k >= 0 && edge(k) > value) {
        k--;
      }
      return (int) (k + 1);
    }
  }

  /**
   * Bins of a fixed width that begin at a multiple of the width, as pyradiomics has them.
   *
   * <p><b>Formula</b>: level = #{k : b + k·W ≤ x}, b = min − (min mod W), so that level = ⌊x/W⌋ −
   * ⌊min/W⌋ + 1 up to rounding. The boundaries are those of {@code numpy.arange}.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the range is more than 2³¹ − 1 bins.
   *
   * <p><b>Source</b>: pyradiomics {@code binWidth}; IBSI calls the kind fixed bin size (8LPZ) but
   * starts at the minimum.
   */
  record FixedWidth(double width) implements Binning {
    public FixedWidth {
      requirePositive("binWidth", width);
    }

    @Override
    public Edges edges(double min, double max) {
      requireFew(min, max, width);
      double remainder = min % width;
      double low = min - (remainder < 0 ? remainder + width : remainder);
      long count = (long) Math.ceil((max + 2 * width - low) / width);
      double step = low + width - low; // numpy.arange's own rounding
      return new Edges(low, step, 0, Math.max(1, count), low + (Math.max(1, count) - 1) * step);
    }
  }

  /**
   * Bins of a fixed width that begin at a given value or at the region's minimum.
   *
   * <p><b>Formula</b>: level = ⌊(x − b)/W⌋ + 1.
   *
   * <p><b>Source</b>: IBSI fixed bin size discretisation (8LPZ).
   *
   * @param start the lower bound of the re-segmentation range; NaN for the region's minimum
   */
  record FixedSize(double width, double start) implements Binning {
    public FixedSize {
      requirePositive("bin size", width);
    }

    @Override
    public Edges edges(double min, double max) {
      double low = Double.isNaN(start) ? min : start;
      requireFew(Math.min(low, min), max, width);
      if (min < low) {
        throw new IllegalArgumentException(
            "the region's minimum "
                + min
                + " lies below the first bin's start "
                + low
                + "; re-segment to a range that begins there");
      }
      return new Edges(low, width, width, Integer.MAX_VALUE, max);
    }
  }

  /**
   * A fixed number of bins of equal width between the region's minimum and maximum.
   *
   * <p><b>Formula</b>: boundaries min + k·(max − min)/N, the last one raised so that the maximum
   * belongs to bin N.
   *
   * <p><b>Edge cases</b>: a flat region is cut as [v − 0.5, v + 0.5], as NumPy does.
   *
   * <p><b>Source</b>: pyradiomics {@code binCount} ({@code numpy.histogram}); IBSI fixed bin number
   * (K15C).
   */
  record FixedCount(int count) implements Binning {
    public FixedCount {
      requirePositive("binCount", count);
    }

    @Override
    public Edges edges(double min, double max) {
      double low = min == max ? min - 0.5 : min;
      double high = min == max ? max + 0.5 : max;
      return new Edges(low, (high - low) / count, 0, count + 1L, high + 1);
    }
  }

  /**
   * A fixed number of bins by IBSI's formula.
   *
   * <p><b>Formula</b>: level = ⌊N (x − min)/(max − min)⌋ + 1, and N for the maximum.
   *
   * <p><b>Source</b>: IBSI fixed bin number discretisation (K15C).
   */
  record FixedNumber(int count) implements Binning {
    public FixedNumber {
      requirePositive("bin number", count);
    }

    @Override
    public Edges edges(double min, double max) {
      double width = min == max ? 1 : (max - min) / count;
      return new Edges(min, width, width, count, max);
    }
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0) || !Double.isFinite(value)) {
      throw new IllegalArgumentException(name + " must be above 0 and finite, got " + value);
    }
  }

  private static void requireFew(double min, double max, double width) {
    double bins = (max - min) / width;
    if (!(bins < Integer.MAX_VALUE - 8)) {
      throw new IllegalArgumentException(
          String.format(
              java.util.Locale.ROOT,
              "values from %s to %s make %.3g bins of width %s, more than an int can number; choose"
                  + " a 'binWidth' of about %.3g for 64 levels",
              min,
              max,
              bins,
              width,
              (max - min) / 64));
    }
  }
}
