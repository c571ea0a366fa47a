package org.cirr.metrics.distance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import org.cirr.metrics.Connectivity;
import org.cirr.metrics.MaskPair;
import org.cirr.metrics.Masks;
import org.cirr.metrics.overlap.Confusion;
import org.cirr.metrics.overlap.EmptyPolicy;
import org.cirr.metrics.overlap.LabelOverlap;
import org.cirr.parallel.Workers;
import org.cirr.testing.Shared;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers of SciPy (voxel surfaces) and of DeepMind's surface-distance (surfels). */
class SegmentationGoldenTest {
  private static final double SCIPY = 1e-9;
  private static final double DEEPMIND = 1e-9;
  private static final EmptyPolicy POLICY = EmptyPolicy.CIRR;

  private static LabelMap[] maps(String name) {
    Spacing unit = new Spacing(1, 1, 1);
    return switch (name) {
      case "spheres_aniso" -> {
        Spacing s = new Spacing(1, 1, 3);
        yield maps(
            Masks.grid(s, 24, 26, 14),
            Masks.sphere(s, 8, 11, 12, 20),
            Masks.sphere(s, 9, 12, 12.5, 21));
      }
      case "spheres_iso" ->
          maps(
              Masks.grid(24, 24, 24),
              Masks.sphere(unit, 8, 10, 12, 12),
              Masks.sphere(unit, 8, 12, 12, 12));
      case "boxes_aniso" ->
          maps(
              Masks.grid(new Spacing(2, 1, 0.5), 12, 12, 12),
              Masks.block(2, 8, 2, 8, 2, 8),
              Masks.block(3, 9, 2, 8, 2, 10));
      case "halfspace_touching_border" ->
          maps(
              Masks.grid(10, 10, 10),
              Masks.block(0, 5, 0, 10, 0, 10),
              Masks.block(0, 6, 0, 10, 0, 10));
      case "2d_outliers" -> {
        Masks.Voxels disc = Masks.sphere(unit, 8, 0, 14, 14);
        yield maps(
            Masks.grid(1, 30, 30),
            disc,
            (z, y, x) -> disc.has(z, y, x) || y == 27 && x == 27 || y == 2 && x == 28);
      }
      case "2d_hole" -> {
        Masks.Voxels square = Masks.block(0, 1, 5, 15, 5, 15);
        Masks.Voxels hole = Masks.block(0, 1, 9, 11, 9, 11);
        yield maps(
            Masks.grid(1, 20, 20), square, (z, y, x) -> square.has(z, y, x) && !hole.has(z, y, x));
      }
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static LabelMap[] maps(Geometry grid, Masks.Voxels prediction, Masks.Voxels reference) {
    return new LabelMap[] {Masks.of(grid, reference), Masks.of(grid, prediction)};
  }

  private static JsonObject golden(String name) throws IOException {
    String text = Files.readString(Shared.require("goldens/metrics/segmentation.json"));
    return JsonParser.parseString(text).getAsJsonObject().getAsJsonObject(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spheres_aniso",
        "spheres_iso",
        "boxes_aniso",
        "halfspace_touching_border",
        "2d_outliers",
        "2d_hole"
      })
  void theReferenceNumbersHold(String name) throws IOException {
    LabelMap[] maps = maps(name);
    JsonObject voxel = golden(name).getAsJsonObject("voxel");
    overlap(voxel, LabelOverlap.count(maps[0], maps[1], Workers.single()).confusion(1));
    MaskPair pair = MaskPair.of(maps[0], maps[1], 1);
    surface(voxel, SurfaceDistances.of(pair, POLICY, Workers.of(2)));
    thickSurface(voxel.getAsJsonObject("full_conn"), pair);
    surfels(
        golden(name).getAsJsonObject("deepmind"), SurfelDistances.of(pair, POLICY, Workers.of(2)));
  }

  private static void overlap(JsonObject golden, Confusion counts) {
    equal(golden, "tp", counts.tp());
    equal(golden, "fp", counts.fp());
    equal(golden, "fn", counts.fn());
    equal(golden, "tn", counts.tn());
    equal(golden, "dice", counts.dice(POLICY));
    equal(golden, "iou", counts.iou(POLICY));
    equal(golden, "precision", counts.precision(POLICY));
    equal(golden, "recall", counts.recall(POLICY));
    equal(golden, "specificity", counts.specificity());
    equal(golden, "volumetricSimilarity", counts.volumetricSimilarity(POLICY));
    equal(golden, "ravd_signed", counts.relativeVolumeDifference(POLICY));
  }

  private static void surface(JsonObject golden, SurfaceDistances distances) {
    equal(golden, "n_p", distances.predictionSurface());
    equal(golden, "n_g", distances.referenceSurface());
    equal(golden, "hd", distances.hausdorff());
    equal(golden, "hd_pg", distances.hausdorffFromPrediction());
    equal(golden, "hd_gp", distances.hausdorffFromReference());
    equal(golden, "hd95_max", distances.hd95());
    equal(golden, "hd95_pooled", distances.hd95Pooled());
    equal(golden, "hd95_mean_of_two", distances.hd95Mean());
    equal(golden, "hd95_pg", distances.hd95FromPrediction());
    equal(golden, "hd95_gp", distances.hd95FromReference());
    equal(golden, "assd_pooled", distances.assd());
    equal(golden, "masd_avg", distances.masd());
    equal(golden, "asd_pg", distances.asdFromPrediction());
    equal(golden, "asd_gp", distances.asdFromReference());
    equal(golden, "rms_pooled", distances.rms());
    equal(golden, "nsd_1", distances.nsd(1));
    equal(golden, "nsd_2", distances.nsd(2));
  }

  private static void thickSurface(JsonObject golden, MaskPair pair) {
    SurfaceRule rule = new SurfaceRule(Connectivity.CORNERS, true);
    SurfaceDistances distances = SurfaceDistances.of(pair, rule, POLICY, Workers.single());
    equal(golden, "n_p", distances.predictionSurface());
    equal(golden, "n_g", distances.referenceSurface());
    equal(golden, "hd95_max", distances.hd95());
    equal(golden, "hd95_pooled", distances.hd95Pooled());
    equal(golden, "assd_pooled", distances.assd());
  }

  private static void surfels(JsonObject golden, SurfelDistances distances) {
    close(golden.get("avg_gp").getAsDouble(), distances.averageFromReference(), "avg_gp");
    close(golden.get("avg_pg").getAsDouble(), distances.averageFromPrediction(), "avg_pg");
    close(golden.get("hd").getAsDouble(), distances.hausdorff(), "hd");
    close(golden.get("hd95").getAsDouble(), distances.hd95AreaWeighted(), "hd95");
    close(golden.get("area_g").getAsDouble(), distances.referenceArea(), "area_g");
    close(golden.get("area_p").getAsDouble(), distances.predictionArea(), "area_p");
    for (int tolerance = 1; tolerance <= 2; tolerance++) {
      close(
          golden.get("nsd_" + tolerance).getAsDouble(),
          distances.nsdAreaWeighted(tolerance),
          "nsd " + tolerance);
      JsonArray shares = golden.getAsJsonArray("overlap_" + tolerance);
      close(shares.get(0).getAsDouble(), distances.overlapFromReference(tolerance), "overlap g");
      close(shares.get(1).getAsDouble(), distances.overlapFromPrediction(tolerance), "overlap p");
    }
  }

  private static void equal(JsonObject golden, String key, double actual) {
    assertEquals(golden.get(key).getAsDouble(), actual, SCIPY, key);
  }

  private static void close(double expected, double actual, String what) {
    assertEquals(expected, actual, DEEPMIND * Math.max(1, expected), what);
  }
}
