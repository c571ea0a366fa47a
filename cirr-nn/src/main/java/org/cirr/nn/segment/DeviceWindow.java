package org.cirr.nn.segment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.cirr.backend.DeviceException;
import org.cirr.backend.Program;
import org.cirr.backend.TileDevice;
import org.cirr.backend.TileStream;
import org.cirr.backend.TileWork;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Half;

/**
 * Runs the network over all tiles where a device can do that by itself: what {@link SlidingWindow}
 * computes, bit for bit, with image and sums in the device's memory. The processor gets finished
 * slices only, and uses them while the device goes on.
 *
 * <p><b>Errors</b>: {@link InfiniteLogitException} when a logit is infinite, as in nnU-Net.
 */
/*
 * Design. The tiles that begin with the same slice are a plate. When the last tile of a plate has been put
 * into the queue, so is the division of the slices that it finishes, and then the tiles of the next plate.
 * Whenever the queue is full, a slice that is final is fetched and used; where there is none, the device
 * is waited for. A plate's slices have to be gone before the plate after the next begins, as the ring has
 * room for no more: the device idles only where the processor needs longer for the slices of a plate than
 * the device for the tiles of the next.
 */
final class DeviceWindow implements AutoCloseable {
  private final Model model;
  private final TileGrid grid;
  private final boolean half;
  private final Workers workers;
  private final TileStream stream;
  private int finished; // slices before it are final
  private int exported; // slices before it have been used
  private long put; // passes
  private long before; // passes that were put before the slices before `finished` were divided

  private DeviceWindow(
      Model model, TileGrid grid, SegmentOptions options, Workers workers, TileStream stream) {
    this.model = model;
    this.grid = grid;
    this.half = options.precision() == Precision.REFERENCE;
    this.workers = workers;
    this.stream = stream;
  }

  /** The device that does it; empty where there is none, or it has not the memory for it. */
  private static Optional<TileDevice> device(Model model, TileWork work) {
    return model
        .backend()
        .tileDevice()
        .filter(device -> programBytes(model) + device.bytes(work) <= device.memory());
  }

  private static long programBytes(Model model) {
    long weights = model.folds().stream().mapToLong(Program::weightBytes).sum();
    return weights + model.folds().get(0).arenaBytes();
  }

  /**
   * The memory of the device for image and sums; 0 where {@link SlidingWindow} keeps them in the
   * heap.
   */
  static long deviceBytes(Model model, TileGrid grid, SegmentOptions options) {
    TileWork work = work(model, grid, options);
    return device(model, work).map(device -> device.bytes(work)).orElse(0L);
  }

  /** The heap that it needs beside the slices that it hands on. */
  static long heapBytes(TileGrid grid, SegmentOptions options) {
    return options.gaussian() ? 6 * voxels(grid) : 0;
  }

