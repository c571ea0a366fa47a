package org.cirr.backend.simd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes the unrolled loops behind {@link SimdRows}, one class for each pitch of the positions.
 *
 * <p>The classes differ in one constant, but the compiler has to know it: with a pitch in a
 * variable the loops lose a fifth to a third of their speed, with the step of {@code SimdTapRows}
 * in a variable half. And the loops cannot be written with arrays of vectors, which would live in
 * memory. So they are written by this program:
 *
 * <pre>{@code
 * java cirr-core/src/test/java/org/cirr/backend/simd/RowBlocksSource.java cirr-core
 * }</pre>
 *
 * <p>{@code RowBlocksSourceTest} compares the files with what it writes.
 */
final class RowBlocksSource {
  /** The classes. */
  static final List<String> NAMES =
      List.of(
          "SimdRows1",
          "SimdRows2",
          "SimdRows6",
          "SimdWideRows1",
          "SimdWideRows2",
          "SimdWideRows6",
          "SimdTapRows",
          "SimdTapRows1");

  /** Positions of the blocks of one, two and four vectors, largest first. */
  private static final int[] ONE = {12, 4, 1};

  private static final int[] TWO = {12, 8, 6, 4, 2, 1};
  private static final int[] FOUR = {6, 2, 1};

  /** Positions of the blocks whose inputs a table gives. */
  private static final int[] TABLE = {12, 6, 2, 1};

  /** What the sums of the first to fourth vector are called. */
  private static final String SUMS = "uvyz";

  private static final String TAP_BLOCK = "float[] in, int p, int[] taps, float[] weight, int q";

  private static final List<String> TABLE_VALUES =
      List.of(
          "float[] in",
          "int p",
          "int step",
          "int[] taps",
          "int count",
          "float[] weight",
          "int q",
          "float[] sums");

  private static final List<String> PITCH_VALUES =
      List.of(
          "boolean first",
          "float[] in",
          "int p",
          "int count",
          "int length",
          "float[] weight",
          "int q",
          "float[] sums");

  private static final List<String> BLOCK_VALUES =
      List.of(
          "float[] in",
          "int p",
          "int length",
          "float[] weight",
          "int q",
          "float[] from",
          "int f",
          "float[] sums");

  private final String name;
  private final boolean taps;
  private final int pitch; // chunks, or 0: in a variable; with taps in floats
  private final StringBuilder text = new StringBuilder();

  private RowBlocksSource(String name) {
    this.name = name;
    taps = name.startsWith("SimdTapRows");
    char last = name.charAt(name.length() - 1);
    pitch = Character.isDigit(last) ? last - '0' : 0;
  }

  public static void main(String[] args) throws IOException {
    for (String name : NAMES) {
      Files.writeString(file(Path.of(args[0]), name), source(name));
    }
  }

  /** Where a class stands, from the module's folder. */
  static Path file(Path module, String name) {
    return module.resolve("src/main/java/org/cirr/backend/simd/" + name + ".java");
  }

