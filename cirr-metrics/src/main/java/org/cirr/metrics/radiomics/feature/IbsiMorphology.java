package org.cirr.metrics.radiomics.feature;

import java.util.LinkedHashMap;
import java.util.Map;
import org.cirr.metrics.radiomics.image.Roi;

/**
 * IBSI's morphological features, under the tags of its benchmark.
 *
 * <p>V and A are volume and area of the mesh. Not computed: the oriented minimal box and the
 * minimal enclosing ellipsoid, for which IBSI has no reference values.
 *
 * <p><b>Source</b>: IBSI reference manual, chapter 3.1 (HCUG).
 */
final class IbsiMorphology {
  private IbsiMorphology() {}

  static Map<String, Double> of(Roi morphological, Roi intensity) {
    Map<String, Double> values = new LinkedHashMap<>();
    int[] shape = morphological.shape();
    Shape3D source = Shape3D.ofIbsi(morphological.inside(), shape, morphological.spacing());
    Map<String, Double> basic =
        Shape3D.CATALOG.evaluate(
            java.util.List.of(source), java.util.List.of(), FeatureDefinition.Status.DEPRECATED);
    double volume = source.volume();
    double area = source.area();
    values.put("morph_volume", volume);
    values.put("morph_vol_approx", basic.get("VoxelVolume"));
    values.put("morph_area_mesh", area);
    values.put("morph_av", basic.get("SurfaceVolumeRatio"));
    values.put("morph_comp_1", basic.get("Compactness1"));
    values.put("morph_comp_2", basic.get("Compactness2"));
    values.put("morph_sph_dispr", basic.get("SphericalDisproportion"));
    values.put("morph_sphericity", basic.get("Sphericity"));
    values.put("morph_asphericity", basic.get("SphericalDisproportion") - 1);
    values.put("morph_com", centreShift(morphological, intensity));
    values.put("morph_diam", basic.get("Maximum3DDiameter"));
    values.put("morph_pca_maj_axis", basic.get("MajorAxisLength"));
    values.put("morph_pca_min_axis", basic.get("MinorAxisLength"));
    values.put("morph_pca_least_axis", basic.get("LeastAxisLength"));
    values.put("morph_pca_elongation", basic.get("Elongation"));
    values.put("morph_pca_flatness", basic.get("Flatness"));
    double[] spacing = morphological.spacing().toArray();
    double a = shape[0] * spacing[0];
    double b = shape[1] * spacing[1];
    double c = shape[2] * spacing[2];
    values.put("morph_vol_dens_aabb", volume / (a * b * c));
    values.put("morph_area_dens_aabb", area / (2 * (a * b + b * c + c * a)));
    double[] axes = source.semiAxes();
    values.put("morph_vol_dens_aee", volume / (4 * Math.PI / 3 * axes[0] * axes[1] * axes[2]));
    values.put("morph_area_dens_aee", area / ellipsoidArea(axes));
    double[] hull =
        ConvexHull.volumeAndArea(
            Diameters.outermost(morphological.inside(), shape),
            new double[] {spacing[0] / 2, spacing[1] / 2, spacing[2] / 2});
    values.put("morph_vol_dens_conv_hull", volume / hull[0]);
    values.put("morph_area_dens_conv_hull", area / hull[1]);
    values.put("morph_integ_int", volume * mean(intensity.values()));
    double[] spatial = SpatialAutocorrelation.of(intensity);
    values.put("morph_moran_i", spatial[0]);
    values.put("morph_geary_c", spatial[1]);
    return values;
  }

  static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** The distance from the centre of the mask to that of the intensities, in mm. */
  private static double centreShift(Roi morphological, Roi intensity) {
    double[][] places = places(morphological);
    double[][] weighted = places(intensity);
    double[] values = intensity.values();
    double squares = 0;
    double total = mean(values) * values.length;
    for (int axis = 0; axis < 3; axis++) {
      double moment = 0;
      for (int i = 0; i < values.length; i++) {
        moment += values[i] * weighted[axis][i];
      }
      double d = mean(places[axis]) - moment / total;
      squares += d * d;
    }
    return Math.sqrt(squares);
  }

  /** The positions of a region's voxels in mm, per axis. */
  static double[][] places(Roi roi) {
    int[] shape = roi.shape();
    double[] spacing = roi.spacing().toArray();
    boolean[] inside = roi.inside();
    double[][] places = new double[3][roi.voxels()];
    for (int i = 0, n = 0; i < inside.length; i++) {
      if (inside[i]) {
        places[0][n] = i / (shape[1] * shape[2]) * spacing[0];
        places[1][n] = i / shape[2] % shape[1] * spacing[1];
        places[2][n++] = i % shape[2] * spacing[2];
      }
    }
    return places;
  }

  /**
   * IBSI's approximation to the area of an ellipsoid with semi-axes a ≥ b ≥ c. It is exact for a
   * sphere only (the exact series has α = √(1 − c²/a²), β = √(1 − c²/b²)), but the reference values
   * are made with it.
   *
   * <p><b>Formula</b>: 4 π a b Σ_{ν=0}^{20} (α β)^ν/(1 − 4ν²) P_ν((α² + β²)/(2 α β)), α = √(1 −
   * b²/a²), β = √(1 − c²/a²).
   */
  static double ellipsoidArea(double[] axes) {
    double a = axes[0];
    double alpha = Math.sqrt(Math.max(0, 1 - axes[1] * axes[1] / (a * a)));
    double beta = Math.sqrt(Math.max(0, 1 - axes[2] * axes[2] / (a * a)));
    double product = alpha * beta;
    double sumOfSquares = (alpha * alpha + beta * beta) / 2;
    // (αβ)^ν P_ν(s/(αβ)) by Legendre's recurrence, scaled so that αβ = 0 does no harm.
    double before = 1;
    double legendre = sumOfSquares;
    double sum = before;
    for (int v = 1; v <= 20; v++) {
      sum += legendre / (1 - 4.0 * v * v);
      double next =
          ((2 * v + 1) * sumOfSquares * legendre - v * product * product * before) / (v + 1);
      before = legendre;
      legendre = next;
    }
    return 4 * Math.PI * a * axes[1] * sum;
  }
}