  /**
   * Takes the memory and copies the image.
   *
   * <p><b>Errors</b>: {@link DeviceException} when the device fails.
   *
   * @param warnings gets one when the device's memory is used up by others
   * @return empty where {@link SlidingWindow} has to do it
   */
  static Optional<DeviceWindow> open(
      Model model,
      TileGrid grid,
      SegmentOptions options,
      List<float[]> channels,
      Workers workers,
      Consumer<String> warnings) {
    if (model.backend().tileDevice().isEmpty()) {
      return Optional.empty();
    }
    TileWork work = work(model, grid, options);
    Optional<TileDevice> device = device(model, work);
    if (device.isEmpty()) {
      return Optional.empty();
    }
    try {
      float[] gaussian = options.gaussian() ? gaussian(model) : null;
      TileStream stream = device.get().open(work, model.folds(), channels, gaussian);
      return Optional.of(new DeviceWindow(model, grid, options, workers, stream));
    } catch (DeviceException e) {
      if (e.lost()) {
        throw e;
      }
      warnings.accept("logits are added up on the processor: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static long voxels(TileGrid grid) {
    int[] patch = grid.patch();
    return (long) patch[0] * patch[1] * patch[2];
  }

  /** Room for a tile's depth, and for the slices that the tiles before have finished. */
  private static int slots(TileGrid grid) {
    return Math.min(grid.image()[0], grid.patch()[0] + grid.longestStep());
  }

  private static float[] gaussian(Model model) {
    short[] halves = GaussianMap.of(model.patch());
    float[] counts = new float[halves.length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = Half.toFloat(halves[i]);
    }
    return counts;
  }

  private static TileWork work(Model model, TileGrid grid, SegmentOptions options) {
    return new TileWork(
        grid.image(),
        model.channels(),
        grid.patch(),
        model.heads(),
        model.folds().size(),
        model.mirroring().flips(),
        slots(grid),
        options.precision() == Precision.REFERENCE,
        options.gaussian());
  }

  /** As {@link SlidingWindow#run}; there is no stage {@code accumulate}. */
  void run(
      Consumer<List<LogitsSlice>> export,
      Consumer<String> stageEnded,
      SlidingWindow.TileProgress progress) {
    int folds = model.folds().size();
    int passes = model.mirroring().passes();
    for (int index = 0; index < grid.count(); index++) {
      finish(grid.finishedBefore(index), export, stageEnded);
      progress.update((int) (stream.passesDone() / folds / passes));
      int[] start = grid.start(index);
      for (int axis = 0; axis < 3; axis++) {
        start[axis] -= grid.padBefore()[axis];
      }
      for (int pass = 0; pass < folds * passes; pass++) {
        makeRoom(export, stageEnded);
        stream.pass(start, pass / passes, pass % passes);
        put++;
      }
    }
    finish(grid.image()[0], export, stageEnded);
    exportAll(export, stageEnded);
  }

  /** Slices that are final are divided, once those before them are out of the way. */
  private void finish(int end, Consumer<List<LogitsSlice>> export, Consumer<String> stageEnded) {
    if (end > finished) {
      exportAll(export, stageEnded);
      stream.finish(end);
      finished = end;
      before = put;
    }
  }

  private void makeRoom(Consumer<List<LogitsSlice>> export, Consumer<String> stageEnded) {
    workers.throwIfCancelled();
    while (stream.full()) {
      if (exported < finished && stream.passesDone() >= before) {
        exportNext(export, stageEnded);
      } else {
        stream.await();
      }
      workers.throwIfCancelled();
    }
  }

  private void exportAll(Consumer<List<LogitsSlice>> export, Consumer<String> stageEnded) {
    while (exported < finished) {
      exportNext(export, stageEnded);
    }
  }

  private void exportNext(Consumer<List<LogitsSlice>> export, Consumer<String> stageEnded) {
    workers.throwIfCancelled();
    List<LogitsSlice> folds = new ArrayList<>();
    for (int fold = 0; fold < model.folds().size(); fold++) {
      folds.add(half ? halfSlice(fold) : floatSlice(fold));
    }
    stageEnded.accept("network"); // what was not hidden behind other slices
    exported++;
    export.accept(folds);
    stageEnded.accept("export");
  }

  private LogitsSlice halfSlice(int fold) {
    short[][] logits = new short[model.heads()][plane()];
    for (int c = 0; c < logits.length; c++) {
      stream.read(exported, fold, c, logits[c]);
      for (int i = 0; i < logits[c].length; i++) {
        if ((logits[c][i] & 0x7fff) == 0x7c00) {
          throw InfiniteLogitException.ofHalf(c, exported, i, grid.image()[2]);
        }
      }
    }
    return LogitsSlice.ofHalves(grid.image()[2], logits);
  }

  private LogitsSlice floatSlice(int fold) {
    float[][] logits = new float[model.heads()][plane()];
    for (int c = 0; c < logits.length; c++) {
      stream.read(exported, fold, c, logits[c]);
      for (int i = 0; i < logits[c].length; i++) {
        if (Float.isInfinite(logits[c][i])) {
          throw InfiniteLogitException.ofFloat(c, exported, i, grid.image()[2]);
        }
      }
    }
    return LogitsSlice.ofFloats(grid.image()[2], logits);
  }

  private int plane() {
    return Math.multiplyExact(grid.image()[1], grid.image()[2]);
  }

  /** Waits for what is under way, and gives the device's memory back. */
  @Override
  public void close() {
    stream.close();
  }
}
