package org.cirr.metrics.radiomics.feature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.cirr.metrics.radiomics.PyradiomicsData;
import org.cirr.metrics.radiomics.image.Binning;
import org.cirr.metrics.radiomics.image.Levels;
import org.cirr.metrics.radiomics.image.Roi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The feature classes by themselves against pyradiomics' committed matrices and values. */
class PyradiomicsBaselineTest {
  private static final double TOLERANCE = 1e-9;

  private static Levels levels(String name) throws IOException {
    Roi roi = Roi.of(PyradiomicsData.image(name), PyradiomicsData.label(name), 1);
    return Levels.of(roi, new Binning.FixedWidth(25), 1);
  }

  /** The row of a level number; pyradiomics drops levels that do not occur. */
  private static int row(Levels levels, double level) {
    return java.util.Arrays.binarySearch(levels.levelNumbers(), (int) level);
  }

  @ParameterizedTest
  @ValueSource(strings = {"brain1", "breast1"})
  void coOccurrenceMatricesAreTheCommittedOnes(String name) throws IOException {
    Levels levels = levels(name);
    PyradiomicsData.Npy expected = PyradiomicsData.Npy.read(name + "_glcm.npy");
    List<CoOccurrence> actual = Glcm.matrices(levels, TextureSettings.defaults());
    int angles = expected.shape()[2];
    assertEquals(angles, actual.size());
    double[] dense = new double[expected.values().length];
    for (int a = 0; a < angles; a++) {
      for (double[] entry : actual.get(a).entries()) {
        int at = row(levels, entry[0]) * expected.shape()[1] + row(levels, entry[1]);
        dense[at * angles + a] = entry[2];
      }
    }
    assertArrayEquals(expected.values(), dense);
  }

  @ParameterizedTest
  @ValueSource(strings = {"brain1", "breast1"})
  void runLengthMatricesAreTheCommittedOnes(String name) throws IOException {
    Levels levels = levels(name);
    PyradiomicsData.Npy expected = PyradiomicsData.Npy.read(name + "_glrlm.npy");
    List<SizeMatrix> actual = Glrlm.matrices(levels, TextureSettings.defaults());
    int angles = expected.shape()[2];
    assertEquals(angles, actual.size());
    double[] dense = new double[expected.values().length];
    List<Double> sizes = sizes(actual);
    assertEquals(expected.shape()[1], sizes.size());
    for (int a = 0; a < angles; a++) {
      for (double[] entry : actual.get(a).entries()) {
        int at = row(levels, entry[0]) * expected.shape()[1] + sizes.indexOf(entry[1]);
        dense[at * angles + a] = entry[2];
      }
    }
    assertArrayEquals(expected.values(), dense);
  }

  /** The sizes that occur, ascending: pyradiomics drops empty columns. */
  private static List<Double> sizes(List<SizeMatrix> matrices) {
    return matrices.stream()
        .flatMap(matrix -> java.util.Arrays.stream(matrix.entries()))
        .map(entry -> entry[1])
        .distinct()
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"brain1 glszm", "breast1 glszm", "brain1 gldm", "breast1 gldm"})
  void zoneAndDependenceMatricesAreTheCommittedOnes(String both) throws IOException {
    String name = both.split(" ")[0];
    String family = both.split(" ")[1];
    Levels levels = levels(name);
    PyradiomicsData.Npy expected = PyradiomicsData.Npy.read(name + "_" + family + ".npy");
    TextureSettings settings = TextureSettings.defaults();
    SizeMatrix matrix =
        family.equals("glszm") ? Glszm.matrix(levels, settings) : Gldm.matrix(levels, settings);
    List<Double> sizes = sizes(List.of(matrix));
    assertArrayEquals(expected.shape(), new int[] {levels.rows(), sizes.size()});
    double[] dense = new double[expected.values().length];
    for (double[] entry : matrix.entries()) {
      dense[row(levels, entry[0]) * sizes.size() + sizes.indexOf(entry[1])] = entry[2];
    }
    assertArrayEquals(expected.values(), dense);
  }

  @ParameterizedTest
  @ValueSource(strings = {"brain1", "breast1"})
  void toneDifferenceMatricesAreTheCommittedOnes(String name) throws IOException {
    PyradiomicsData.Npy expected = PyradiomicsData.Npy.read(name + "_ngtdm.npy");
    double[][] actual = Ngtdm.matrix(levels(name), TextureSettings.defaults(), true).entries();
    double[] flat =
        java.util.Arrays.stream(actual).flatMapToDouble(java.util.Arrays::stream).toArray();
    assertArrayEquals(expected.values(), flat);
  }

  @ParameterizedTest
  @ValueSource(strings = {"brain1", "breast1"})
  void everyClassGivesTheBaselineWithoutAPipeline(String name) throws IOException {
    Roi roi = Roi.of(PyradiomicsData.image(name), PyradiomicsData.label(name), 1);
    Levels levels = levels(name);
    TextureSettings settings = TextureSettings.defaults();
    check(name, "firstorder", FirstOrder.features(roi, levels, 2000));
    check(name, "glcm", Glcm.features(levels, settings));
    check(name, "glrlm", Glrlm.features(levels, settings));
    check(name, "glszm", Glszm.features(levels, settings));
    check(name, "gldm", Gldm.features(levels, settings));
    check(name, "ngtdm", Ngtdm.features(levels, settings));
    if (!name.equals("brain1")) { // the committed brain1 shape is of an older mesh
      check(name, "shape", Shape3D.features(roi));
    }
  }

  @Test
  void theMeshOfBrain1IsTheOneOfTodaysPyradiomics() throws IOException {
    Roi roi = Roi.of(PyradiomicsData.image("brain1"), PyradiomicsData.label("brain1"), 1);
    Map<String, Double> shape = Shape3D.features(roi);
    assertEquals(6438.821603779402, shape.get("SurfaceArea"), 6439 * TOLERANCE);
    assertEquals(16147.51180013021, shape.get("MeshVolume"), 16148 * TOLERANCE);
    assertEquals(0.4798234536231475, shape.get("Sphericity"), TOLERANCE);
    assertEquals(0.3987500788652454, shape.get("SurfaceVolumeRatio"), TOLERANCE);
  }

  static void check(String name, String family, Map<String, Double> actual) throws IOException {
    Map<String, String> expected = PyradiomicsData.baseline(family).get(name);
    StringBuilder wrong = new StringBuilder();
    int compared = 0;
    for (Map.Entry<String, String> row : expected.entrySet()) {
      String prefix = "original_" + family + "_";
      if (!row.getKey().startsWith(prefix)) {
        continue;
      }
      compared++;
      double reference = Double.parseDouble(row.getValue());
      Double value = actual.get(row.getKey().substring(prefix.length()));
      if (value == null
          || !(Math.abs(value - reference) <= TOLERANCE * Math.max(Math.abs(reference), 1e-6))) {
        wrong.append("\n" + name + " " + row.getKey() + " " + reference + " but " + value);
      }
    }
    assertTrue(compared > 0, "no rows of " + family);
    assertEquals("", wrong.toString());
  }
}
