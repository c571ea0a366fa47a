package org.cirr.nn.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cirr.io.nifti.NiftiVolume;
import org.cirr.io.nnunet.Plans;
import org.cirr.io.npy.NpyArray;
import org.cirr.nn.GoldenUnits;
import org.cirr.nn.preprocess.Box;
import org.cirr.nn.preprocess.Preprocessing;
import org.cirr.nn.preprocess.ResampleGrid;
import org.cirr.nn.preprocess.ResampleMethod;
import org.cirr.nn.preprocess.SliceResampler;
import org.cirr.parallel.Workers;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What nnU-Net held between its stages in whole runs, as far as no network is needed. */
class StagesGoldenTest {
  /** Of the range of the preprocessed image. */
  private static final double TOLERANCE = 1e-6;

  /** The models whose stages were kept, and their channels. */
  private enum Run {
    PLAIN_CHAOS("plain_chaos", "3d_fullres", "crop", 1),
    REGIONS("regions", "3d_fullres", "crop", 1),
    RESENC_ISO("resenc_iso", "3d_fullres_bs8", "crop", 1),
    RANDOM_2CH("random_2ch", "3d_fullres", "twoch", 2),
    PLAIN_2D("plain_2d", "2d", "crop", 1);

    final String model;
    final String configuration;
    final String scan;
    final int channels;

    Run(String model, String configuration, String scan, int channels) {
      this.model = model;
      this.configuration = configuration;
      this.scan = scan;
      this.channels = channels;
    }

    String folder() {
      return "cases/" + model + "/" + scan + "/stages_notta/";
    }

    JsonObject stages() {
      return GoldenUnits.json(folder() + "stages.json").getAsJsonObject();
    }

    Preprocessing preprocessing() throws IOException {
      Plans plans = Plans.read(GoldenUnits.path("models/" + model + "/plans.json"));
      return Preprocessing.of(plans, plans.configuration(configuration));
    }
  }

  private static Preprocessing.Prepared prepare(Run run) throws IOException {
    List<float[]> channels = new ArrayList<>();
    Volume scan = null;
    for (int c = 0; c < run.channels; c++) {
      scan = NiftiVolume.read(GoldenUnits.path("inputs/" + run.scan + "_000" + c + ".nii.gz"));
      channels.add(scan.tensor().array());
    }
    Preprocessing preprocessing = run.preprocessing();
    Workers workers = Workers.of(2);
    double[] spacing = scan.geometry().spacing().toArray();
    return preprocessing.prepare(
        preprocessing.layout(channels, scan.shape().toArray(), spacing, workers),
        stage -> {},
        workers);
  }

  @ParameterizedTest
  @EnumSource(Run.class)
  void cropAndPreprocessedArrayAgree(Run run) throws IOException {
    JsonObject stages = run.stages();
    JsonObject properties = stages.getAsJsonObject("properties");
    Preprocessing.Prepared prepared = prepare(run);
    assertArrayEquals(
        GoldenUnits.doubles(properties.get("spacing")),
        prepared.layout().originalSpacing(),
        "spacing");
    assertEquals(box(properties), prepared.layout().crop().box());
    assertEquals(0, prepared.replaced());
    int[] expected = GoldenUnits.ints(stages.get("preprocessed_shape_czyx"));
    assertArrayEquals(Arrays.copyOfRange(expected, 1, 4), prepared.layout().shape());
    // The array of plain_2d was not stored because it equals that of plain_chaos.
    Run stored = run == Run.PLAIN_2D ? Run.PLAIN_CHAOS : run;
    NpyArray golden = GoldenUnits.array(stored.folder() + "preprocessed_f32.npy.gz");
    int stride = stored.stages().get("preprocessed_stride").getAsInt();
    for (int c = 0; c < run.channels; c++) {
      UnitsGoldenTest.assertClose(
          GoldenUnits.channel(golden, c),
          thinned(prepared.channels().get(c), prepared.layout().shape(), stride),
          TOLERANCE);
    }
  }

