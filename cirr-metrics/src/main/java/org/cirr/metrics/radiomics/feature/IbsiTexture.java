package org.cirr.metrics.radiomics.feature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.cirr.metrics.radiomics.feature.FeatureDefinition.Status;
import org.cirr.metrics.radiomics.image.Levels;

/**
 * Texture features in IBSI's six ways to put directions and slices together, under the tags of its
 * benchmark: {@code cm_joint_avg_2_5D_comb}.
 *
 * <p>For co-occurrence and run length: {@code 2D_avg} means over slices and directions, {@code
 * 2D_comb} adds the directions of a slice, {@code 2_5D_avg} adds the slices of a direction, {@code
 * 2_5D_comb} adds all slices and directions, {@code 3D_avg} means over directions in space, {@code
 * 3D_comb} adds them. For the other families: {@code 2D} means over slices, {@code 2_5D} adds them,
 * {@code 3D}.
 *
 * <p><b>Source</b>: IBSI reference manual, chapters 3.6 to 3.11.
 */
final class IbsiTexture {
  private static final TextureSettings SETTINGS = TextureSettings.defaults();

  /** pyradiomics' name and IBSI's tag. */
  private static final String[][] PAIRS = {
    {"MaximumProbability", "joint_max"},
    {"JointAverage", "joint_avg"},
    {"SumSquares", "joint_var"},
    {"JointEntropy", "joint_entr"},
    {"DifferenceAverage", "diff_avg"},
    {"DifferenceVariance", "diff_var"},
    {"DifferenceEntropy", "diff_entr"},
    {"SumAverage", "sum_avg"},
    {"SumVariance", "sum_var"},
    {"SumEntropy", "sum_entr"},
    {"JointEnergy", "energy"},
    {"Contrast", "contrast"},
    {"Dissimilarity", "dissimilarity"},
    {"Id", "inv_diff"},
    {"Idn", "inv_diff_norm"},
    {"Idm", "inv_diff_mom"},
    {"Idmn", "inv_diff_mom_norm"},
    {"InverseVariance", "inv_var"},
    {"Correlation", "corr"},
    {"Autocorrelation", "auto_corr"},
    {"ClusterTendency", "clust_tend"},
    {"ClusterShade", "clust_shade"},
    {"ClusterProminence", "clust_prom"},
    {"Imc1", "info_corr1"},
    {"Imc2", "info_corr2"}
  };

  /** The tags of the families of {@link SizeMatrix} in the order of their IBSI codes. */
  private static final String RUN_TAGS =
      "sre lre lgre hgre srlge srhge lrlge lrhge glnu glnu_norm rlnu rlnu_norm r_perc gl_var rl_var"
          + " rl_entr";

  private static final String ZONE_TAGS =
      "sze lze lgze hgze szlge szhge lzlge lzhge glnu glnu_norm zsnu zsnu_norm z_perc gl_var zs_var"
          + " zs_entr";
  private static final String DISTANCE_TAGS =
      "sde lde lgze hgze sdlge sdhge ldlge ldhge glnu glnu_norm zdnu zdnu_norm z_perc gl_var zd_var"
          + " zd_entr";
  private static final String DEPENDENCE_TAGS =
      "lde hde lgce hgce ldlge ldhge hdlge hdhge glnu glnu_norm dcnu dcnu_norm dc_perc gl_var dc_var"
          + " dc_entr dc_energy";
  private static final String CODES =
      "22OV W4KF V3SW G3QZ HTZT GD3A IVPO 3KUM R5YN OVBL W92Y IC23 9ZK5 8CE5 SXLW HJ9O|"
          + "5QRC 48P8 XMSY 5GN9 5RAI HW1V YH51 J17V JNSA Y1RO 4JP3 VB3A P30P BYLV 3NSA GU8N|"
          + "0GBI MB4I S1RA K26C RUVG DKNJ A7WM KLTH VFT7 7HP3 V294 IATH VIWW QK93 7WT1 GBDU|"
          + "SODN IMOQ TL9H OAE7 EQ3F JA6D NBZI 9QMG FP8K 5SPA Z87G OKJI 6XV8 1PFV DNX2 FCBV CAS9";

