package org.cirr.metrics.radiomics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.cirr.metrics.radiomics.image.Interpolator;
import org.cirr.metrics.radiomics.image.PixelType;
import org.cirr.parallel.Workers;
import org.cirr.testing.Shared;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** pyradiomics' parameter files: its own examples, and wrong ones. */
class ParameterFileTest {
  private static String refused(Runnable call) {
    return assertThrows(IllegalArgumentException.class, call::run).getMessage();
  }

  @Test
  void pyradiomicsOwnExampleFilesAreRead() throws IOException {
    Path folder = Shared.require("data/pyradiomics/exampleSettings");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        RadiomicsParameters parameters = Radiomics.fromParameterFile(file).parameters();
        assertEquals(1, parameters.settings().label(), file.toString());
      }
    }
    RadiomicsParameters mr =
        Radiomics.fromParameterFile(folder.resolve("MR_2D_extraction.yaml")).parameters();
    assertEquals(List.of(2.0, 3.0, 4.0, 5.0), mr.imageTypes().get(ImageType.LOG).get("sigma"));
    assertEquals(22, mr.featureClasses().get(FeatureClass.GLCM).size());
    assertEquals(0, mr.settings().newSpacing().orElseThrow()[0]);
    RadiomicsParameters voxel =
        Radiomics.fromParameterFile(folder.resolve("exampleVoxel.yaml")).parameters();
    assertTrue(Double.isNaN(voxel.settings().number(Setting.INIT_VALUE)));
    assertEquals(2, voxel.settings().whole(Setting.KERNEL_RADIUS));
  }

  @Test
  void everyExampleFileRunsUnchanged() throws IOException {
    Path folder = Shared.require("data/pyradiomics/exampleSettings");
    Volume image = PyradiomicsData.image("brain1");
    LabelMap label = PyradiomicsData.label("brain1");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        Radiomics radiomics = Radiomics.fromParameterFile(file).with(Workers.of(2));
        if (file.endsWith("exampleVoxel.yaml")) {
          assertEquals(
              List.of("original_glcm_JointEntropy"),
              radiomics.maps(image, label, PixelType.INT16).stream().map(VoxelMap::key).toList());
          continue;
        }
        RadiomicsResult result = radiomics.extract(image, label, PixelType.INT16);
        List<String> needsOneSlice =
            List.of(
                "shape2D is left out: the region has 7 slices along 'force2Ddimension' 0 and needs"
                    + " to have one");
        assertEquals(
            file.endsWith("MR_2D_extraction.yaml") ? needsOneSlice : List.of(),
            result.warnings(),
            file.toString());
        assertTrue(result.features().size() >= 14, file.toString());
        for (RadiomicsResult.Value value : result.features()) {
          assertTrue(Double.isFinite(value.value()), file + ": " + value);
        }
      }
    }
  }

  @Test
  void anExampleFileGivesAllItsImagesInOrder() throws IOException {
    Path file = Shared.require("data/pyradiomics/exampleSettings/exampleMR_NoResampling.yaml");
    Radiomics radiomics = Radiomics.fromParameterFile(file);
    Volume image = PyradiomicsData.image("breast1");
    LabelMap label = PyradiomicsData.label("breast1");
    RadiomicsResult one = radiomics.extract(image, label);
    List<String> images =
        one.features().stream().map(RadiomicsResult.Value::image).distinct().toList();
    assertEquals(
        List.of(
            "original",
            "log-sigma-1-0-mm-3D",
            "log-sigma-3-0-mm-3D",
            "log-sigma-5-0-mm-3D",
            "wavelet-HHH",
            "wavelet-HHL",
            "wavelet-HLH",
            "wavelet-HLL",
            "wavelet-LHH",
            "wavelet-LHL",
            "wavelet-LLH",
            "wavelet-LLL"),
        images);
    assertEquals(14 + 12 * (18 + 22 + 16 + 16 + 14), one.features().size());
    assertEquals(one, radiomics.with(Workers.of(3)).extract(image, label));
  }

  @Test
  void settingsThatAreWrongAreExplained() {
    RadiomicsSettings settings = RadiomicsSettings.defaults();
    assertEquals(
        "'binWidth' takes a number above 0, got -3",
        refused(() -> settings.with(Setting.BIN_WIDTH, -3)));
    assertEquals(
        "'label' takes a whole number from 1 to 65535, got 1.5",
        refused(() -> settings.with(Setting.LABEL, 1.5)));
    assertEquals(
        "there is no setting 'binwidth'; did you mean 'binWidth'?",
        refused(() -> settings.with(Map.of("binwidth", 1))));
    assertEquals(
        "there is no setting 'resampelPixelSpacing'; did you mean 'resampledPixelSpacing'?",
        refused(() -> settings.withText("resampelPixelSpacing", "[1, 1, 1]")));
    assertEquals(
        "'weightingNorm' takes one of manhattan, euclidean, infinity, no_weighting, got l2",
        refused(() -> settings.withText("weightingNorm", "l2")));
    assertEquals(
        "'interpolator' takes one of sitkNearestNeighbor, sitkLinear, sitkBSpline, sitkGaussian,"
            + " sitkLabelGaussian, sitkHammingWindowedSinc, sitkCosineWindowedSinc,"
            + " sitkWelchWindowedSinc, sitkLanczosWindowedSinc, sitkBlackmanWindowedSinc, got"
            + " sitkLanczos",
        refused(() -> settings.withText("interpolator", "sitkLanczos")));
    assertEquals(
        Interpolator.LANCZOS,
        settings.withText("interpolator", "sitkLanczosWindowedSinc").interpolator());
    assertEquals(Interpolator.BLACKMAN, settings.with(Setting.INTERPOLATOR, 10).interpolator());
    assertEquals(
        "'resampledPixelSpacing' takes a list of three numbers x, y, z from 0, got [1, 1]",
        refused(() -> settings.withText("resampledPixelSpacing", "[1, 1]")));
    assertEquals(List.of(1, 2), settings.withText("distances", "[1, 2]").texture().distances());
  }

  @Test
  void filesThatAreWrongAreExplained(@TempDir Path folder) throws IOException {
    assertEquals(
        "x: there is no section 'settings'; did you mean 'setting'?",
        refused(() -> ParameterFile.parse("x", "settings: {}")));
    assertEquals(
        "x: there is no section 'features'; the sections are setting, voxelSetting, imageType,"
            + " featureClass",
        refused(() -> ParameterFile.parse("x", "features: {}")));
    assertEquals(
        "x: there is no image type 'Orignal'; did you mean 'Original'?",
        refused(() -> ParameterFile.parse("x", "imageType: {Orignal: {}}")));
    assertEquals(
        "x: there is no feature 'Idmm' here; the features are Autocorrelation, ClusterProminence,"
            + " ClusterShade, ClusterTendency, Contrast, Correlation, DifferenceAverage,"
            + " DifferenceEntropy, DifferenceVariance, Dissimilarity, Homogeneity1, Homogeneity2,"
            + " Id, Idm, Idmn, Idn, Imc1, Imc2, InverseVariance, JointAverage, JointEnergy,"
            + " JointEntropy, MCC, MaximumProbability, SumAverage, SumEntropy, SumSquares,"
            + " SumVariance",
        refused(() -> ParameterFile.parse("x", "featureClass: {glcm: [Idmm]}")));
    assertEquals(
        "x: 'setting' must be a mapping of names to values, got 3",
        refused(() -> ParameterFile.parse("x", "setting: 3")));
    assertTrue(
        refused(() -> ParameterFile.parse("x", "a: [")).startsWith("x: is not valid YAML or JSON"));
    assertTrue(refused(() -> ParameterFile.parse("x", "[".repeat(20_000))).startsWith("x: is "));
    Path json = folder.resolve("p.json");
    Files.writeString(json, "{\"setting\": {\"binWidth\": 7}, \"imageType\": {\"Square\": {}}}");
    RadiomicsParameters read = Radiomics.fromParameterFile(json).parameters();
    assertEquals(7, read.settings().number(Setting.BIN_WIDTH));
    assertEquals(List.of(ImageType.SQUARE), List.copyOf(read.imageTypes().keySet()));
  }
}
