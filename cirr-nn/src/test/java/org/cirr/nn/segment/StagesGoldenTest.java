package org.cirr.nn.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.cirr.io.nifti.NiftiVolume;
import org.cirr.io.npy.NpyArray;
import org.cirr.nn.GoldenUnits;
import org.cirr.nn.preprocess.Box;
import org.cirr.nn.preprocess.ImageResampler;
import org.cirr.nn.preprocess.NonzeroCrop;
import org.cirr.nn.preprocess.Normalization;
import org.cirr.nn.preprocess.ResampleGrid;
import org.cirr.nn.preprocess.ResampleMethod;
import org.cirr.nn.preprocess.SeparateZ;
import org.cirr.nn.preprocess.SliceResampler;
import org.cirr.nn.preprocess.Transpose;
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

  /** The models whose stages were kept, with what their plans say. */
  private enum Run {
    PLAIN_CHAOS("plain_chaos", "crop", 1, Transpose.of(0, 1, 2), new double[] {7.7, 1.5, 1.5}),
    REGIONS("regions", "crop", 1, Transpose.of(0, 1, 2), new double[] {7.0, 1.5, 1.5}),
    RESENC_ISO("resenc_iso", "crop", 1, Transpose.of(2, 0, 1), new double[] {3, 3, 3}),
    RANDOM_2CH("random_2ch", "twoch", 2, Transpose.of(1, 0, 2), new double[] {1.7, 6.0, 1.9}),
    PLAIN_2D("plain_2d", "crop", 1, Transpose.of(0, 1, 2), new double[] {1.5, 1.5});

    final String model;
    final String scan;
    final int channels;
    final Transpose transpose;
    final double[] spacing;

    Run(String model, String scan, int channels, Transpose transpose, double[] spacing) {
      this.model = model;
      this.scan = scan;
      this.channels = channels;
      this.transpose = transpose;
      this.spacing = spacing;
    }

    String folder() {
      return "cases/" + model + "/" + scan + "/stages_notta/";
    }

    JsonObject stages() {
      return GoldenUnits.json(folder() + "stages.json").getAsJsonObject();
    }

    ResampleMethod method(int order) {
      int orderZ = this == RANDOM_2CH ? 1 : 0;
      return new ResampleMethod.Spline(order, orderZ, SeparateZ.AUTO);
    }

    Normalization normalization(int channel) {
      return this == RANDOM_2CH && channel == 0
          ? ct()
          : new Normalization.ZScore(this == RESENC_ISO);
    }

    private Normalization ct() {
      JsonObject p =
          GoldenUnits.json("models/random_2ch/plans.json")
              .getAsJsonObject()
              .getAsJsonObject("foreground_intensity_properties_per_channel")
              .getAsJsonObject("0");
      return new Normalization.Ct(
          p.get("percentile_00_5").getAsDouble(),
          p.get("percentile_99_5").getAsDouble(),
          p.get("mean").getAsDouble(),
          p.get("std").getAsDouble());
    }
  }

  private static double[] target(Run run, double[] spacing) {
    return run.spacing.length == 3
        ? run.spacing
        : new double[] {spacing[0], run.spacing[0], run.spacing[1]};
  }

  @ParameterizedTest
  @EnumSource(Run.class)
  void cropAndPreprocessedArrayAgree(Run run) throws IOException {
    JsonObject stages = run.stages();
    JsonObject properties = stages.getAsJsonObject("properties");
    List<float[]> channels = new ArrayList<>();
    int[] shape = null;
    double[] spacing = null;
    for (int c = 0; c < run.channels; c++) {
      Volume scan =
          NiftiVolume.read(GoldenUnits.path("inputs/" + run.scan + "_000" + c + ".nii.gz"));
      shape = scan.shape().toArray();
      spacing = scan.geometry().spacing().toArray();
      channels.add(run.transpose.apply(scan.tensor().array(), shape));
    }
    assertArrayEquals(GoldenUnits.doubles(properties.get("spacing")), spacing, "spacing");
    shape = run.transpose.apply(shape);
    spacing = run.transpose.apply(spacing);
    assertArrayEquals(GoldenUnits.ints(properties.get("shape_before_cropping")), shape);
    NonzeroCrop crop = NonzeroCrop.of(channels, shape, Workers.of(2));
    assertEquals(box(properties), crop.box());

    int[] cropped = crop.box().shape();
    int[] resampled = ResampleGrid.targetShape(cropped, spacing, target(run, spacing));
    ResampleGrid grid =
        ResampleGrid.of(cropped, resampled, spacing, target(run, spacing), SeparateZ.AUTO);
    int[] expected = GoldenUnits.ints(stages.get("preprocessed_shape_czyx"));
    assertArrayEquals(Arrays.copyOfRange(expected, 1, 4), resampled);
    BitSet inside = crop.inside();
    // The array of plain_2d was not stored because it equals that of plain_chaos.
    Run stored = run == Run.PLAIN_2D ? Run.PLAIN_CHAOS : run;
    NpyArray golden = GoldenUnits.array(stored.folder() + "preprocessed_f32.npy.gz");
    int stride = stored.stages().get("preprocessed_stride").getAsInt();
    for (int c = 0; c < run.channels; c++) {
      float[] data = crop.crop(c);
      run.normalization(c).apply(data, inside);
      data = ImageResampler.resample(data, grid, run.method(3), Workers.of(2));
      UnitsGoldenTest.assertClose(
          GoldenUnits.channel(golden, c), thinned(data, resampled, stride), TOLERANCE);
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
    Box box = box(run.stages().getAsJsonObject("properties"));
    int channels = logits.shape().dim(0);
    int[] from = Arrays.copyOfRange(logits.shape().toArray(), 1, 4);
    ResampleGrid grid =
        ResampleGrid.of(
            from, box.shape(), run.spacing, scan.geometry().spacing().toArray(), SeparateZ.AUTO);
    SliceResampler resampler = new SliceResampler(grid, run.method(1), channels, true);
    LabelMap mask = Placement.background(scan.geometry(), channels - 1);
    Placement placement = new Placement(scan.shape().toArray(), run.transpose, box);
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
