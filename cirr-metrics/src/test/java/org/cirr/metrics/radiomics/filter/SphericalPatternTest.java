package org.cirr.metrics.radiomics.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.cirr.metrics.radiomics.image.PixelType;
import org.cirr.metrics.radiomics.image.Raster;
import org.cirr.volume.Spacing;
import org.junit.jupiter.api.Test;

/** LBP3D against SciPy's numbers; {@code lbp3d.py} wrote them. */
class SphericalPatternTest {
  private static final double TOLERANCE = 1e-9;

  private record Case(
      String type,
      int[] shape,
      int levels,
      double radius,
      int subdivisions,
      int points,
      double[] image,
      double[][] maps) {}

  @Test
  void theMapsAreThoseOfScipy() throws IOException {
    try (Reader json =
        new InputStreamReader(
            SphericalPatternTest.class.getResourceAsStream("lbp3d.json"), StandardCharsets.UTF_8)) {
      for (Case golden : new Gson().fromJson(json, Case[].class)) {
        Raster image = Raster.of(golden.shape, golden.image, new Spacing(1, 1, 1));
        boolean[] inside = new boolean[golden.image.length];
        Arrays.fill(inside, true);
        double[][] maps =
            new SphericalPattern(golden.levels, golden.radius, golden.subdivisions)
                .of(image, inside, PixelType.valueOf(golden.type));
        assertEquals(golden.maps.length, maps.length);
        for (int map = 0; map < maps.length; map++) {
          for (int i = 0; i < inside.length; i++) {
            double tolerance = TOLERANCE * (1 + Math.abs(golden.maps[map][i]));
            String where = golden.type + ", radius " + golden.radius + ", map " + map + ", " + i;
            assertEquals(golden.maps[map][i], maps[map][i], tolerance, where);
          }
        }
      }
    }
  }

  @Test
  void spheresHaveTheVerticesOfDividedIcosahedra() {
    for (int i = 0; i < 4; i++) {
      double[][] vertices = Icosphere.vertices(i, 2.5);
      assertEquals(10 * (1 << 2 * i) + 2, vertices.length);
      for (double[] v : vertices) {
        assertEquals(2.5, Math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]), 1e-12);
      }
    }
  }

  @Test
  void aFlatImageHasAKurtosisOfZero() {
    Raster flat = Raster.of(new int[] {3, 3, 3}, new double[27], new Spacing(1, 1, 1));
    boolean[] centre = new boolean[27];
    centre[13] = true;
    double[][] maps = new SphericalPattern(2, 1, 1).of(flat, centre, PixelType.INT16);
    assertEquals(0, maps[2][13]);
    assertEquals(0, maps[0][0]); // outside the region
  }
}
