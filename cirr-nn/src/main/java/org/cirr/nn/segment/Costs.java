package org.cirr.nn.segment;

import java.util.List;
import org.cirr.backend.Program;
import org.cirr.nn.preprocess.ImageResampler;
import org.cirr.nn.preprocess.Preprocessing;
import org.cirr.nn.preprocess.ResampleGrid;
import org.cirr.nn.preprocess.SliceResampler;
import org.cirr.parallel.Workers;
import org.cirr.volume.Volume;

/** Adds up what a segmentation will hold and compute. */
final class Costs {
  private Costs() {}

  /**
   * The plan of one case.
   *
   * @param given the volumes of the caller
   * @param volumes the same in the model's orientation
   */
  static SegmentPlan plan(
      Model model,
      Preprocessing preprocessing,
      SegmentOptions options,
      List<Volume> given,
      List<Volume> volumes,
      boolean probabilities,
      Workers workers) {
    Preprocessing.Layout layout = Segmenter.layout(preprocessing, volumes, workers);
    TileGrid grid = TileGrid.of(layout.shape(), model.patch(), options.stepSize());
    int passes = model.folds().size() * model.mirroring().passes();
    Program first = model.folds().get(0);
    boolean device = model.backend().onDevice();
    long weights = model.folds().stream().mapToLong(Program::weightBytes).sum();
    long scan = (long) volumes.size() * 4 * volumes.get(0).shape().elements();
    long reoriented = volumes.equals(given) ? 0 : scan;
    long transposed = preprocessing.transpose().isIdentity() ? 0 : scan;
    long classes = probabilities ? 4L * model.heads() * volumes.get(0).shape().elements() : 0;
    long tiles = DeviceWindow.deviceBytes(model, grid, options);
    long preprocess =
        reoriented + transposed + preprocessBytes(preprocessing, options, layout, volumes.size());
    long predict = predictBytes(model, preprocessing, options, layout, grid, volumes);
    return new SegmentPlan(
        layout.shape(),
        grid.count(),
        passes,
        first.graph().flops() / 1e9 * grid.count() * passes,
        (device ? 0 : weights) + scan + Math.max(preprocess, predict + classes),
        device ? weights + first.arenaBytes() + tiles : 0,
        model.backend().name());
  }

  private static long preprocessBytes(
      Preprocessing preprocessing,
      SegmentOptions options,
      Preprocessing.Layout layout,
      int channels) {
    long done = (channels - 1) * bytes(layout.shape());
    return done + ImageResampler.peakBytes(layout.grid(), preprocessing.data(), options.threads());
  }

  private static long predictBytes(
      Model model,
      Preprocessing preprocessing,
      SegmentOptions options,
      Preprocessing.Layout layout,
      TileGrid grid,
      List<Volume> volumes) {
    long image = volumes.size() * bytes(layout.shape());
    int heads = model.heads();
    boolean half = options.precision() == Precision.REFERENCE;
    ResampleGrid back =
        layout.back(preprocessing.probabilities(), options.parity() == Parity.NNUNET_2_8);
    SliceResampler resampler = new SliceResampler(back, preprocessing.probabilities(), heads, half);
    long slice = (long) heads * back.in()[1] * back.in()[2] * (half ? 2 : 4);
    long window = resampler.streams() ? 2 : back.in()[0]; // slices the resampler still needs
    long slices = (model.folds().size() + 1 + window) * slice;
    long plane = (long) back.out()[1] * back.out()[2] * (4L * heads + 2);
    long labels = volumes.get(0).shape().elements() * (heads > 255 ? 2 : 1);
    boolean onDevice = DeviceWindow.deviceBytes(model, grid, options) > 0;
    return image
        + (onDevice
            ? DeviceWindow.heapBytes(grid, options)
            : SlidingWindow.bytes(model, grid, options))
        + slices
        + plane
        + labels
        + resampler.heldBytes()
        + options.threads() * resampler.scratchBytes();
  }

  private static long bytes(int[] shape) {
    return 4L * shape[0] * shape[1] * shape[2];
  }
}
