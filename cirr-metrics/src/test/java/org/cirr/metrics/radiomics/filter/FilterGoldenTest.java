package org.cirr.metrics.radiomics.filter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cirr.metrics.radiomics.image.Raster;
import org.cirr.testing.Shared;
import org.cirr.volume.Spacing;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The filters against numbers that pyradiomics' own libraries gave. */
class FilterGoldenTest {
  private static final double TOLERANCE = 1e-8;

  @SuppressWarnings("unchecked")
  private static Map<String, Object> goldens() throws IOException {
    String text = Files.readString(Shared.require("goldens/metrics/filters.json"));
    return (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromString(text);
  }

  private static double[] numbers(Object list) {
    List<Double> flat = new ArrayList<>();
    flatten(list, flat);
    return flat.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void flatten(Object item, List<Double> flat) {
    if (item instanceof List<?> list) {
      list.forEach(part -> flatten(part, flat));
    } else {
      flat.add(((Number) item).doubleValue());
    }
  }

  @SuppressWarnings("unchecked")
  private static Raster image(Map<String, Object> goldens, String name) {
    Map<String, Object> image = (Map<String, Object>) goldens.get(name);
    double[] shape = numbers(image.get("shape_zyx"));
    boolean xyz = image.containsKey("spacing_xyz");
    double[] s = numbers(image.get(xyz ? "spacing_xyz" : "spacing_zyx"));
    Spacing spacing = xyz ? new Spacing(s[2], s[1], s[0]) : new Spacing(s[0], s[1], s[2]);
    return Raster.of(
        new int[] {(int) shape[0], (int) shape[1], (int) shape[2]},
        numbers(image.get("values_c_order")),
        spacing);
  }

  @Test
  @SuppressWarnings("unchecked")
  void theEightBandsOfCoif1AreThoseOfPyWavelets() throws IOException {
    Map<String, Object> goldens = goldens();
    Map<String, Object> bands = (Map<String, Object>) goldens.get("wavelet_coif1");
    List<String> seen = new ArrayList<>();
    Wavelet.named("coif1")
        .transform(
            image(goldens, "image"),
            0,
            1,
            (name, values) -> {
              seen.add(name);
              assertArrayEquals(numbers(bands.get(name)), values.values(), TOLERANCE, name);
            });
    assertEquals(List.of("HHH", "HHL", "HLH", "HLL", "LHH", "LHL", "LLH", "LLL"), seen);
  }

  @Test
  void theSecondLevelFiltersTheFirstLevelsApproximation() throws IOException {
    Raster image = image(goldens(), "log_image"); // 9 x 10 x 11: two odd extents
    List<String> names = new ArrayList<>();
    Wavelet.named("haar").transform(image, 0, 2, (name, values) -> names.add(name));
    assertEquals(15, names.size());
    assertEquals("2-LLL", names.get(14));
    List<String> later = new ArrayList<>();
    Wavelet.named("haar").transform(image, 1, 1, (name, values) -> later.add(name));
    assertEquals("LLL", later.get(7));
  }

  @Test
  void uniformPatternsAreThoseOfScikitImage() throws IOException {
    Map<String, Object> goldens = goldens();
    Raster patterns =
        LocalBinaryPattern.of(image(goldens, "image"), 8, 1, 0, LocalBinaryPattern.Method.UNIFORM);
    assertArrayEquals(numbers(goldens.get("lbp2d_uniform_P8R1")), patterns.values());
  }

  @Test
  void gradientIsPerMillimetre() throws IOException {
    Map<String, Object> goldens = goldens();
    double[] expected = numbers(goldens.get("gradient_spacing"));
    double[] actual = Gradient.of(image(goldens, "image"), true).values();
    for (int i = 0; i < expected.length; i++) { // given with six decimals, float32
      assertEquals(expected[i], actual[i], 1e-6 + expected[i] * 1e-7, "voxel " + i);
    }
  }

  @Test
  void laplaciansAreThoseOfTheRecursiveFilters() throws IOException {
    Map<String, Object> goldens = goldens();
    Raster image = image(goldens, "log_image");
    for (double sigma : new double[] {1, 2, 3}) {
      double[] expected = numbers(goldens.get("log_sigma_" + sigma));
      double[] actual = LaplacianOfGaussian.of(image, sigma).values();
      for (int i = 0; i < expected.length; i++) {
        double tolerance = 1e-6 + Math.abs(expected[i]) * 1e-6;
        assertEquals(expected[i], actual[i], tolerance, "sigma " + sigma + ", voxel " + i);
      }
    }
  }

  @Test
  void pointFiltersKeepTheLargestMagnitude() {
    Raster image = Raster.of(new int[] {1, 1, 4}, new double[] {-8, 0, 3, 5}, new Spacing(1, 1, 1));
    assertArrayEquals(
        new double[] {8, 0, 1.125, 3.125}, PointFilters.square(image).values(), 1e-14);
    assertEquals(-8, PointFilters.squareRoot(image).values()[0], 1e-14);
    assertEquals(Math.sqrt(24), PointFilters.squareRoot(image).values()[2], 1e-14);
    assertEquals(-8, PointFilters.logarithm(image).values()[0], 1e-14);
    assertEquals(8 * Math.log(4) / Math.log(9), PointFilters.logarithm(image).values()[2], 1e-14);
    assertEquals(1 / 8.0, PointFilters.exponential(image).values()[0], 1e-14);
    assertEquals(1, PointFilters.exponential(image).values()[1], 1e-14);
  }

  @Test
  void anImageOfZerosGivesNoNaN() {
    Raster zeros = Raster.of(new int[] {1, 1, 2}, new double[2], new Spacing(1, 1, 1));
    for (Raster filtered :
        List.of(
            PointFilters.square(zeros),
            PointFilters.squareRoot(zeros),
            PointFilters.logarithm(zeros),
            PointFilters.exponential(zeros))) {
      assertTrue(Double.isFinite(filtered.values()[0]));
    }
  }

  @Test
  void everyOrthogonalWaveletHasUnitEnergyAndAHighPassWithoutMean() {
    for (String name : List.of("haar", "db7", "db20", "sym8", "coif5")) {
      Wavelet wavelet = Wavelet.named(name);
      double energy = 0;
      for (double tap : wavelet.lowPass()) {
        energy += tap * tap;
      }
      double mean = 0;
      for (double tap : wavelet.highPass()) {
        mean += tap;
      }
      assertEquals(1, energy, 1e-6, name);
      assertEquals(0, mean, 1e-6, name);
    }
    assertEquals(
        Wavelet.named("bior2.4").lowPass().length, Wavelet.named("rbio2.4").lowPass().length);
  }

  @Test
  void anUnknownWaveletIsRefusedWithTheNamesThereAre() {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Wavelet.named("coif77"));
    assertTrue(
        refused
            .getMessage()
            .startsWith("there is no wavelet 'coif77'; the wavelets are haar, db1,"),
        refused.getMessage());
  }

  @Test
  void anImageThatIsTooSmallForSigmaIsNamed() {
    Raster image = Raster.of(new int[] {4, 5, 9}, new double[180], new Spacing(1, 1, 0.5));
    assertEquals(
        "the image has 5 voxels along y and sigma 4.5 mm needs 6",
        LaplacianOfGaussian.tooSmall(
            Raster.of(new int[] {9, 5, 11}, new double[495], new Spacing(1, 1, 0.5)), 4.5));
    assertEquals(null, LaplacianOfGaussian.tooSmall(image, 3));
  }
}
