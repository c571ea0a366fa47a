package org.cirr.nn.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cirr.backend.Program;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.io.checkpoint.NnUnetCheckpoint;
import org.cirr.io.nifti.NiftiVolume;
import org.cirr.io.npy.NpyArray;
import org.cirr.nn.GoldenUnits;
import org.cirr.nn.network.NnUnet;
import org.cirr.nn.preprocess.Preprocessing;
import org.cirr.op.Add;
import org.cirr.op.LeakyRelu;
import org.cirr.op.Parameter;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Half;
import org.cirr.tensor.Tensor;
import org.cirr.testing.Shared;
import org.cirr.volume.Volume;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The network inside the pipeline, against what nnU-Net's network gave on the same scan. */
class NetworkGoldenTest {
  /** Of an output's range; the golden README measures float32 noise of 4e-7 rms, 1.6e-5 at most. */
  private static final double TOLERANCE = 2e-5;

  private static final Workers WORKERS = Workers.of(2);

  /** A golden model opened, with its scan prepared and its first tile at hand. */
  private record Opened(
      Model model, SegmentOptions options, Preprocessing.Prepared prepared, TileGrid grid) {
    static Opened of(String name, String scan, boolean mirroring) throws IOException {
      Path folder = Shared.require("goldens/nnunet/models/" + name);
      SegmentOptions options = SegmentOptions.defaults().withMirroring(mirroring).withThreads(2);
      Model model = Model.open(folder, options);
      Preprocessing preprocessing = Preprocessing.of(model.source().plans(), model.configuration());
      List<Volume> volumes = new ArrayList<>();
      for (int channel = 0; channel < model.channels(); channel++) {
        volumes.add(
            NiftiVolume.read(GoldenUnits.path("inputs/" + scan + "_000" + channel + ".nii.gz")));
      }
      Preprocessing.Layout layout = Segmenter.layout(preprocessing, volumes, WORKERS);
      return new Opened(
          model,
          options,
          preprocessing.prepare(layout, stage -> {}, WORKERS),
          TileGrid.of(layout.shape(), model.patch(), options.stepSize()));
    }

    Tensor tile(int index) {
      Tensor tile = Tensor.zeros(model.folds().get(0).graph().inputs().get(0).shape());
      grid.read(prepared.channels(), index, tile.array());
      return tile;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "plain_chaos, crop, notta", "plain_chaos, crop, tta", "regions, crop, notta",
    "resenc_iso, crop, notta", "resenc_iso, crop, tta", "plain_2d, crop, notta",
    "plain_2d, crop, tta", "random_2ch, twoch, notta"
  })
  void theFirstTilesLogitsAgree(String name, String scan, String tag) throws IOException {
    Opened opened = Opened.of(name, scan, tag.equals("tta"));
    String folder = "cases/" + name + "/" + scan + "/stages_" + tag + "/";
    NpyArray golden = GoldenUnits.array(folder + "first_tile_logits_f32.npy.gz");
    JsonObject stages = GoldenUnits.json(folder + "stages.json").getAsJsonObject();
    int stride = stages.get("first_tile_logits_stride").getAsInt();
    SlidingWindow window =
        new SlidingWindow(opened.model(), opened.grid(), opened.options(), WORKERS);
    float[] logits = window.predictTile(opened.prepared().channels(), 0, 0);
    int[] patch = opened.grid().patch();
    double worst = 0;
    double[] range = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    int at = 0;
    float[] expected = GoldenUnits.floats(golden);
    int sliceStride = opened.grid().planar() ? 1 : stride;
    for (int c = 0; c < opened.model().heads(); c++) {
      for (int z = 0; z < patch[0]; z += sliceStride) {
        for (int y = 0; y < patch[1]; y += stride) {
          for (int x = 0; x < patch[2]; x += stride) {
            float actual = logits[((z * patch[1] + y) * patch[2] + x) * opened.model().heads() + c];
            worst = Math.max(worst, Math.abs(actual - expected[at]));
            range[0] = Math.min(range[0], expected[at]);
            range[1] = Math.max(range[1], expected[at]);
            at++;
          }
        }
      }
    }
    assertEquals(expected.length, at);
    double relative = worst / (range[1] - range[0]);
    System.out.printf("%-12s %-5s first tile: %.2e of the range%n", name, tag, relative);
    assertTrue(relative <= TOLERANCE, "differs by " + relative + " of the range");
  }