  /** The whole source file of a class. */
  static String source(String name) {
    RowBlocksSource source = new RowBlocksSource(name);
    source.head();
    if (source.taps) {
      source.methods("set", 2, TABLE);
      source.methods("set", 1, TABLE);
    } else if (name.contains("Wide")) {
      source.methods("add", 4, FOUR);
    } else {
      source.methods("add", 2, TWO);
      source.methods("add", 1, ONE);
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
    if (taps) {
      tapHead();
    } else {
      line(" * The unrolled loops of {@link SimdRows} for positions that lie %s apart.", chunks());
    }
    line(" *");
    line(
        " * <p>Written by {@code RowBlocksSource}, which stands with the tests; change it there. Long because");
    line(" * each block size is spelled out: arrays of vectors would live in memory.");
    line(" */");
    line("final class %s {", name);
    line("  private static final VectorSpecies<Float> F = Lanes.F;");
    line("  private static final int LANES = Lanes.COUNT;");
    if (!taps) {
      line("  private static final int PITCH = %sSimdRows.CHUNK;", pitch == 1 ? "" : pitch + " * ");
    }
    line("");
    line("  private %s() {}", name);
  }

  private void tapHead() {
    line(
        " * {@link SimdRows} for inputs that lie anywhere: a table says where those of a position are%s",
        pitch == 1 ? ", and" : ".");
    if (pitch == 1) {
      line(" * those of the next position are one float further.");
    }
    line(" *");
    line(" * <pre>{@code");
    line(" * for (k = 0; k < positions; k++)");
    line(" *   for (c = 0; c < channels; c++)");
    line(" *     for (i = 0; i < taps.length; i++)");
    String next = pitch == 1 ? "k" : "k * step";
    line(" *       sums[k][c] += in[p + %s + taps[i]] * weight[q + i][c];", next);
    line(" * }</pre>");
  }

  private String chunks() {
    return pitch == 1 ? "one chunk" : pitch + " chunks";
  }

  private void methods(String verb, int vectors, int[] sizes) {
    dispatch(verb, vectors, sizes);
    for (int positions : sizes) {
      block(verb, positions, vectors);
    }
  }

  private static String number(int vectors) {
    return vectors == 1 ? "One" : vectors == 2 ? "Two" : "Four";
  }

  private static String width(int vectors) {
    return vectors == 1 ? "LANES" : vectors + " * LANES";
  }

  /** The method that cuts any number of positions into blocks. */
  private void dispatch(String verb, int vectors, int[] sizes) {
    String step = vectors == 1 ? "LANES" : "width";
    line("");
    line("  static void %s%s(", verb, number(vectors));
    if (taps && pitch == 1) {
      line("      %s, float[] sums, int at) {", TAP_BLOCK.replace("taps,", "taps, int count,"));
    } else {
      for (String value : taps ? TABLE_VALUES : PITCH_VALUES) {
        line("      %s,", value);
      }
      line("      int at) {");
    }
    if (vectors > 1) {
      line("    int width = %s;", width(vectors));
    }
    if (!taps) {
      line("    float[] from = first ? SimdRows.ZEROS : sums;");
      line("    int f = first ? 0 : at;");
      line("    int step = first ? 0 : %s;", step);
    }
    line("    int k = 0;");
    boolean wide = false;
    for (int positions : sizes) {
      boolean many = vectors == 2 && positions >= 8; // more registers than AVX2 has
      if (many && !wide) {
        line("    if (LANES >= 16) {");
      } else if (!many && wide) {
        line("    }");
      }
      wide = many;
      String indent = many ? "      " : "    ";
      line("%sfor (; k + %d <= count; k += %d) {", indent, positions, positions);
      String input =
          !taps ? "p + k * PITCH, length" : pitch == 1 ? "p + k, taps" : "p + k * step, step, taps";
      String from = taps ? "" : "from, f + k * step, ";
      line(
          "%s  %s%dx%d(in, %s, weight, q, %ssums, at + k * %s);",
          indent, verb, positions, vectors, input, from, step);
      line("%s}", indent);
    }
    line("  }");
  }

  /** One unrolled loop. */
  private void block(String verb, int positions, int vectors) {
    line("");
    line(
        "  /** %d position%s × %d vector%s of output channels%s. */",
        positions,
        positions == 1 ? "" : "s",
        vectors,
        vectors == 1 ? "" : "s",
        taps ? "; the sums are overwritten" : "; added to where the sums begin");
    line("  private static void %s%dx%d(", verb, positions, vectors);
    if (taps) {
      String values = pitch == 1 ? TAP_BLOCK : TAP_BLOCK.replace("int p,", "int p, int step,");
      line("      %s, float[] sums, int at) {", values);
      for (int k = 1; k < positions && pitch == 0; k++) {
        line("    int p%d = %sstep;", k, k == 1 ? "" : k + " * ");
      }
    } else {
      for (String value : BLOCK_VALUES) {
        line("      %s,", value);
      }
      line("      int at) {");
    }
    for (int k = 0; k < positions; k++) {
      for (int v = 0; v < vectors; v++) {
        line("    FloatVector %s = FloatVector.zero(F);", sum(k, v));
      }
    }
    if (taps) {
      line("    for (int i = 0; i < taps.length; i++) {");
      line("      int tap = p + taps[i];");
    } else {
      line("    int end = q + length * %s;", width(vectors));
      line("    for (int j = q, i = p; j < end; j += %s, i++) {", width(vectors));
    }
    String weights = taps ? "q + i * " + width(vectors) : "j";
    for (int v = 0; v < vectors; v++) {
      line("      FloatVector w%d = FloatVector.fromArray(F, weight, %s);", v, at(weights, v));
    }
    for (int k = 0; k < positions; k++) {
      line("      FloatVector x%d = FloatVector.broadcast(F, in[%s]);", k, input(k));
      for (int v = 0; v < vectors; v++) {
        line("      %s = x%d.fma(w%d, %s);", sum(k, v), k, v, sum(k, v));
      }
    }
    line("    }");
    for (int k = 0; k < positions; k++) {
      for (int v = 0; v < vectors; v++) {
        int place = k * vectors + v;
        String whole =
            taps
                ? sum(k, v)
                : "FloatVector.fromArray(F, from, " + at("f", place) + ").add(" + sum(k, v) + ")";
        line("    %s.intoArray(sums, %s);", whole, at("at", place));
      }
    }
    line("  }");
  }

  /** Where the input of a position is. */
  private String input(int k) {
    if (taps) {
      return k == 0 ? "tap" : pitch == 1 ? "tap + " + k : "tap + p" + k;
    }
    return "i" + (k == 0 ? "" : k == 1 ? " + PITCH" : " + " + k + " * PITCH");
  }

  private static String sum(int position, int vector) {
    return SUMS.charAt(vector) + "" + position;
  }

  private static String at(String from, int vectors) {
    return from + (vectors == 0 ? "" : vectors == 1 ? " + LANES" : " + " + vectors + " * LANES");
  }
}