  private final Levels whole;
  private final List<Levels> slices;
  private final int[] distances; // of every voxel of the box to the border, in space
  private final int[] planeDistances; // and in its slice
  private final Map<String, Double> values = new LinkedHashMap<>();

  private IbsiTexture(Levels levels, boolean[] morphological) {
    whole = levels;
    slices = levels.slices();
    distances = BorderDistance.of(morphological, levels.shape(), /* inPlane= */ false);
    planeDistances = BorderDistance.of(morphological, levels.shape(), /* inPlane= */ true);
  }

  /** All values by tag. */
  static Map<String, Double> of(Levels levels, boolean[] morphological) {
    IbsiTexture texture = new IbsiTexture(levels, morphological);
    texture.directional(
        "cm_", CoOccurrence.CATALOG, IbsiTexture::cmTag, IbsiTexture::pairs, CoOccurrence::new);
    texture.directional(
        "rlm_",
        SizeMatrix.RUNS,
        definition -> tag(definition, 0, RUN_TAGS),
        IbsiTexture::runs,
        (counts, levelsOf) -> new SizeMatrix(counts, levelsOf, Double.NaN));
    texture.zones();
    texture.tones();
    return texture.values;
  }

  private static String cmTag(FeatureDefinition<?> definition) {
    for (String[] pair : PAIRS) {
      if (pair[0].equals(definition.name())) {
        return pair[1];
      }
    }
    return null;
  }

  private static String tag(FeatureDefinition<?> definition, int family, String tags) {
    int at = List.of(CODES.split("\\|")[family].split(" ")).indexOf(definition.ibsi());
    return at < 0 ? null : tags.split(" ")[at];
  }

  /** One matrix of counts per direction; null where a direction has none. */
  private static List<CountMatrix> pairs(Levels levels, List<Offset> offsets) {
    return offsets.stream().map(offset -> Glcm.count(levels, offset, true)).toList();
  }

  private static List<CountMatrix> runs(Levels levels, List<Offset> offsets) {
    // IBSI counts the runs of every direction, also where no line has two voxels.
    return offsets.stream().map(offset -> Glrlm.runs(levels, offset)).toList();
  }

  /** Makes the counts of a region for every direction. */
  private interface Counting {
    List<CountMatrix> of(Levels levels, List<Offset> offsets);
  }

  /** Makes what formulas are evaluated on. */
  private interface Making<T> {
    T of(CountMatrix counts, Levels levels);
  }

  private <T> void directional(
      String prefix,
      FeatureCatalog<T> catalog,
      Function<FeatureDefinition<?>, String> tag,
      Counting counting,
      Making<T> making) {
    List<Offset> inPlane =
        List.of(
            new Offset(0, 0, 1), new Offset(0, 1, 1), new Offset(0, 1, 0), new Offset(0, 1, -1));
    List<List<CountMatrix>> perSlice =
        slices.stream().map(slice -> counting.of(slice, inPlane)).toList();
    List<CountMatrix> flat = perSlice.stream().flatMap(Collection::stream).toList();
    List<CountMatrix> bySlice = perSlice.stream().map(IbsiTexture::sum).toList();
    List<CountMatrix> byDirection = new ArrayList<>();
    for (int d = 0; d < inPlane.size(); d++) {
      int direction = d;
      byDirection.add(sum(perSlice.stream().map(list -> list.get(direction)).toList()));
    }
    List<CountMatrix> space = counting.of(whole, Offset.half(whole, List.of(1), -1));
    put(prefix, "_2D_avg", catalog, tag, flat, making);
    put(prefix, "_2D_comb", catalog, tag, bySlice, making);
    put(prefix, "_2_5D_avg", catalog, tag, byDirection, making);
    put(prefix, "_2_5D_comb", catalog, tag, List.of(sum(flat)), making);
    put(prefix, "_3D_avg", catalog, tag, space, making);
    put(prefix, "_3D_comb", catalog, tag, List.of(sum(space)), making);
  }

  private static CountMatrix sum(List<CountMatrix> matrices) {
    double[] ones = new double[matrices.size()];
    Arrays.fill(ones, 1);
    return CountMatrix.weightedSum(matrices, ones);
  }

