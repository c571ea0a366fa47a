package org.cirr.metrics.radiomics.filter;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cirr.metrics.radiomics.image.Raster;

/**
 * A discrete wavelet and its undecimated separable transform.
 *
 * <p><b>Formula</b>: along an axis y[i] = Σ_k f[k] x[(i + L/2 − k) mod N] with a decomposition
 * filter f of length L, low-pass (L) or high-pass (H). The letters of a band say what was done
 * along x, y and z.
 *
 * <p><b>Edge cases</b>: an odd extent is lengthened by its first sample and cut again afterwards.
 *
 * <p><b>Source</b>: pyradiomics {@code getWaveletImage} (PyWavelets {@code swt}, level 1); levels
 * above the first filter the previous LLL band with the same filters.
 */
public final class Wavelet {
  private final double[] low;
  private final double[] high;

  private Wavelet(double[] low, double[] high) {
    this.low = low;
    this.high = high;
  }

  /** Takes a band: its name such as {@code LLH}, and its values. */
  @FunctionalInterface
  public interface BandVisitor {
    /** Takes one band. */
    void band(String name, Raster values);
  }

  /**
   * The wavelet of a name.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} listing the names there are.
   *
   * @param name haar, db1 to db20, sym2 to sym20, coif1 to coif5, dmey, biorN.M or rbioN.M
   */
  public static Wavelet named(String name) {
    Map<String, double[][]> table = read();
    boolean reverse = name.startsWith("rbio");
    double[][] filters = table.get(reverse ? "bior" + name.substring(4) : name);
    if (filters == null) {
      throw new IllegalArgumentException(
          "there is no wavelet '"
              + name
              + "'; the wavelets are "
              + String.join(", ", table.keySet())
              + " and rbio for each bior");
    }
    double[] decomposition = reverse ? Rotation.reversed(filters[1]) : filters[0];
    double[] reconstruction = reverse ? Rotation.reversed(filters[0]) : filters[1];
    double[] high = new double[reconstruction.length];
    for (int i = 0; i < high.length; i++) {
      high[i] = (high.length - 1 - i) % 2 == 0 ? reconstruction[i] : -reconstruction[i];
    }
    return new Wavelet(decomposition, high);
  }

  private static Map<String, double[][]> read() {
    Map<String, double[][]> table = new LinkedHashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Wavelet.class.getResourceAsStream("wavelets.txt"), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          String[] halves = line.split(" \\| ");
          int name = line.indexOf(' ');
          double[] decomposition = numbers(halves[0].substring(name + 1));
          table.put(
              line.substring(0, name),
              new double[][] {
                decomposition,
                halves.length > 1 ? numbers(halves[1]) : Rotation.reversed(decomposition)
              });
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cirr's table of wavelets cannot be read", e);
    }
    return table;
  }

  private static double[] numbers(String text) {
    return Arrays.stream(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  /** The low-pass decomposition filter. */
  public double[] lowPass() {
    return low.clone();
  }

  /** The high-pass decomposition filter. */
  public double[] highPass() {
    return high.clone();
  }

  /**
   * The bands of some levels, high-pass first; of the approximations LLL only the last.
   *
   * @param first the first level that is given, from 0
   * @param levels how many levels are given; bands of the second are called {@code 2-LLH} and so on
   */
  public void transform(Raster image, int first, int levels, BandVisitor visitor) {
    int[] shape = image.shape();
    int[] even = {shape[0] + shape[0] % 2, shape[1] + shape[1] % 2, shape[2] + shape[2] % 2};
    double[] approximation = lengthened(image.values(), shape, even);
    for (int level = 0; level < first + levels; level++) {
      String prefix = level - first < 1 ? "" : (level - first + 1) + "-";
      List<double[]> next = new ArrayList<>();
      boolean given = level >= first;
      boolean last = level == first + levels - 1;
      split(
          approximation,
          even,
          2,
          "",
          given,
          (name, values) -> {
            boolean lll = name.equals("LLL");
            if (lll) {
              next.add(values);
            }
            if (given && (!lll || last)) {
              visitor.band(prefix + name, image.withValues(shortened(values, shape, even)));
            }
          });
      approximation = next.get(0);
    }
  }

  /** Takes a band on the even grid. */
  @FunctionalInterface
  private interface ArrayVisitor {
    void band(String name, double[] values);
  }

  /** Depth first, x then y then z, so that at most one array per axis waits. */
  private void split(
      double[] values, int[] shape, int axis, String name, boolean all, ArrayVisitor visitor) {
    if (axis < 0) {
      visitor.band(name, values);
      return;
    }
    if (all) {
      split(filtered(values, shape, axis, high), shape, axis - 1, name + "H", true, visitor);
    }
    split(filtered(values, shape, axis, low), shape, axis - 1, name + "L", all, visitor);
  }

  private static double[] filtered(double[] values, int[] shape, int axis, double[] filter) {
    int half = filter.length / 2;
    return Lines.filter(
        values,
        shape,
        axis,
        (in, out) -> {
          int n = in.length;
          for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int k = 0; k < filter.length; k++) {
              sum += filter[k] * in[Math.floorMod(i + half - k, n)];
            }
            out[i] = sum;
          }
        });
  }

  private static double[] lengthened(double[] values, int[] shape, int[] even) {
    double[] result = new double[Math.multiplyExact(Math.multiplyExact(even[0], even[1]), even[2])];
    for (int z = 0, i = 0; z < even[0]; z++) {
      for (int y = 0; y < even[1]; y++) {
        for (int x = 0; x < even[2]; x++, i++) {
          int row = (z % shape[0]) * shape[1] + y % shape[1];
          result[i] = values[row * shape[2] + x % shape[2]];
        }
      }
    }
    return result;
  }

  private static double[] shortened(double[] values, int[] shape, int[] even) {
    double[] result = new double[shape[0] * shape[1] * shape[2]];
    for (int row = 0; row < shape[0] * shape[1]; row++) {
      int z = row / shape[1];
      int y = row % shape[1];
      System.arraycopy(values, (z * even[1] + y) * even[2], result, row * shape[2], shape[2]);
    }
    return result;
  }
}
