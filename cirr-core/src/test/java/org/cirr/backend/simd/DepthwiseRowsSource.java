package org.cirr.backend.simd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the unrolled loops behind {@link SimdDepthwiseConv}, one for each width of the kernel:
 *
 * <pre>{@code
 * java cirr-core/src/test/java/org/cirr/backend/simd/DepthwiseRowsSource.java cirr-core
 * }</pre>
 *
 * <p>{@code RowBlocksSourceTest} compares the file with what it writes.
 */
final class DepthwiseRowsSource {
  private static final int[] WIDTHS = {3, 5, 7};
  private static final int POSITIONS = 8;

  private final StringBuilder text = new StringBuilder();

  private DepthwiseRowsSource() {}

  public static void main(String[] args) throws IOException {
    Files.writeString(file(Path.of(args[0])), source());
  }

  /** Where the class stands, from the module's folder. */
  static Path file(Path module) {
    return module.resolve("src/main/java/org/cirr/backend/simd/SimdDepthwiseRows.java");
  }

  /** The whole source file. */
  static String source() {
    DepthwiseRowsSource source = new DepthwiseRowsSource();
    source.head();
    for (int width : WIDTHS) {
      source.row(width);
    }
    return source.text + "}\n";
  }

  private void line(String format, Object... values) {
    text.append(String.format(format, values)).append('\n');
  }

  private void head() {
    line("package org.cirr.backend.simd;");
    line("");
    line("import jdk.incubator.vector.FloatVector;");
    line("import jdk.incubator.vector.VectorSpecies;");
    line("");
    line("/**");
    line(
        " * Eight neighbouring positions of a depthwise convolution, a vector of channels each, with a kernel");
    line(" * 3, 5 or 7 wide. An input is loaded once for all taps of a row of the kernel.");
    line(" *");
    line(" * <pre>{@code");
    line(" * for (k = 0; k < 8; k++)");
    line(" *   for (r = 0; r < rows; r++)");
    line(" *     for (j = 0; j < width; j++)");
    line(
        " *       sums[k] += in[p + taps[r * width] + (k + j) * step] * weight[q + rows[r] + j * step];");
    line(" * }</pre>");
    line(" *");
    line(
        " * <p>Written by {@code DepthwiseRowsSource}, which stands with the tests; change it there.");
    line(" */");
    line("final class SimdDepthwiseRows {");
    line("  private static final VectorSpecies<Float> F = Lanes.F;");
    line("");
    line("  /** Positions that are done together. */");
    line("  static final int POSITIONS = %d;", POSITIONS);
    line("");
    line("  private SimdDepthwiseRows() {}");
    line("");
    line("  static boolean has(int width) {");
    line("    return width == 3 || width == 5 || width == 7;");
    line("  }");
    line("");
    line("  /**");
    line("   * Computes eight positions.");
    line("   *");
    line("   * @param width the taps of a row: 3, 5 or 7");
    line("   * @param taps of each tap, where its input lies from {@code p} on; whole rows");
    line("   * @param rows of each tap, where its weights lie from {@code q} on");
    line("   * @param step channels: from one position, or the weights of one tap, to the next");
    line("   */");
    line("  static void set(");
    line("      int width,");
    for (String value : VALUES) {
      line("      %s,", value);
    }
    line("      int to) {");
    line("    switch (width) {");
    for (int width : WIDTHS) {
      line(
          "      case %d -> set%d(in, p, taps, weight, q, rows, step, bias, out, to);",
          width, width);
    }
    line(
        "      default -> throw new IllegalArgumentException(\"no loop for a kernel \" + width + \" wide\");");
    line("    }");
    line("  }");
  }

  private static final String[] VALUES = {
    "float[] in",
    "int p",
    "int[] taps",
    "float[] weight",
    "int q",
    "int[] rows",
    "int step",
    "float[] bias",
    "float[] out"
  };

  private void row(int width) {
    line("");
    line("  private static void set%d(", width);
    for (String value : VALUES) {
      line("      %s,", value);
    }
    line("      int to) {");
    line("    FloatVector s0 = FloatVector.fromArray(F, bias, q);");
    for (int k = 1; k < POSITIONS; k++) {
      line("    FloatVector s%d = s0;", k);
    }
    line("    for (int t = 0; t < taps.length; t += %d) {", width);
    line("      int i = p + taps[t];");
    line("      int r = q + rows[t];");
    for (int j = 0; j < width; j++) {
      line("      FloatVector w%d = FloatVector.fromArray(F, weight, r%s);", j, times(j));
    }
    for (int x = 0; x < POSITIONS + width - 1; x++) {
      line("      FloatVector x%d = FloatVector.fromArray(F, in, i%s);", x, times(x));
      for (int j = width - 1; j >= 0; j--) {
        int k = x - j;
        if (k >= 0 && k < POSITIONS) {
          line("      s%d = x%d.fma(w%d, s%d);", k, x, j, k);
        }
      }
    }
    line("    }");
    for (int k = 0; k < POSITIONS; k++) {
      line("    s%d.intoArray(out, to%s);", k, times(k));
    }
    line("  }");
  }

  private static String times(int k) {
    return k == 0 ? "" : k == 1 ? " + step" : " + " + k + " * step";
  }
}
