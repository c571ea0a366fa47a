package org.cirr.nn.segment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.cirr.backend.Program;
import org.cirr.backend.Workspace;
import org.cirr.graph.Graph;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/**
 * Runs the network over all tiles, and hands on every slice of logits as soon as it is final.
 *
 * <p><b>Source</b>: nnU-Net {@code predict_sliding_window_return_logits}, all folds of a tile
 * together instead of one fold after another.
 */
final class SlidingWindow {
  private final Model model;
  private final TileGrid grid;
  private final List<LogitsAccumulator> accumulators = new ArrayList<>();
  private final Workspace workspace;
  private final Tensor tile;
  private final Tensor mirrored; // null without mirroring
  private final Tensor output;
  private final Tensor sum; // null without mirroring
  private final Workers workers;

  SlidingWindow(Model model, TileGrid grid, SegmentOptions options, Workers workers) {
    this.model = model;
    this.grid = grid;
    this.workers = workers;
    short[] gaussian = options.gaussian() ? GaussianMap.of(model.patch()) : null;
    for (int fold = 0; fold < model.folds().size(); fold++) {
      accumulators.add(new LogitsAccumulator(grid, model.heads(), options.precision(), gaussian));
    }
    Graph graph = model.folds().get(0).graph();
    workspace = model.folds().get(0).newWorkspace();
    boolean mirrors = model.mirroring().passes() > 1;
    tile = Tensor.zeros(graph.inputs().get(0).shape());
    output = Tensor.zeros(graph.outputs().get(0).shape());
    mirrored = mirrors ? Tensor.zeros(tile.shape()) : null;
    sum = mirrors ? Tensor.zeros(output.shape()) : null;
  }

  /** Called before every tile with the number of tiles done. */
  @FunctionalInterface
  interface TileProgress {
    void update(int done);
  }

  /**
   * Goes over all tiles.
   *
   * @param export takes each slice that is final: its logits, fold by fold
   * @param stageEnded is told {@code network}, {@code accumulate} and {@code export} after each
   */
  void run(
      List<float[]> channels,
      Consumer<List<LogitsSlice>> export,
      Consumer<String> stageEnded,
      TileProgress progress) {
    for (int index = 0; index < grid.count(); index++) {
      progress.update(index);
      drain(index, export);
      stageEnded.accept("export");
      for (int fold = 0; fold < accumulators.size(); fold++) {
        float[] logits = predictTile(channels, index, fold);
        stageEnded.accept("network");
        accumulators.get(fold).add(index, logits, workers);
        stageEnded.accept("accumulate");
      }
    }
    drain(grid.count(), export);
    stageEnded.accept("export");
  }

  /** One tile through one fold: the mean over all mirrorings, {@code [d, h, w, C]}. */
  float[] predictTile(List<float[]> channels, int index, int fold) {
    grid.read(channels, index, tile.array());
    Program program = model.folds().get(fold);
    program.run(workspace, List.of(tile), List.of(output), workers);
    Mirroring mirroring = model.mirroring();
    if (mirroring.passes() == 1) {
      return output.array();
    }
    System.arraycopy(output.array(), 0, sum.array(), 0, sum.array().length);
    int[] patch = grid.patch();
    for (int pass = 1; pass < mirroring.passes(); pass++) {
      mirroring.mirror(pass, patch, model.channels(), tile.array(), mirrored.array(), workers);
      program.run(workspace, List.of(mirrored), List.of(output), workers);
      mirroring.addMirrored(pass, patch, model.heads(), output.array(), sum.array(), workers);
    }
    float passes = mirroring.passes();
    for (int i = 0; i < sum.array().length; i++) {
      sum.array()[i] /= passes;
    }
    return sum.array();
  }

  /** Hands on the finished slices, one by one, so that few are held at a time. */
  private void drain(int nextTile, Consumer<List<LogitsSlice>> export) {
    LogitsSlice first = accumulators.get(0).drainNext(nextTile);
    while (first != null) {
      List<LogitsSlice> folds = new ArrayList<>(List.of(first));
      for (LogitsAccumulator other : accumulators.subList(1, accumulators.size())) {
        folds.add(other.drainNext(nextTile));
      }
      export.accept(folds);
      first = accumulators.get(0).drainNext(nextTile);
    }
  }

  /** The heap that all this holds at once, the programs' weights not included. */
  static long bytes(Model model, TileGrid grid, SegmentOptions options) {
    Program first = model.folds().get(0);
    long in = 4 * first.graph().inputs().get(0).shape().elements();
    long out = 4 * first.graph().outputs().get(0).shape().elements();
    long tiles = (in + out) * (model.mirroring().passes() > 1 ? 2 : 1);
    long voxels = Arrays.stream(grid.patch()).asLongStream().reduce(1, (a, b) -> a * b);
    long gaussian = options.gaussian() ? 4 * voxels : 0;
    long sums = LogitsAccumulator.bytes(grid, model.heads(), options.precision());
    long scratch = options.threads() * first.scratchBytesPerThread();
    long arena = model.backend().onDevice() ? 0 : first.arenaBytes();
    return arena + scratch + tiles + model.folds().size() * (gaussian + sums);
  }
}
