package org.cirr.metrics.radiomics.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Locale;
import org.cirr.metrics.radiomics.NiftiData;
import org.cirr.metrics.radiomics.image.Raster;
import org.cirr.parallel.Workers;
import org.junit.jupiter.api.Test;

/** The response maps of IBSI's second part; its own tolerance is 1 % of a map's range. */
class IbsiFiltersTest {
  private static final double TOLERANCE =
      2e-3; // of the map's range; kernels are cut off at a distance of one's choice

  private static Raster checkerboard() throws IOException {
    return NiftiData.read("ibsi_2_digital_phantom/checkerboard/image/checkerboard.nii.gz");
  }

  private static Raster impulse() throws IOException {
    return NiftiData.read("ibsi_2_digital_phantom/impulse/image/response.nii.gz");
  }

  private static void compare(String map, Raster actual) throws IOException {
    double[] expected = NiftiData.read("ibsi_2_response_maps/" + map + "-ValidCRM.nii.gz").values();
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      low = Math.min(low, expected[i]);
      high = Math.max(high, expected[i]);
      largest = Math.max(largest, Math.abs(expected[i] - actual.values()[i]));
    }
    System.out.printf(
        Locale.ROOT,
        "map %s: largest difference %.2g of a range of %.4g%n",
        map,
        largest,
        high - low);
    assertTrue(largest <= TOLERANCE * (high - low), map + ": " + largest);
  }

  @Test
  void meanFiltersWithEveryBoundaryGiveTheMaps() throws IOException {
    compare("1_a_1", IbsiFilters.mean(checkerboard(), 15, false, Boundary.ZERO));
    compare("1_a_2", IbsiFilters.mean(checkerboard(), 15, false, Boundary.NEAREST));
    compare("1_a_3", IbsiFilters.mean(checkerboard(), 15, false, Boundary.PERIODIC));
    compare("1_a_4", IbsiFilters.mean(checkerboard(), 15, false, Boundary.MIRROR));
    compare("1_b_1", IbsiFilters.mean(impulse(), 15, true, Boundary.ZERO));
  }

  @Test
  void laplaciansOfGaussiansGiveTheMaps() throws IOException {
    compare("2_a", IbsiFilters.laplacianOfGaussian(impulse(), 3, 4, false, Boundary.ZERO));
    compare("2_b", IbsiFilters.laplacianOfGaussian(checkerboard(), 5, 4, false, Boundary.MIRROR));
    compare("2_c", IbsiFilters.laplacianOfGaussian(checkerboard(), 5, 4, true, Boundary.MIRROR));
  }

  @Test
  void lawsKernelsGiveTheMaps() throws IOException {
    compare("3_a_1", IbsiFilters.laws(impulse(), "E5L5S5", Pooling.NONE, Boundary.ZERO));
    Raster invariant = IbsiFilters.laws(impulse(), "E5L5S5", Pooling.MAX, Boundary.ZERO);
    compare("3_a_2", invariant);
    compare("3_a_3", IbsiFilters.energy(invariant, 7, false, Boundary.ZERO));
    compare("3_b_1", IbsiFilters.laws(checkerboard(), "E3W5R5", Pooling.NONE, Boundary.MIRROR));
    invariant = IbsiFilters.laws(checkerboard(), "E3W5R5", Pooling.MAX, Boundary.MIRROR);
    compare("3_b_2", invariant);
    compare("3_b_3", IbsiFilters.energy(invariant, 7, false, Boundary.MIRROR));
    compare("3_c_1", IbsiFilters.laws(checkerboard(), "L5S5", Pooling.NONE, Boundary.MIRROR));
    invariant = IbsiFilters.laws(checkerboard(), "L5S5", Pooling.MAX, Boundary.MIRROR);
    compare("3_c_2", invariant);
    compare("3_c_3", IbsiFilters.energy(invariant, 7, true, Boundary.MIRROR));
  }

  @Test
  void gaborFiltersGiveTheMaps() throws IOException {
    Workers workers = Workers.of(2);
    Gabor narrow = new Gabor(10, 4, 0.5, Boundary.ZERO);
    compare("4_a_1", narrow.inSlices(impulse(), Math.PI / 3, workers));
    compare("4_a_2", narrow.rotationInvariant(impulse(), Math.PI / 4, false, workers));
    Raster sphere = NiftiData.read("ibsi_2_digital_phantom/sphere/image/sphere.nii.gz");
    Gabor wide = new Gabor(20, 8, 2.5, Boundary.MIRROR);
    compare("4_b_1", wide.inSlices(sphere, 5 * Math.PI / 4, workers));
    compare("4_b_2", wide.rotationInvariant(sphere, Math.PI / 8, false, workers));
  }

  @Test
  void wrongArgumentsAreExplained() {
    assertEquals(
        "a Gabor filter's sigma, lambda and gamma must be above 0, got 1.0, 0.0 and 1.0",
        assertThrows(IllegalArgumentException.class, () -> new Gabor(1, 0, 1, Boundary.ZERO))
            .getMessage());
    Raster flat =
        Raster.of(new int[] {1, 2, 2}, new double[4], new org.cirr.volume.Spacing(1, 1, 2));
    assertEquals(
        "Gabor filters need square pixels, but the spacing is 1.0 and 2.0 mm; resample the image"
            + " first",
        assertThrows(
                IllegalArgumentException.class,
                () -> new Gabor(1, 2, 1, Boundary.ZERO).inSlices(flat, 0, Workers.single()))
            .getMessage());
    assertEquals(
        "Laws kernels are named in twos or threes, such as L5S5 or E5L5S5, got 'L5'",
        assertThrows(
                IllegalArgumentException.class,
                () -> IbsiFilters.laws((Raster) null, "L5", Pooling.NONE, Boundary.ZERO))
            .getMessage());
    assertEquals(
        "there is no Laws kernel 'W3'; there are L3 E3 S3 L5 E5 S5 W5 R5",
        assertThrows(IllegalArgumentException.class, () -> IbsiFilters.laws("W3")).getMessage());
    assertEquals(
        "the support of a mean filter must be odd and 1 or more, got 4",
        assertThrows(
                IllegalArgumentException.class,
                () -> IbsiFilters.mean(null, 4, false, Boundary.ZERO))
            .getMessage());
  }
}
