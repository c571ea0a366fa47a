package org.cirr.metrics.radiomics.feature;

import java.util.function.DoubleBinaryOperator;
import org.cirr.metrics.radiomics.image.Levels;

/**
 * A matrix of grey level against a size: run length (GLRLM), zone size (GLSZM), number of dependent
 * voxels (GLDM, NGLDM) or zone distance (GLDZM). The families share their formulas; {@link
 * #catalog} gives them under each family's names.
 *
 * <p>In the formulas P(i, j) is the matrix, N = Σ P, p = P/N, i the level number and j the size.
 */
public final class SizeMatrix {
  private final CountMatrix matrix;
  private final double[] level; // per entry
  private final Distribution byLevel; // Σ_j P(i, j)
  private final Distribution bySize; // Σ_i P(i, j)
  private final double total;
  private final double voxels;

  /**
   * @param voxels what the percentage is taken of; NaN for Σ j P(i, j)
   */
  SizeMatrix(CountMatrix matrix, Levels levels, double voxels) {
    this.matrix = matrix;
    level = new double[matrix.entries()];
    long[] rows = new long[level.length];
    long[] sizes = new long[level.length];
    double weighted = 0;
    for (int k = 0; k < level.length; k++) {
      rows[k] = levels.level(matrix.row[k]);
      level[k] = rows[k];
      sizes[k] = matrix.column[k];
      weighted += matrix.count[k] * matrix.column[k];
    }
    byLevel = Distribution.of(rows, matrix.count);
    bySize = Distribution.of(sizes, matrix.count);
    total = matrix.sum();
    this.voxels = Double.isNaN(voxels) ? weighted : voxels;
  }

  /** The matrix as rows of level number, size and count, in ascending order. */
  public double[][] entries() {
    double[][] entries = new double[level.length][];
    for (int k = 0; k < entries.length; k++) {
      entries[k] = new double[] {level[k], matrix.column[k], matrix.count[k]};
    }
    return entries;
  }

  /** Σ f(i, j) p(i, j). */
  private double expect(DoubleBinaryOperator f) {
    double sum = 0;
    for (int k = 0; k < level.length; k++) {
      sum += f.applyAsDouble(level[k], matrix.column[k]) * matrix.count[k];
    }
    return sum / total;
  }

  private double levelVariance() {
    double mean = expect((i, j) -> i);
    return expect((i, j) -> (i - mean) * (i - mean));
  }

  private double sizeVariance() {
    double mean = expect((i, j) -> j);
    return expect((i, j) -> (j - mean) * (j - mean));
  }

  private double entropy() {
    double sum = 0;
    for (double count : matrix.count) {
      double p = count / total;
      sum -= p * Distribution.log2(p + Distribution.EPSILON);
    }
    return sum;
  }

  private double energy() {
    double sum = 0;
    for (double count : matrix.count) {
      sum += count / total * (count / total);
    }
    return sum;
  }

  private double levelNonUniformity() {
    return byLevel.sum(s -> s * s) / total;
  }

  private double sizeNonUniformity() {
    return bySize.sum(s -> s * s) / total;
  }

  /** GLRLM: the 16 run features; <b>Source</b>: Galloway 1975, Chu 1990, Dasarathy 1991. */
  public static final FeatureCatalog<SizeMatrix> RUNS = catalog(Names.RUN);

  /** GLSZM: the 16 zone features; <b>Source</b>: Thibault 2014. */
  public static final FeatureCatalog<SizeMatrix> ZONES = catalog(Names.ZONE);

  /** GLDM: the 14 dependence features; <b>Source</b>: Sun and Wee 1983. */
  public static final FeatureCatalog<SizeMatrix> DEPENDENCES = catalog(Names.DEPENDENCE);

  /** GLDZM: the 16 distance zone features; <b>Source</b>: Thibault 2014. */
  public static final FeatureCatalog<SizeMatrix> DISTANCES = catalog(Names.DISTANCE);

