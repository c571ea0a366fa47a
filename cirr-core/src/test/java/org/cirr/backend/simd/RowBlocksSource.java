package org.cirr.backend.simd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes the unrolled loops behind {@link SimdRows}, one class for each pitch of the positions.
 *
 * <p>The three classes differ in one constant, but the compiler has to know it: with a pitch in a
 * variable the loops lose a fifth to a third of their speed. And the loops cannot be written with
 * arrays of vectors, which would live in memory. So they are written by this program:
 *
 * <pre>{@code
 * java cirr-core/src/test/java/org/cirr/backend/simd/RowBlocksSource.java cirr-core
 * }</pre>
 *
 * <p>{@code RowBlocksSourceTest} compares the files with what it writes.
 */
final class RowBlocksSource {
  /** Distances of neighbouring positions, in chunks; 0 is any distance, with a table of inputs. */
  static final List<Integer> PITCHES = List.of(1, 2, 6, 0);

  /** Positions of the blocks of two vectors, largest first. */
  private static final int[] TWO = {12, 8, 6, 4, 2, 1};

  /** Positions of the blocks of one vector. */
  private static final int[] ONE = {12, 4, 1};

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

  /** Positions of the blocks whose inputs a table gives. */
  private static final int[] TABLE = {12, 6, 2, 1};

  private final int pitch;
  private final StringBuilder text = new StringBuilder();

  private RowBlocksSource(int pitch) {
    this.pitch = pitch;
  }

  public static void main(String[] args) throws IOException {
    for (int pitch : PITCHES) {
      Files.writeString(file(Path.of(args[0]), pitch), source(pitch));
    }
  }

  /** Where the class of a pitch stands, from the module's folder. */
  static Path file(Path module, int pitch) {
    return module.resolve("src/main/java/org/cirr/backend/simd/" + name(pitch) + ".java");
  }

  private static String name(int pitch) {
    return pitch == 0 ? "SimdTapRows" : "SimdRows" + pitch;
  }

  /** The whole source file of a pitch. */
  static String source(int pitch) {
    RowBlocksSource source = new RowBlocksSource(pitch);
    source.head();
    if (pitch == 0) {
      source.methods("set", 2, TABLE);
      source.methods("set", 1, TABLE);
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
    if (pitch == 0) {
      tapHead();
      return;
    }
    line("/**");
    line(" * The unrolled loops of {@link SimdRows} for positions that lie %s apart.", chunks());
    line(" *");
    line(
        " * <p>Written by {@code RowBlocksSource}, which stands with the tests; change it there. Long because");
    line(" * each block size is spelled out: arrays of vectors would live in memory.");
    line(" */");
    line("final class SimdRows%d {", pitch);
    line("  private static final VectorSpecies<Float> F = Lanes.F;");
    line("  private static final int LANES = Lanes.COUNT;");
    line("  private static final int PITCH = %sSimdRows.CHUNK;", pitch == 1 ? "" : pitch + " * ");
    line("");
    line("  private SimdRows%d() {}", pitch);
  }

  private void tapHead() {
    line("/**");
    line(
        " * {@link SimdRows} for inputs that lie anywhere: a table says where those of a position are.");
    line(" *");
    line(" * <pre>{@code");
    line(" * for (k = 0; k < positions; k++)");
    line(" *   for (c = 0; c < channels; c++)");
    line(" *     for (i = 0; i < taps.length; i++)");
    line(" *       sums[k][c] += in[p + k * step + taps[i]] * weight[q + i][c];");
    line(" * }</pre>");
    line(" *");
    line(" * <p>Written by {@code RowBlocksSource}, which stands with the tests; change it there.");
    line(" */");
    line("final class SimdTapRows {");
    line("  private static final VectorSpecies<Float> F = Lanes.F;");
    line("  private static final int LANES = Lanes.COUNT;");
    line("");
    line("  private SimdTapRows() {}");
  }

  private String chunks() {
    return pitch == 1 ? "one chunk" : pitch + " chunks";
  }

  private void methods(String name, int vectors, int[] sizes) {
    dispatch(name, vectors, sizes);
    for (int positions : sizes) {
      block(name, positions, vectors);
    }
  }

  /** The method that cuts any number of positions into blocks. */
  private void dispatch(String name, int vectors, int[] sizes) {
    String step = vectors == 1 ? "LANES" : "width";
    line("");
    line("  static void %s%s(", name, vectors == 1 ? "One" : "Two");
    if (pitch == 0) {
      for (String value : TABLE_VALUES) {
        line("      %s,", value);
      }
      line("      int at) {");
    } else {
      for (String value : PITCH_VALUES) {
        line("      %s,", value);
      }
      line("      int at) {");
    }
    if (vectors == 2) {
      line("    int width = 2 * LANES;");
    }
    if (pitch != 0) {
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
      String input = pitch == 0 ? "p + k * step, step, taps" : "p + k * PITCH, length";
      String from = pitch == 0 ? "" : "from, f + k * step, ";
      line(
          "%s  %s%dx%d(in, %s, weight, q, %ssums, at + k * %s);",
          indent, name, positions, vectors, input, from, step);
      line("%s}", indent);
    }
    line("  }");
  }

  /** One unrolled loop. */
  private void block(String name, int positions, int vectors) {
    line("");
    line(
        "  /** %d position%s × %d vector%s of output channels%s. */",
        positions,
        positions == 1 ? "" : "s",
        vectors,
        vectors == 1 ? "" : "s",
        name.equals("set") ? "; the sums are overwritten" : "; added to where the sums begin");
    if (pitch == 0) {
      line("  private static void %s%dx%d(", name, positions, vectors);
      line(
          "      float[] in, int p, int step, int[] taps, float[] weight, int q, float[] sums, int at)"
              + " {");
      for (int k = 1; k < positions; k++) {
        line("    int p%d = %sstep;", k, k == 1 ? "" : k + " * ");
      }
    } else {
      line("  private static void %s%dx%d(", name, positions, vectors);
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
    line("    for (int i = 0; i < %s; i++) {", pitch == 0 ? "taps.length" : "length");
    if (pitch == 0) {
      line("      int tap = p + taps[i];");
    }
    String weights = vectors == 1 ? "q + i * LANES" : "q + i * 2 * LANES";
    line("      FloatVector w0 = FloatVector.fromArray(F, weight, %s);", weights);
    if (vectors == 2) {
      line("      FloatVector w1 = FloatVector.fromArray(F, weight, %s + LANES);", weights);
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
        String place = at(k * vectors + v);
        String whole =
            name.equals("set")
                ? sum(k, v)
                : "FloatVector.fromArray(F, from, "
                    + place.replace("at", "f")
                    + ").add("
                    + sum(k, v)
                    + ")";
        line("    %s.intoArray(sums, %s);", whole, place);
      }
    }
    line("  }");
  }

  /** Where the input of a position is. */
  private String input(int k) {
    if (pitch == 0) {
      return k == 0 ? "tap" : "tap + p" + k;
    }
    return "p + i" + (k == 0 ? "" : k == 1 ? " + PITCH" : " + " + k + " * PITCH");
  }

  private static String sum(int position, int vector) {
    return (vector == 0 ? "u" : "v") + position;
  }

  private static String at(int vectors) {
    return vectors == 0 ? "at" : vectors == 1 ? "at + LANES" : "at + " + vectors + " * LANES";
  }
}
