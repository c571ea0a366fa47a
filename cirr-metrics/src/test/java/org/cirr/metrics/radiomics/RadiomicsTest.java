package org.cirr.metrics.radiomics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.cirr.metrics.radiomics.image.PixelType;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;
import org.junit.jupiter.api.Test;

class RadiomicsTest {
  private static final Spacing ANISOTROPIC = new Spacing(3, 0.8, 1.2);

  private static Volume volume(int[] shape, IntToDoubleFunction value) {
    float[] values = new float[shape[0] * shape[1] * shape[2]];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) value.applyAsDouble(i);
    }
    return Volume.of(Tensor.of(Shape.of(shape), values), Affine.ofSpacing(ANISOTROPIC));
  }

  private static LabelMap mask(int[] shape, IntToDoubleFunction label) {
    LabelMap mask =
        LabelMap.zeros(Geometry.of(Shape.of(shape), Affine.ofSpacing(ANISOTROPIC)), 255);
    for (int i = 0; i < mask.length(); i++) {
      mask.set(i, (int) label.applyAsDouble(i));
    }
    return mask;
  }

  private static String refused(Runnable call) {
    return assertThrows(IllegalArgumentException.class, call::run).getMessage();
  }

  @Test
  void deprecatedFeaturesComeOnRequestOnly() {
    int[] shape = {5, 7, 9};
    Volume image = volume(shape, i -> i * 31 % 211);
    LabelMap label = mask(shape, i -> 1);
    RadiomicsResult asked =
        Radiomics.of(
                ParameterFile.parse(
                    "x",
                    "featureClass:\n"
                        + "  firstorder: [StandardDeviation, Variance]\n"
                        + "  shape: [Compactness1, Compactness2, SphericalDisproportion]\n"
                        + "  glcm: [Dissimilarity, Homogeneity1, Homogeneity2, SumVariance,"
                        + " DifferenceAverage, ClusterTendency]\n"
                        + "  gldm: [GrayLevelNonUniformityNormalized, DependencePercentage]\n"))
            .extract(image, label);
    assertEquals(13, asked.features().size());
    assertEquals(
        asked.value("original_glcm_DifferenceAverage"),
        asked.value("original_glcm_Dissimilarity"),
        1e-12);
    assertEquals(
        asked.value("original_glcm_ClusterTendency"),
        asked.value("original_glcm_SumVariance"),
        1e-9);
    assertEquals(1, asked.value("original_gldm_DependencePercentage"), 1e-15);
    assertEquals(
        Math.sqrt(asked.value("original_firstorder_Variance")),
        asked.value("original_firstorder_StandardDeviation"),
        1e-12);
    Map<String, Double> plain = Radiomics.withDefaults().extract(image, label).toMap();
    assertEquals(107, plain.size());
    assertTrue(plain.keySet().stream().noneMatch(key -> key.contains("Dissimilarity")));
  }

  @Test
  void diagnosticsHaveTheKeysOfPyradiomics() {
    int[] shape = {5, 7, 9};
    RadiomicsParameters parameters =
        RadiomicsParameters.defaults()
            .withClasses(FeatureClass.SHAPE)
            .with(
                RadiomicsSettings.defaults()
                    .with(Setting.RESAMPLED_PIXEL_SPACING, List.of(1, 1, 1))
                    .with(Setting.RESEGMENT_RANGE, List.of(5, 300)));
    List<String> keys =
        Radiomics.of(parameters)
            .extract(volume(shape, i -> i), mask(shape, i -> 1))
            .diagnostics()
            .keySet()
            .stream()
            .filter(key -> !key.contains("Versions"))
            .map(key -> key.substring("diagnostics_".length()))
            .toList();
    List<String> mask =
        List.of(
            "Spacing",
            "Size",
            "BoundingBox",
            "VoxelNum",
            "VolumeNum",
            "CenterOfMassIndex",
            "CenterOfMass");
    List<String> range = List.of("Mean", "Minimum", "Maximum");
    List<String> expected = new ArrayList<>();
    expected.addAll(List.of("Configuration_Settings", "Configuration_EnabledImageTypes"));
    List.of("Hash", "Dimensionality", "Spacing", "Size", "Mean", "Minimum", "Maximum")
        .forEach(key -> expected.add("Image-original_" + key));
    expected.add("Mask-original_Hash");
    mask.forEach(key -> expected.add("Mask-original_" + key));
    List.of("Spacing", "Size", "Mean", "Minimum", "Maximum")
        .forEach(key -> expected.add("Image-interpolated_" + key));
    for (String step : List.of("interpolated", "resegmented")) {
      mask.forEach(key -> expected.add("Mask-" + step + "_" + key));
      range.forEach(key -> expected.add("Mask-" + step + "_" + key));
    }
    assertEquals(expected, keys);
  }

  @Test
  void manyThreadsGetTheSameValues() throws Exception {
    int[] shape = {5, 17, 33};
    Random random = new Random(7);
    double[] values = random.doubles(5 * 17 * 33, 0, 400).toArray();
    Volume image = volume(shape, i -> values[i]);
    LabelMap label = mask(shape, i -> i % 7 == 0 ? 0 : 1);
    Radiomics radiomics = Radiomics.withDefaults();
    RadiomicsResult expected = radiomics.extract(image, label);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<RadiomicsResult>> results =
          Stream.generate(() -> pool.submit(() -> radiomics.extract(image, label)))
              .limit(8)
              .toList();
      for (Future<RadiomicsResult> result : results) {
        assertEquals(expected, result.get());
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void aFlatRegionHasFiniteValues() {
    int[] shape = {3, 5, 7};
    RadiomicsResult result =
        Radiomics.withDefaults().extract(volume(shape, i -> 42), mask(shape, i -> 1));
    for (RadiomicsResult.Value value : result.features()) {
      assertTrue(Double.isFinite(value.value()), value.toString());
    }
    assertEquals(0, result.value("original_glcm_Imc2"));
    assertEquals(1, result.value("original_glcm_MCC"));
    assertEquals(1e6, result.value("original_ngtdm_Coarseness"));
  }

  @Test
  void seventyThousandLevelsNeedMemoryForThePairsThatOccurOnly() {
    int[] shape = {41, 42, 43}; // 74,046 voxels, each with a level of its own
    RadiomicsParameters parameters =
        RadiomicsParameters.defaults()
            .withClasses(
                FeatureClass.GLCM, FeatureClass.GLRLM, FeatureClass.GLSZM, FeatureClass.GLDM)
            .with(RadiomicsSettings.defaults().with(Setting.BIN_WIDTH, 1));
    parameters =
        new RadiomicsParameters(
            parameters.settings(),
            parameters.imageTypes(),
            Map.of(
                FeatureClass.GLCM, List.of("Contrast", "Imc2", "JointEntropy"),
                FeatureClass.GLRLM, List.of(),
                FeatureClass.GLSZM, List.of(),
                FeatureClass.GLDM, List.of()));
    RadiomicsResult result =
        Radiomics.of(parameters)
            .extract(volume(shape, i -> (i * 37L) % 74_051), mask(shape, i -> 1));
    assertEquals(1, result.value("original_glszm_SmallAreaEmphasis"));
    assertEquals(1, result.value("original_gldm_SmallDependenceEmphasis"));
    assertEquals(
        List.of(
            "original has 74046 grey levels, where texture says little; a larger 'binWidth' gives"
                + " fewer"),
        result.warnings());
  }

  @Test
  void twoLevelsABillionApartAreTwoRows() {
    int[] shape = {1, 3, 5};
    RadiomicsParameters parameters =
        RadiomicsParameters.defaults()
            .with(RadiomicsSettings.defaults().with(Setting.BIN_WIDTH, 1));
    RadiomicsResult result =
        Radiomics.of(parameters).extract(volume(shape, i -> i % 2 * 1e9), mask(shape, i -> 1));
    assertEquals(1 + 1e9, result.value("original_glcm_SumAverage") - 1, 1e3);
  }

  @Test
  void moreLevelsThanAnIntCanNumberAreRefused() {
    int[] shape = {1, 3, 5};
    RadiomicsParameters parameters =
        RadiomicsParameters.defaults()
            .with(RadiomicsSettings.defaults().with(Setting.BIN_WIDTH, 1e-3));
    String message =
        refused(
            () ->
                Radiomics.of(parameters)
                    .extract(volume(shape, i -> i % 2 * 1e9), mask(shape, i -> 1)));
    assertEquals(
        "values from 0.0 to 1.0E9 make 1.00e+12 bins of width 0.001, more than an int can number;"
            + " choose a 'binWidth' of about 1.56e+07 for 64 levels",
        message);
  }

  @Test
  void aMissingLabelIsNamedWithTheOnesThatAreThere() {
    int[] shape = {3, 5, 7};
    Volume image = volume(shape, i -> i);
    assertEquals(
        "label 1 is not in the mask, which has the labels [2, 5]; set 'label' to one that is there",
        refused(() -> Radiomics.withDefaults().extract(image, mask(shape, i -> i % 2 * 3 + 2))));
    assertEquals(
        "label 1 is not in the mask, which is empty; set 'label' to one that is there",
        refused(() -> Radiomics.withDefaults().extract(image, mask(shape, i -> 0))));
  }

  @Test
  void aRegionThatIsTooSmallIsRefused() {
    int[] shape = {3, 5, 7};
    Volume image = volume(shape, i -> i);
    assertEquals(
        "mask has only 1 segmented voxel; texture needs at least two, so mend the mask or set"
            + " 'minimumROIDimensions' to 0",
        refused(() -> Radiomics.withDefaults().extract(image, mask(shape, i -> i == 9 ? 1 : 0))));
    assertEquals(
        "the region of interest extends along 1 axes only, but 'minimumROIDimensions' is 2; mend the"
            + " mask or lower the setting",
        refused(() -> Radiomics.withDefaults().extract(image, mask(shape, i -> i < 3 ? 1 : 0))));
    RadiomicsParameters atLeast =
        RadiomicsParameters.defaults()
            .with(RadiomicsSettings.defaults().with(Setting.MINIMUM_ROI_SIZE, 105));
    assertEquals(
        "the region of interest has 105 voxels, but 'minimumROISize' asks for more than 105; mend the"
            + " mask or lower the setting",
        refused(() -> Radiomics.of(atLeast).extract(image, mask(shape, i -> 1))));
  }

  @Test
  void aVoxelThatIsNotFiniteIsNamed() {
    int[] shape = {3, 5, 7};
    assertEquals(
        "the image is NaN inside the region of interest (voxel z 1, y 2, x 3 of its box); replace"
            + " such voxels or take them out of the mask",
        refused(
            () ->
                Radiomics.withDefaults()
                    .extract(
                        volume(shape, i -> i == 35 + 14 + 3 ? Double.NaN : i),
                        mask(shape, i -> 1))));
  }

  @Test
  void gridsThatDifferAreSaidToDifferByHowMuch() {
    int[] shape = {3, 5, 7};
    Volume image = volume(shape, i -> i);
    LabelMap moved =
        LabelMap.zeros(
            Geometry.of(
                Shape.of(shape),
                Affine.ofRows(
                    new double[] {1.2, 0, 0, 0.01},
                    new double[] {0, 0.8, 0, 0},
                    new double[] {0, 0, 3, 0})),
            255);
    for (int i = 0; i < moved.length(); i++) {
      int x = i % 7;
      int y = i / 7 % 5;
      moved.set(i, x > 0 && x < 6 && y > 0 && y < 4 ? 1 : 0);
    }
    assertEquals(
        "image and mask lie on different grids: origins differ by 0.0100 mm. Set 'geometryTolerance'"
            + " above the difference, or 'correctMask' to true to move the mask onto the image's"
            + " grid",
        refused(() -> Radiomics.withDefaults().extract(image, moved)));
    RadiomicsParameters tolerant =
        RadiomicsParameters.defaults()
            .with(RadiomicsSettings.defaults().with(Setting.GEOMETRY_TOLERANCE, 0.1));
    RadiomicsParameters correcting =
        RadiomicsParameters.defaults()
            .with(RadiomicsSettings.defaults().with(Setting.CORRECT_MASK, true));
    assertEquals(
        Radiomics.of(tolerant).extract(image, moved).toMap().keySet(),
        Radiomics.of(correcting).extract(image, moved).toMap().keySet());
  }

  @Test
  void resegmentationThatLeavesNothingIsRefused() {
    int[] shape = {3, 5, 7};
    RadiomicsParameters parameters =
        RadiomicsParameters.defaults()
            .with(RadiomicsSettings.defaults().with(Setting.RESEGMENT_RANGE, List.of(1000, 2000)));
    assertEquals(
        "re-segmentation to 1000.0 to 2000.0 leaves 0 voxel(s) of the region; widen"
            + " 'resegmentRange'",
        refused(
            () -> Radiomics.of(parameters).extract(volume(shape, i -> i), mask(shape, i -> 1))));
  }

  @Test
  void everyFeatureHasAFormulaAndTheListingHasThemAll() {
    List<FeatureDocs.Entry> entries = FeatureDocs.all();
    for (FeatureDocs.Entry entry : entries) {
      assertTrue(!entry.formula().isBlank(), entry.toString());
      assertTrue(entry.ibsi().isEmpty() || entry.ibsi().matches("[0-9A-Z]{4}"), entry.toString());
    }
    long defaults = entries.stream().filter(entry -> !entry.deprecated()).count();
    assertEquals(18 + 24 + 14 + 16 + 16 + 5 + 14 + 9, defaults);
    assertTrue(FeatureDocs.markdown().contains("| Idm | Σ p_{x−y}/(1 + k²) | WF0Z |"));
  }

  @Test
  void aVoxelMapHoldsTheFeaturesOfEachKernel() {
    int[] shape = {5, 7, 17};
    Random random = new Random(11);
    double[] values = random.doubles(5 * 7 * 17, 0, 200).toArray();
    Volume image = volume(shape, i -> values[i]);
    LabelMap label = mask(shape, i -> i % 17 > 2 && i % 17 < 14 ? 1 : 0);
    RadiomicsParameters parameters =
        RadiomicsParameters.defaults()
            .withClasses(FeatureClass.GLCM, FeatureClass.FIRSTORDER, FeatureClass.SHAPE)
            .with(RadiomicsSettings.defaults().with(Setting.INIT_VALUE, -1));
    List<VoxelMap> maps = Radiomics.of(parameters).maps(image, label, PixelType.FLOAT32);
    assertEquals(24 + 18, maps.size());
    VoxelMap entropy =
        maps.stream().filter(m -> m.key().equals("original_glcm_JointEntropy")).findAny().get();
    assertEquals(Shape.of(5, 7, 13), entropy.values().shape()); // x from 2 to 14
    assertEquals(-1, entropy.values().get(2, 3, 0));
    // The kernel around (2, 3, 8), cut out by hand, with levels of the whole region.
    LabelMap kernel =
        mask(
            shape,
            i -> {
              int z = i / 119;
              int y = i / 17 % 7;
              int x = i % 17;
              return Math.abs(z - 2) <= 1 && Math.abs(y - 3) <= 1 && Math.abs(x - 8) <= 1 ? 1 : 0;
            });
    RadiomicsResult alone = Radiomics.of(parameters).extract(image, kernel, PixelType.FLOAT32);
    assertEquals(alone.value("original_glcm_JointEntropy"), entropy.values().get(2, 3, 6), 1e-5);
    VoxelMap mean =
        maps.stream().filter(m -> m.key().equals("original_firstorder_Mean")).findAny().get();
    assertEquals(alone.value("original_firstorder_Mean"), mean.values().get(2, 3, 6), 1e-4);
    List<VoxelMap> threaded =
        Radiomics.of(parameters).with(Workers.of(3)).maps(image, label, PixelType.FLOAT32);
    for (int i = 0; i < maps.size(); i++) {
      assertEquals(
          java.util.Arrays.hashCode(maps.get(i).values().tensor().array()),
          java.util.Arrays.hashCode(threaded.get(i).values().tensor().array()),
          maps.get(i).key());
    }
  }
}