  /** Each formula once, under a family's names and IBSI codes. */
  private static FeatureCatalog<SizeMatrix> catalog(Names n) {
    FeatureCatalog.Builder<SizeMatrix> b = new FeatureCatalog.Builder<>();
    b.add(n.small() + "Emphasis", n.code(0), "Σ p/j²", m -> m.expect((i, j) -> 1 / (j * j)));
    b.add(n.large() + "Emphasis", n.code(1), "Σ p j²", m -> m.expect((i, j) -> j * j));
    b.add("LowGrayLevel" + n.unit(), n.code(2), "Σ p/i²", m -> m.expect((i, j) -> 1 / (i * i)));
    b.add("HighGrayLevel" + n.unit(), n.code(3), "Σ p i²", m -> m.expect((i, j) -> i * i));
    b.add(
        n.small() + "LowGrayLevelEmphasis",
        n.code(4),
        "Σ p/(i² j²)",
        m -> m.expect((i, j) -> 1 / (i * i * j * j)));
    b.add(
        n.small() + "HighGrayLevelEmphasis",
        n.code(5),
        "Σ p i²/j²",
        m -> m.expect((i, j) -> i * i / (j * j)));
    b.add(
        n.large() + "LowGrayLevelEmphasis",
        n.code(6),
        "Σ p j²/i²",
        m -> m.expect((i, j) -> j * j / (i * i)));
    b.add(
        n.large() + "HighGrayLevelEmphasis",
        n.code(7),
        "Σ p i² j²",
        m -> m.expect((i, j) -> i * i * j * j));
    b.add("GrayLevelNonUniformity", n.code(8), "Σ_i (Σ_j P)²/N", SizeMatrix::levelNonUniformity);
    n.normalizedLevels(b, "Σ_i (Σ_j P)²/N²", m -> m.levelNonUniformity() / m.total);
    b.add(n.size() + "NonUniformity", n.code(10), "Σ_j (Σ_i P)²/N", SizeMatrix::sizeNonUniformity);
    b.add(
        n.size() + "NonUniformityNormalized",
        n.code(11),
        "Σ_j (Σ_i P)²/N²",
        m -> m.sizeNonUniformity() / m.total);
    n.percentage(b, "N/Nv", m -> m.total / m.voxels);
    b.add("GrayLevelVariance", n.code(13), "Σ p (i − Σ p i)²", SizeMatrix::levelVariance);
    b.add(n.noun() + "Variance", n.code(14), "Σ p (j − Σ p j)²", SizeMatrix::sizeVariance);
    b.add(n.noun() + "Entropy", n.code(15), "−Σ p log₂(p + ε)", SizeMatrix::entropy);
    if (n == Names.DEPENDENCE) {
      b.ibsi("DependenceCountEnergy", "CAS9", "Σ p²", SizeMatrix::energy);
    }
    return b.build();
  }

  /** What the families call the same things. */
  private record Names(
      String small, String large, String unit, String size, String noun, String codes) {
    static final Names RUN =
        new Names(
            "ShortRun",
            "LongRun",
            "RunEmphasis",
            "RunLength",
            "Run",
            "22OV W4KF V3SW G3QZ HTZT GD3A IVPO 3KUM R5YN OVBL W92Y IC23 9ZK5 8CE5 SXLW HJ9O");
    static final Names ZONE =
        new Names(
            "SmallArea",
            "LargeArea",
            "ZoneEmphasis",
            "SizeZone",
            "Zone",
            "5QRC 48P8 XMSY 5GN9 5RAI HW1V YH51 J17V JNSA Y1RO 4JP3 VB3A P30P BYLV 3NSA GU8N");
    static final Names DEPENDENCE =
        new Names(
            "SmallDependence",
            "LargeDependence",
            "Emphasis",
            "Dependence",
            "Dependence",
            "SODN IMOQ TL9H OAE7 EQ3F JA6D NBZI 9QMG FP8K 5SPA Z87G OKJI 6XV8 1PFV DNX2 FCBV");
    static final Names DISTANCE =
        new Names(
            "SmallDistance",
            "LargeDistance",
            "ZoneEmphasis",
            "ZoneDistance",
            "ZoneDistance",
            "0GBI MB4I S1RA K26C RUVG DKNJ A7WM KLTH VFT7 7HP3 V294 IATH VIWW QK93 7WT1 GBDU");

    String code(int index) {
      return codes.split(" ")[index];
    }

    void normalizedLevels(
        FeatureCatalog.Builder<SizeMatrix> builder,
        String formula,
        java.util.function.ToDoubleFunction<SizeMatrix> compute) {
      String name = "GrayLevelNonUniformityNormalized";
      if (this == DEPENDENCE) {
        builder.deprecated(name, code(9), formula, compute); // = first-order Uniformity
      } else {
        builder.add(name, code(9), formula, compute);
      }
    }

    void percentage(
        FeatureCatalog.Builder<SizeMatrix> builder,
        String formula,
        java.util.function.ToDoubleFunction<SizeMatrix> compute) {
      if (this == DEPENDENCE) {
        builder.deprecated("DependencePercentage", code(12), formula, compute); // always 1
      } else {
        builder.add((this == RUN ? "Run" : "Zone") + "Percentage", code(12), formula, compute);
      }
    }
  }
}