  @ParameterizedTest
  @CsvSource({
    "plain_chaos, crop",
    "regions, crop",
    "resenc_iso, crop",
    "plain_2d, crop",
    "random_2ch, twoch"
  })
  void everyLayersActivationsAgree(String name, String scan) throws IOException {
    Opened opened = Opened.of(name, scan, false);
    JsonElement golden =
        GoldenUnits.json(
            "cases/" + name + "/" + scan + "/stages_notta/first_tile_activations.json");
    Graph graph = opened.model().folds().get(0).graph();
    Map<String, Node> modules = modules(graph);
    List<Node> wanted = new ArrayList<>();
    for (JsonElement entry : golden.getAsJsonArray()) {
      String module = entry.getAsJsonObject().get("module").getAsString();
      assertNotNull(modules.get(module), "no node for the module " + module);
      wanted.add(modules.get(module));
    }
    NnUnetCheckpoint checkpoint =
        NnUnetCheckpoint.read(
            Shared.require("goldens/nnunet/models/" + name + "/fold_0/checkpoint_final.pth"));
    Program program =
        opened.model().backend().compile(Graph.of(wanted), NnUnet.parameters(checkpoint.weights()));
    List<Tensor> values = program.run(List.of(opened.tile(0)), WORKERS);
    for (int i = 0; i < wanted.size(); i++) {
      JsonObject entry = golden.getAsJsonArray().get(i).getAsJsonObject();
      assertActivations(entry, values.get(i));
    }
  }

  private static void assertActivations(JsonObject entry, Tensor actual) {
    String module = entry.get("module").getAsString();
    float[] array = actual.array();
    double sum = 0;
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (float value : array) {
      sum += value;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    double mean = sum / array.length;
    double squares = 0;
    for (float value : array) {
      squares += (value - mean) * (value - mean);
    }
    double allowed = TOLERANCE * (high - low);
    assertEquals(entry.get("mean").getAsDouble(), mean, allowed, module + " mean");
    double deviation = Math.sqrt(squares / array.length);
    assertEquals(entry.get("std_pop").getAsDouble(), deviation, allowed, module + " deviation");
    int channels = actual.shape().dim(-1);
    int voxels = array.length / channels;
    int[] flat = GoldenUnits.ints(entry.get("flat_index")); // in [C, spatial]
    double[] expected = GoldenUnits.doubles(entry.get("value"));
    for (int k = 0; k < flat.length; k++) {
      float value = array[flat[k] % voxels * channels + flat[k] / voxels];
      assertEquals(expected[k], value, allowed, module + " at " + flat[k]);
    }
  }

  /** PyTorch's module names for nodes: by their parameters, and the activations behind them. */
  private static Map<String, Node> modules(Graph graph) {
    Map<String, Node> modules = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (node.inputs().size() > 1 && node.inputs().get(1).op() instanceof Parameter weight) {
        modules.put(weight.label().replace(".weight", ""), node);
      }
    }
    for (Node node : graph.nodes()) {
      if (node.op() instanceof LeakyRelu && node.inputs().get(0).op() instanceof Add) {
        Node second = node.inputs().get(0).inputs().get(0);
        modules.put(name(modules, second).replace(".conv2.norm", ""), node);
      } else if (node.op() instanceof LeakyRelu) {
        modules.put(name(modules, node.inputs().get(0)).replace(".norm", ""), node);
      }
    }
    for (String norm : List.copyOf(modules.keySet())) {
      if (norm.endsWith(".norm")) { // a block without activation is its norm
        modules.putIfAbsent(norm.replace(".norm", ""), modules.get(norm));
      }
    }
    return modules;
  }