  private <T> void put(
      String prefix,
      String suffix,
      FeatureCatalog<T> catalog,
      Function<FeatureDefinition<?>, String> tag,
      List<CountMatrix> counts,
      Making<T> making) {
    List<T> sources =
        counts.stream()
            .filter(matrix -> matrix.entries() > 0)
            .map(matrix -> making.of(matrix, whole))
            .toList();
    evaluate(prefix, suffix, catalog, tag, sources);
  }

  private <T> void evaluate(
      String prefix,
      String suffix,
      FeatureCatalog<T> catalog,
      Function<FeatureDefinition<?>, String> tag,
      List<T> sources) {
    for (FeatureDefinition<T> definition : catalog.definitions()) {
      String name = tag.apply(definition);
      if (name != null) {
        double value =
            catalog
                .evaluate(sources, List.of(definition.name()), Status.DEFAULT)
                .get(definition.name());
        values.put(prefix + name + suffix, value);
      }
    }
  }

  private void zones() {
    sized("szm_", SizeMatrix.ZONES, 1, ZONE_TAGS, this::zoneSizes);
    sized("dzm_", SizeMatrix.DISTANCES, 2, DISTANCE_TAGS, this::zoneDistances);
    sized(
        "ngl_",
        SizeMatrix.DEPENDENCES,
        3,
        DEPENDENCE_TAGS,
        (part, slice) -> Gldm.count(part, SETTINGS));
  }

  /** Counts a region: the whole, or the slice of a number. */
  private interface PartCounting {
    CountMatrix of(Levels part, int slice);
  }

  private void sized(
      String prefix,
      FeatureCatalog<SizeMatrix> catalog,
      int family,
      String tags,
      PartCounting counting) {
    Function<FeatureDefinition<?>, String> tag = definition -> tag(definition, family, tags);
    List<CountMatrix> counts = new ArrayList<>();
    List<SizeMatrix> perSlice = new ArrayList<>();
    for (int s = 0; s < slices.size(); s++) {
      counts.add(counting.of(slices.get(s), s));
      perSlice.add(new SizeMatrix(counts.get(s), whole, slices.get(s).voxels()));
    }
    evaluate(prefix, "_2D", catalog, tag, perSlice);
    SizeMatrix added = new SizeMatrix(sum(counts), whole, whole.voxels());
    evaluate(prefix, "_2_5D", catalog, tag, List.of(added));
    SizeMatrix space = new SizeMatrix(counting.of(whole, -1), whole, whole.voxels());
    evaluate(prefix, "_3D", catalog, tag, List.of(space));
  }

  private CountMatrix zoneSizes(Levels part, int slice) {
    return Glszm.count(part, -1);
  }

  /** The zones of a part by the least distance of their voxels to the border. */
  private CountMatrix zoneDistances(Levels part, int slice) {
    int[] shape = part.shape();
    int first = slice < 0 ? 0 : sliceIndex(slice) * shape[1] * shape[2];
    return Gldzm.count(part, slice < 0 ? distances : planeDistances, first);
  }

  /** The z of the slice of a number; slices without voxels are not among them. */
  private int sliceIndex(int number) {
    int[] shape = whole.shape();
    int plane = (shape[1] + 2 * whole.reach()) * (shape[2] + 2 * whole.reach());
    int found = -1;
    int last = -1;
    for (int place : whole.places()) {
      int z = place / plane - whole.reach();
      if (z != last) {
        last = z;
        found++;
      }
      if (found == number) {
        return z;
      }
    }
    throw new IllegalStateException("no slice " + number);
  }

  private void tones() {
    String[] names = {"Coarseness", "Contrast", "Busyness", "Complexity", "Strength"};
    Function<FeatureDefinition<?>, String> tag =
        definition ->
            List.of(names).contains(definition.name()) ? definition.name().toLowerCase() : null;
    List<Ngtdm> perSlice =
        slices.stream().map(slice -> Ngtdm.matrix(slice, SETTINGS, false)).toList();
    evaluate("ngt_", "_2D", Ngtdm.CATALOG, tag, perSlice);
    evaluate("ngt_", "_2_5D", Ngtdm.CATALOG, tag, List.of(Ngtdm.merged(slices, SETTINGS, false)));
    evaluate("ngt_", "_3D", Ngtdm.CATALOG, tag, List.of(Ngtdm.matrix(whole, SETTINGS, false)));
  }
}