  @ParameterizedTest
  @EnumSource(Run.class)
  void tilesAndGaussianAgree(Run run) {
    JsonObject stages = run.stages();
    int[] shape = GoldenUnits.ints(stages.get("preprocessed_shape_czyx"));
    int[] patch = GoldenUnits.ints(stages.get("patch_size"));
    double step = stages.get("tile_step_size").getAsDouble();
    TileGrid grid = TileGrid.of(Arrays.copyOfRange(shape, 1, 4), patch, step);
    assertArrayEquals(GoldenUnits.ints(stages.get("padded_shape")), grid.padded());
    JsonArray starts = stages.getAsJsonArray("tile_starts");
    assertEquals(starts.size(), grid.count());
    for (int tile = 0; tile < grid.count(); tile++) {
      assertArrayEquals(GoldenUnits.ints(starts.get(tile)), grid.start(tile), "tile " + tile);
    }
    NpyArray golden = GoldenUnits.array(run.folder() + "gaussian_f16.npy.gz");
    assertArrayEquals(golden.halfBits(), GaussianMap.of(patch));
  }

  @Test
  void theMaskFollowsFromTheAggregatedLogits() throws IOException {
    Run run = Run.PLAIN_CHAOS;
    NpyArray logits = GoldenUnits.array(run.folder() + "aggregated_logits_f16.npy.gz");
    Volume scan = NiftiVolume.read(GoldenUnits.path("inputs/crop_0000.nii.gz"));
    Preprocessing.Prepared prepared = prepare(run);
    ResampleMethod method = run.preprocessing().probabilities();
    ResampleGrid grid = prepared.layout().back(method, true);
    int channels = logits.shape().dim(0);
    int[] from = grid.in();
    SliceResampler resampler = new SliceResampler(grid, method, channels, true);
    LabelMap mask = Placement.background(scan.geometry(), channels - 1);
    Placement placement =
        new Placement(
            scan.shape().toArray(),
            run.preprocessing().transpose(),
            prepared.layout().crop().box());
    short[] bits = logits.halfBits();
    int plane = from[1] * from[2];
    int outPlane = grid.out()[1] * grid.out()[2];
    float[][] slice = new float[channels][outPlane];
    short[] labels = new short[outPlane];
    LogitsWindow window = new LogitsWindow();
    for (int k = 0; k < grid.out()[0]; k++) {
      while (window.end() <= resampler.last(k)) {
        short[][] next = new short[channels][];
        int z = window.end();
        Arrays.setAll(
            next,
            c -> {
              int start = (c * from[0] + z) * plane;
              return Arrays.copyOfRange(bits, start, start + plane);
            });
        window.put(LogitsSlice.ofHalves(from[2], next));
      }
      window.dropBefore(resampler.first(k));
      for (int c = 0; c < channels; c++) {
        resampler.slice(k, c, window.channel(c), slice[c]);
      }
      new Decoder.Argmax(false).decode(slice, outPlane, labels);
      placement.labels(k, labels, mask);
    }
    byte[] golden = GoldenUnits.array(run.folder() + "final_segmentation.npy.gz").bytes();
    int different = 0;
    for (int i = 0; i < golden.length; i++) {
      different += (golden[i] & 0xff) == mask.get(i) ? 0 : 1;
    }
    assertEquals(0, different, "voxels of " + golden.length);
    assertEquals(1, mask.bytesPerLabel());
  }

