package org.cirr.metrics.radiomics.feature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cirr.metrics.radiomics.NiftiData;
import org.cirr.metrics.radiomics.Radiomics;
import org.cirr.metrics.radiomics.RadiomicsParameters;
import org.cirr.metrics.radiomics.RadiomicsResult;
import org.cirr.metrics.radiomics.RadiomicsSettings;
import org.cirr.metrics.radiomics.Setting;
import org.cirr.metrics.radiomics.image.Binning;
import org.cirr.metrics.radiomics.image.PixelType;
import org.cirr.metrics.radiomics.image.Raster;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.Shared;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;
import org.junit.jupiter.api.Test;

/** The reference values of IBSI's first part. */
class IbsiFeaturesTest {
  /** Without reference values, and not computed. */
  private static final List<String> NOT_COMPUTED = List.of("ombb", "mvee", "ivh_auc");

  @Test
  void everyValueOfTheDigitalPhantomIsWithinItsTolerance() throws IOException {
    Raster image = NiftiData.read("ibsi_1_digital_phantom/nifti/image/phantom.nii.gz");
    boolean[] mask = NiftiData.mask("ibsi_1_digital_phantom/nifti/mask/mask.nii.gz");
    Binning asIs = new Binning.FixedSize(1, 1);
    Map<String, Double> values =
        IbsiFeatures.of(
            image, mask, mask, asIs, new IbsiFeatures.VolumeHistogram(asIs, 6, 1, 1), reason -> {});
    compare("ibsi_1_dig_phantom.csv", values, 480);
  }

  @Test
  void everyValueOfConfigurationCOfTheChestPhantomIsWithinItsTolerance() throws IOException {
    Raster image = NiftiData.read("ibsi_1_ct_radiomics_phantom/nifti/image/phantom.nii.gz");
    boolean[] mask = NiftiData.mask("ibsi_1_ct_radiomics_phantom/nifti/mask/mask.nii.gz");
    RadiomicsSettings settings =
        RadiomicsSettings.defaults()
            .with(Setting.COMPATIBILITY, "ibsi")
            .with(Setting.RESAMPLED_PIXEL_SPACING, List.of(2, 2, 2))
            .with(Setting.INTERPOLATOR, "sitkLinear")
            .with(Setting.RESEGMENT_RANGE, List.of(-1000, 400))
            .with(Setting.BIN_WIDTH, 25)
            .with(Setting.IVH_BIN_WIDTH, 2.5);
    RadiomicsResult result =
        Radiomics.of(RadiomicsParameters.defaults().with(settings))
            .extract(volume(image), labels(image, mask), PixelType.INT16);
    Map<String, Double> values = new TreeMap<>();
    result.features().forEach(value -> values.put(value.feature(), value.value()));
    compare("ibsi_1_chest_config_c.csv", values, 200);
  }

  private static Geometry geometry(Raster image) {
    return Geometry.of(Shape.of(image.shape()), Affine.ofSpacing(image.spacing()));
  }

  private static Volume volume(Raster image) {
    float[] values = new float[image.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) image.values()[i];
    }
    return Volume.of(Tensor.of(Shape.of(image.shape()), values), geometry(image));
  }

  private static LabelMap labels(Raster image, boolean[] mask) {
    LabelMap labels = LabelMap.zeros(geometry(image), 1);
    for (int i = 0; i < mask.length; i++) {
      labels.set(i, mask[i] ? 1 : 0);
    }
    return labels;
  }

  private static void compare(String table, Map<String, Double> values, int least)
      throws IOException {
    List<String> wrong = new ArrayList<>();
    int passed = 0;
    for (String line : Files.readAllLines(Shared.require("data/ibsi/" + table))) {
      String[] cells = line.split(";");
      boolean about =
          cells.length < 3
              || !cells[2].matches("(morph|loc|stat|ih|ivh|cm|rlm|szm|dzm|ngt|ngl)_.*");
      if (about
          || cells[0].isEmpty()
          || cells[2].startsWith("morph_mask")
          || NOT_COMPUTED.stream().anyMatch(cells[2]::contains)) {
        continue;
      }
      double expected = Double.parseDouble(cells[0]);
      double tolerance = Double.parseDouble(cells[1]);
      Double actual = values.get(cells[2]);
      if (actual != null && agrees(actual, expected, tolerance)) {
        passed++;
      } else {
        wrong.add(cells[2] + ": " + expected + " ± " + tolerance + " but " + actual);
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(passed >= least, passed + " values");
  }

  /** IBSI gives three significant digits, so that much rounding is allowed on top. */
  private static boolean agrees(double actual, double expected, double tolerance) {
    if (Math.abs(actual - expected) <= tolerance) {
      return true;
    }
    double rounded = new BigDecimal(actual).round(new MathContext(3)).doubleValue();
    return Math.abs(rounded - expected) <= tolerance * (1 + 1e-9);
  }

  @Test
  void ibsisSeriesForTheEllipsoidsAreaIsKeptThoughItIsNotExact() {
    assertEquals(4 * Math.PI * 9, IbsiMorphology.ellipsoidArea(new double[] {3, 3, 3}), 1e-12);
    // Oblate a = b = 2, c = 1: the series gives 42.957, the surface is 34.688. The reference values
    // are those of the series.
    assertEquals(42.956896, IbsiMorphology.ellipsoidArea(new double[] {2, 2, 1}), 1e-6);
  }

  @Test
  void theHullOfACubeIsTheCube() {
    List<int[]> points = new ArrayList<>();
    for (int z = 0; z < 3; z++) {
      for (int y = 0; y < 3; y++) {
        for (int x = 0; x < 3; x++) {
          points.add(new int[] {z, y, x});
        }
      }
    }
    assertArrayEquals(
        new double[] {8 * 3 * 0.5, 2 * (4 * 3 + 4 * 1.5 + 4 * 0.5)},
        ConvexHull.volumeAndArea(points.toArray(int[][]::new), new double[] {3, 1, 0.5}),
        1e-12);
  }

  @Test
  void stepsToTheBorderAreCountedThroughFaces() {
    boolean[] inside = new boolean[3 * 3 * 3];
    java.util.Arrays.fill(inside, true);
    int[] space = BorderDistance.of(inside, new int[] {3, 3, 3}, false);
    assertEquals(2, space[13]);
    assertEquals(1, space[4]);
    inside[13] = false;
    int[] plane = BorderDistance.of(inside, new int[] {3, 3, 3}, true);
    assertEquals(2, plane[4]);
    assertEquals(0, plane[13]);
  }
}