  private static String name(Map<String, Node> modules, Node node) {
    return modules.entrySet().stream()
        .filter(entry -> entry.getValue() == node)
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  /**
   * The sums over all tiles, in half precision. They are made from cirr's own tiles, whose float32
   * noise tips a value to the neighbouring half now and then, by at most two units of the largest.
   * Only where the weights of a voxel sum up to some 1e-6 may it be more: products have few bits
   * there, and one tip moves the logit by a percent; there one tip for each tile is allowed.
   */
  @ParameterizedTest
  @CsvSource({
    "plain_chaos, crop",
    "regions, crop",
    "resenc_iso, crop",
    "plain_2d, crop",
    "random_2ch, twoch"
  })
  void theAggregatedLogitsAgree(String name, String scan) throws IOException {
    Opened opened = Opened.of(name, scan, false);
    String folder = "cases/" + name + "/" + scan + "/stages_notta/";
    NpyArray golden = GoldenUnits.array(folder + "aggregated_logits_f16.npy.gz");
    JsonObject stages = GoldenUnits.json(folder + "stages.json").getAsJsonObject();
    int stride = stages.get("aggregated_logits_stride").getAsInt();
    List<LogitsSlice> slices = new ArrayList<>();
    new SlidingWindow(opened.model(), opened.grid(), opened.options(), WORKERS)
        .run(
            opened.prepared().channels(),
            folds -> slices.add(LogitsSlice.mean(folds)),
            stage -> {},
            done -> {});
    int[] image = opened.grid().image();
    TileWeights weights = TileWeights.of(stages, image);
    short[] bits = golden.halfBits();
    int at = 0;
    int tipped = 0;
    int farther = 0;
    float farthest = 0;
    float largest = 0;
    for (short half : bits) {
      largest = Math.max(largest, Math.abs(Half.toFloat(half)));
    }
    for (int c = 0; c < opened.model().heads(); c++) {
      for (int z = 0; z < image[0]; z += stride) {
        for (int y = 0; y < image[1]; y += stride) {
          for (int x = 0; x < image[2]; x += stride) {
            float expected = Half.toFloat(bits[at++]);
            float actual = slices.get(z).get(c, y * image[2] + x);
            tipped += expected == actual ? 0 : 1;
            farther += steps(expected, actual) > 1 ? 1 : 0;
            farthest = Math.max(farthest, Math.abs(expected - actual));
            double limit = weights.limit((z * image[1] + y) * image[2] + x, expected, largest);
            if (Math.abs(expected - actual) > limit) {
              fail(
                  "class %d at %d, %d, %d: %s, expected %s within %s"
                      .formatted(c, z, y, x, actual, expected, limit));
            }
          }
        }
      }
    }
    assertEquals(bits.length, at);
    System.out.printf(
        "%-12s aggregated logits: %d of %d halves differ, %d by more than a neighbour, %s at most%n",
        name, tipped, bits.length, farther, farthest);
    assertTrue(tipped <= bits.length / 200, tipped + " of " + bits.length + " halves differ");
  }

  /** How often, and with which weight in all, the tiles reach each voxel. */
  private record TileWeights(int[] tiles, float[] weights) {
    static TileWeights of(JsonObject stages, int[] image) {
      int[] patch = new Gson().fromJson(stages.get("patch_size"), int[].class);
      int[][] starts = new Gson().fromJson(stages.get("tile_starts"), int[][].class);
      int[] padded = new Gson().fromJson(stages.get("padded_shape"), int[].class);
      short[] map = GaussianMap.of(patch);
      int[] tiles = new int[image[0] * image[1] * image[2]];
      float[] weights = new float[tiles.length];
      int flat = 3 - patch.length; // two-dimensional tiles have one slice
      for (int[] start : starts) {
        for (int i = 0; i < map.length; i++) {
          int x = start[2] + i % patch[2 - flat] - (padded[2] - image[2]) / 2;
          int y = start[1] + i / patch[2 - flat] % patch[1 - flat] - (padded[1] - image[1]) / 2;
          int z = start[0] + (flat == 1 ? 0 : i / patch[2] / patch[1]);
          z -= (padded[0] - image[0]) / 2;
          boolean inside = x >= 0 && y >= 0 && z >= 0;
          if (inside && z < image[0] && y < image[1] && x < image[2]) {
            int voxel = (z * image[1] + y) * image[2] + x;
            tiles[voxel]++;
            weights[voxel] = Half.round(weights[voxel] + Half.toFloat(map[i]));
          }
        }
      }
      return new TileWeights(tiles, weights);
    }

    /** Two units of the largest logit, or one tip of the sum for each tile, if that is more. */
    double limit(int voxel, float logit, float largest) {
      double tip = unit(Math.abs(logit) * weights[voxel]) / weights[voxel];
      return Math.max(2 * unit(largest), tiles[voxel] * tip + unit(Math.abs(logit)));
    }

    /** From a half to the next larger one. */
    private static double unit(float value) {
      short half = Half.fromFloat(value);
      return Half.toFloat((short) (half + 1)) - Half.toFloat(half);
    }
  }

  /** How many halves lie from one to the other; neighbours are one step apart. */
  private static int steps(float a, float b) {
    return Math.abs(rank(Half.fromFloat(a)) - rank(Half.fromFloat(b)));
  }

  private static int rank(short bits) {
    return bits >= 0 ? bits : -(bits & 0x7fff);
  }
}
