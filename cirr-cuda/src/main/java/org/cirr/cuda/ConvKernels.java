package org.cirr.cuda;

import java.util.ArrayList;
import java.util.List;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.TransposedWindow;
import org.cirr.backend.cpu.Window;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.ConvWeightGradient;

/** Launches of {@code conv.cu}. */
final class ConvKernels {
  /** Edge of the tile that a block computes; {@code TILE} in tile.cuh. */
  static final int TILE = 64;

  /** With fewer output channels in a group than this a tile would be mostly empty. */
  private static final int LEAST_CHANNELS = 8;

  /** Output voxels that one part of a weight gradient sums over, at least. */
  private static final int PART = 2048;

  private static final int MOST_PARTS = 64;

  private ConvKernels() {}

  private static int[] window(
      Extents in,
      Extents out,
      int[] kernel,
      int[] stride,
      int[] padding,
      int[] dilation,
      int groups) {
    return CudaKernels.joined(
        new int[] {in.n(), in.d(), in.h(), in.w(), in.c(), out.d(), out.h(), out.w(), out.c()},
        kernel,
        stride,
        padding,
        dilation,
        CudaKernels.one(groups));
  }

  private static int[] window(Window w, int groups) {
    return window(w.in(), w.out(), w.kernel(), w.stride(), w.padding(), w.dilation(), groups);
  }

  static List<Launch> conv(Conv conv, StepPlaces places) {
    Window w = Window.of(conv, places.step());
    int columns = w.out().c() / conv.groups();
    int width = w.in().c() / conv.groups();
    int taps = w.taps();
    Place weight = places.packed(1, values -> byOutput(values, w.out().c(), width, taps));
    long voxels = (long) w.out().n() * w.out().voxels();
    Launch launch;
    if (columns < LEAST_CHANNELS) {
      launch = Launch.of("conv", "conv_direct").each(places.values());
    } else {
      launch = Launch.of("conv", "conv_tiled").grid(tiles(voxels), tiles(columns), conv.groups());
    }
    return List.of(
        launch
            .at(places.output(), places.input(0), weight, places.input(2))
            .number(columns < LEAST_CHANNELS ? places.values() : voxels)
            .struct(window(w, conv.groups())));
  }

  static long tiles(long extent) {
    return (extent + TILE - 1) / TILE;
  }

  /** {@code [cout, cin, tap]} as {@code [tap, cin, cout]}. */
  private static float[] byOutput(float[] weight, int outputs, int width, int taps) {
    float[] packed = new float[weight.length];
    for (int c = 0; c < outputs; c++) {
      for (int i = 0; i < width; i++) {
        for (int tap = 0; tap < taps; tap++) {
          packed[(tap * width + i) * outputs + c] = weight[(c * width + i) * taps + tap];
        }
      }
    }
    return packed;
  }

  static List<Launch> transposed(ConvTranspose conv, StepPlaces places) {
    TransposedWindow w = TransposedWindow.of(conv, places.step());
    int outputs = w.out().c();
    int columns = outputs / conv.groups();
    int width = w.in().c() / conv.groups();
    int taps = w.taps();
    Place weight = places.packed(1, values -> byInput(values, outputs, columns, width, taps));
    int[] window =
        window(w.in(), w.out(), w.kernel(), w.stride(), w.padding(), w.dilation(), conv.groups());
    return List.of(
        Launch.of("conv", "conv_transpose")
            .each(places.values())
            .at(places.output(), places.input(0), weight, places.input(2))
            .number(places.values())
            .struct(window));
  }

  /** {@code [cin, cout of a group, tap]} as {@code [tap, cin of a group, cout]}. */
  private static float[] byInput(float[] weight, int outputs, int columns, int width, int taps) {
    float[] packed = new float[weight.length];
    for (int c = 0; c < outputs; c++) {
      for (int i = 0; i < width; i++) {
        int input = c / columns * width + i;
        for (int tap = 0; tap < taps; tap++) {
          packed[(tap * width + i) * outputs + c] =
              weight[(input * columns + c % columns) * taps + tap];
        }
      }
    }
    return packed;
  }

  private static int parts(Window w, int groups) {
    long voxels = (long) w.out().n() * w.out().voxels();
    int most = Math.min(MOST_PARTS, Launch.MOST_ROWS / groups);
    return (int) Math.max(1, Math.min(most, voxels / PART));
  }

  /** The floats of all parts of a weight gradient, or 0 where there is one part only. */
  static long sharedLength(ConvWeightGradient op, Step step) {
    int parts = parts(Window.of(op, step), op.groups());
    return parts == 1 ? 0 : parts * step.node().shape().elements();
  }

  static List<Launch> weightGradient(ConvWeightGradient op, StepPlaces places) {
    Window w = Window.of(op, places.step());
    int parts = parts(w, op.groups());
    long rows = w.out().c() / op.groups();
    long columns = (long) w.in().c() / op.groups() * w.taps();
    List<Launch> launches = new ArrayList<>();
    launches.add(
        Launch.of("conv", "conv_weight_gradient")
            .grid(tiles(rows), tiles(columns), (long) op.groups() * parts)
            .at(parts == 1 ? places.output() : places.shared(), places.input(0), places.input(1))
            .number((long) w.out().n() * w.out().voxels())
            .integer(parts)
            .struct(window(w, op.groups())));
    if (parts > 1) {
      launches.add(sumParts(places, parts));
    }
    return launches;
  }

  /** Adds up in one order what the parts have left in the memory that the step shares. */
  static Launch sumParts(StepPlaces places, int parts) {
    return Launch.of("conv", "sum_parts")
        .each(places.values())
        .at(places.output(), places.shared())
        .number(places.values())
        .integer(parts);
  }
}