  @ParameterizedTest
  @EnumSource(names = {"PLAIN_CHAOS", "REGIONS", "PLAIN_2D"}) // the runs of one fold
  void whereOnlyTheFirstTileReachesTheLogitsAreBitEqual(Run run) {
    JsonObject stages = run.stages();
    int[] shape = GoldenUnits.ints(stages.get("preprocessed_shape_czyx"));
    int[] patch = GoldenUnits.ints(stages.get("patch_size"));
    TileGrid grid = TileGrid.of(Arrays.copyOfRange(shape, 1, 4), patch, 0.5);
    int stride = stages.get("first_tile_logits_stride").getAsInt();
    NpyArray tile = GoldenUnits.array(run.folder() + "first_tile_logits_f32.npy.gz");
    NpyArray golden = GoldenUnits.array(run.folder() + "aggregated_logits_f16.npy.gz");
    int goldenStride = stages.get("aggregated_logits_stride").getAsInt();
    int channels = tile.shape().dim(0);
    LogitsAccumulator sums =
        new LogitsAccumulator(grid, channels, Precision.REFERENCE, GaussianMap.of(patch));
    sums.add(0, channelsLast(tile, grid.patch(), stride), Workers.of(2));
    List<LogitsSlice> slices = new ArrayList<>();
    int[] image = grid.image();
    int[] p = grid.patch();
    sums.drain(grid.count(), slices::add); // voxels that no tile reached become NaN, 0 / 0
    int[] thin = Arrays.copyOfRange(golden.shape().toArray(), 1, 4);
    int checked = 0;
    for (int i = 0; i < p[0] * p[1] * p[2]; i++) {
      int[] at = {i / p[2] / p[1], i / p[2] % p[1], i % p[2]};
      int z = at[0] - grid.padBefore()[0];
      int y = at[1] - grid.padBefore()[1];
      int x = at[2] - grid.padBefore()[2];
      boolean stored = at[0] % stride == 0 && at[1] % stride == 0 && at[2] % stride == 0;
      boolean in = z >= 0 && y >= 0 && x >= 0 && z < image[0] && y < image[1] && x < image[2];
      boolean kept = z % goldenStride == 0 && y % goldenStride == 0 && x % goldenStride == 0;
      if (!stored || !in || !kept || laterTileReaches(grid, at)) {
        continue;
      }
      int index = (z / goldenStride * thin[1] + y / goldenStride) * thin[2] + x / goldenStride;
      for (int c = 0; c < channels; c++) {
        float expected = (float) golden.doubleAt(c * thin[0] * thin[1] * thin[2] + index);
        assertEquals(expected, slices.get(z).get(c, y * image[2] + x), Arrays.toString(at));
      }
      checked++;
    }
    assertTrue(checked > 400, checked + " voxels checked");
  }

  private static float[] channelsLast(NpyArray thinned, int[] patch, int stride) {
    int channels = thinned.shape().dim(0);
    float[] full = new float[patch[0] * patch[1] * patch[2] * channels];
    int in = 0;
    for (int c = 0; c < channels; c++) {
      for (int z = 0; z < patch[0]; z += stride) {
        for (int y = 0; y < patch[1]; y += stride) {
          for (int x = 0; x < patch[2]; x += stride) {
            int voxel = (z * patch[1] + y) * patch[2] + x;
            full[voxel * channels + c] = (float) thinned.doubleAt(in++);
          }
        }
      }
    }
    return full;
  }

  private static boolean laterTileReaches(TileGrid grid, int[] at) {
    int[] patch = grid.patch();
    for (int tile = 1; tile < grid.count(); tile++) {
      int[] start = grid.start(tile);
      boolean reaches = true;
      for (int axis = 0; axis < 3; axis++) {
        reaches &= at[axis] >= start[axis] && at[axis] < start[axis] + patch[axis];
      }
      if (reaches) {
        return true;
      }
    }
    return false;
  }

  private static Box box(JsonObject properties) {
    JsonArray bounds = properties.getAsJsonArray("bbox_used_for_cropping");
    int[] lower = new int[3];
    int[] upper = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      lower[axis] = GoldenUnits.ints(bounds.get(axis))[0];
      upper[axis] = GoldenUnits.ints(bounds.get(axis))[1];
    }
    return new Box(lower, upper);
  }

  private static float[] thinned(float[] data, int[] shape, int stride) {
    int[] size = new int[3];
    Arrays.setAll(size, axis -> (shape[axis] + stride - 1) / stride);
    float[] thin = new float[size[0] * size[1] * size[2]];
    int out = 0;
    for (int z = 0; z < shape[0]; z += stride) {
      for (int y = 0; y < shape[1]; y += stride) {
        for (int x = 0; x < shape[2]; x += stride) {
          thin[out++] = data[(z * shape[1] + y) * shape[2] + x];
        }
      }
    }
    return thin;
  }
}
