package org.cirr.nn.preprocess;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.cirr.io.npy.NpyArray;
import org.cirr.nn.GoldenUnits;
import org.cirr.parallel.Workers;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every array that nnU-Net's resampling functions made for {@code units/resample_*}. */
class ResampleGoldenTest {
  /** Of the range of the golden array: one unit in the last place of float32. */
  private static final double SPLINE_TOLERANCE = 1e-7;

  /** Of the range: PyTorch computes coordinates and weights in float32. */
  private static final double TORCH_TOLERANCE = 1e-6;

  @TestFactory
  List<DynamicTest> theSplineFunctionGivesTheGoldenArrays() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonObject entry : GoldenUnits.entries("resample_data_or_seg_to_shape")) {
      ResampleMethod method =
          new ResampleMethod.Spline(
              entry.get("order").getAsInt(), entry.get("order_z").getAsInt(), separate(entry));
      tests.add(DynamicTest.dynamicTest(name(entry), () -> check(entry, method)));
    }
    assertEquals(62, tests.size(), "entries in index.json");
    return tests;
  }

  @TestFactory
  List<DynamicTest> theTorchFunctionGivesTheGoldenArrays() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonObject entry : GoldenUnits.entries("resample_torch_fornnunet")) {
      ResampleMethod method = new ResampleMethod.Torch(separate(entry));
      tests.add(DynamicTest.dynamicTest(name(entry), () -> check(entry, method)));
    }
    assertEquals(36, tests.size(), "entries in index.json");
    return tests;
  }

  private static String name(JsonObject entry) {
    return entry.get("file").getAsString();
  }

  private static SeparateZ separate(JsonObject entry) {
    return entry.get("force_separate_z").isJsonNull()
        ? SeparateZ.AUTO
        : SeparateZ.of(entry.get("force_separate_z").getAsBoolean());
  }

  private static void check(JsonObject entry, ResampleMethod method) {
    double tolerance = method instanceof ResampleMethod.Torch ? TORCH_TOLERANCE : SPLINE_TOLERANCE;
    String kind = entry.get("input").getAsString();
    NpyArray input =
        GoldenUnits.unit(
            switch (kind) {
              case "data" -> "resample_in_f32.npy.gz";
              case "logits_f16" -> "resample_in_f16.npy.gz";
              default -> "resample_in_seg_i8.npy.gz";
            });
    NpyArray golden = GoldenUnits.unit(name(entry));
    int[] in = {input.shape().dim(1), input.shape().dim(2), input.shape().dim(3)};
    int[] out = GoldenUnits.ints(entry.get("new_shape"));
    ResampleGrid grid =
        ResampleGrid.of(
            in,
            out,
            GoldenUnits.doubles(entry.get("current_spacing")),
            GoldenUnits.doubles(entry.get("new_spacing")),
            method.separate());
    if (entry.has("axis")) {
      int axis = entry.get("axis").isJsonNull() ? -1 : entry.get("axis").getAsInt();
      assertEquals(axis, grid.separateAxis(), "separate axis");
    }
    for (int channel = 0; channel < input.shape().dim(0); channel++) {
      float[] from = GoldenUnits.channel(input, channel);
      float[] expected = GoldenUnits.channel(golden, channel);
      switch (kind) {
        case "data" -> {
          for (int threads : new int[] {1, 2}) {
            Workers workers = Workers.of(threads);
            assertClose(expected, ImageResampler.resample(from, grid, method, workers), tolerance);
          }
          assertClose(expected, slices(from, grid, method, false), tolerance);
        }
        case "logits_f16" -> {
          float[] logits = slices(from, grid, method, true);
          if (method instanceof ResampleMethod.Torch) {
            assertClose(expected, logits, tolerance);
          } else {
            assertArrayEquals(GoldenUnits.halfBits(expected), GoldenUnits.halfBits(logits));
          }
        }
        default -> {
          short[] labels = LabelResampler.resample(shorts(from), grid, method, Workers.single());
          assertArrayEquals(shorts(expected), labels);
        }
      }
    }
  }

  /** Slice by slice, from sources that refuse every slice outside the promised range. */
  private static float[] slices(
      float[] from, ResampleGrid grid, ResampleMethod method, boolean half) {
    SliceResampler resampler = new SliceResampler(grid, method, 1, half);
    int plane = grid.out()[1] * grid.out()[2];
    float[] all = new float[grid.out()[0] * plane];
    float[] slice = new float[plane];
    RowSource source = RowSource.of(from, grid.in());
    int previous = 0;
    for (int k = 0; k < grid.out()[0]; k++) {
      int first = resampler.first(k);
      int last = resampler.last(k);
      assertTrue(first >= previous, "the range never goes back");
      previous = first;
      RowSource guarded =
          (z, y, into) -> {
            assertTrue(z >= first && z <= last, "slice outside the promised range");
            source.read(z, y, into);
          };
      resampler.slice(k, 0, guarded, slice);
      System.arraycopy(slice, 0, all, k * plane, plane);
    }
    return all;
  }

  private static void assertClose(float[] expected, float[] actual, double tolerance) {
    assertEquals(expected.length, actual.length);
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      low = Math.min(low, expected[i]);
      high = Math.max(high, expected[i]);
      largest = Math.max(largest, Math.abs((double) expected[i] - actual[i]));
    }
    assertTrue(
        largest <= tolerance * (high - low),
        "largest difference " + largest + " in a range of " + (high - low));
  }

  private static short[] shorts(float[] values) {
    short[] shorts = new short[values.length];
    for (int i = 0; i < shorts.length; i++) {
      shorts[i] = (short) values[i];
    }
    return shorts;
  }
}
