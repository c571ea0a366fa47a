package org.cirr.backend.simd;

import org.cirr.backend.cpu.Window;
import org.cirr.op.Conv;

/**
 * How {@link SimdDirectConv} cuts a layer into bands; known without weights.
 *
 * @param depth output slices of a band
 * @param rows output rows of a band, the last band of a slice may have fewer
 * @param whole whether the one band of a sample is copied once, for all threads
 */
record ConvBands(Window window, int groups, int depth, int rows, boolean whole) {
  /**
   * Floats of one chunk of copied input and of sums: half of the L2 cache of processors with
   * AVX-512, 1 MiB, or a quarter of what is common without, where more loses (512 KiB: 0.95).
   */
  private static final int BAND = 1 << (Lanes.COUNT >= 16 ? 17 : 15);

  /** The same where rows have no input in common and weights are few: half of an L1 cache. */
  private static final int SMALL_BAND = 1 << 12;

  /** Largest sample that is one band: deep layers, whose weights should be read only once. */
  private static final int WHOLE_POSITIONS = 512;

  /** Weights that are worth it: more than stays in a common L2 cache. */
  private static final long WHOLE_WEIGHTS = 1 << 17;

  static ConvBands of(Conv conv, Window window) {
    long weights = (long) window.taps() * window.in().c() * window.out().c() / conv.groups();
    boolean whole = window.out().voxels() <= WHOLE_POSITIONS && weights >= WHOLE_WEIGHTS;
    int height = Math.max(1, window.out().h());
    if (whole) {
      return new ConvBands(window, conv.groups(), Math.max(1, window.out().d()), height, true);
    }
    ConvBands bands = new ConvBands(window, conv.groups(), 1, height, false);
    boolean pointwise = window.kernel()[0] * window.kernel()[1] == 1;
    while (bands.rows > 1
        && (pointwise ? bands.chunkLength() > SMALL_BAND : bands.workingSet() > BAND)) {
      bands = new ConvBands(window, conv.groups(), 1, (bands.rows + 1) / 2, false);
    }
    return bands;
  }

  /** Chunks of channels of the copied input. */
  int chunks() {
    return groups * ((window.in().c() / groups + SimdRows.CHUNK - 1) / SimdRows.CHUNK);
  }

  /** Input columns under a row of outputs. */
  int columns() {
    return reach(2, window.out().w());
  }

  /**
   * Floats between the voxels of a copied row. With stride 2 half a chunk, where that is enough:
   * then the inputs of neighbouring outputs lie one chunk apart, and the taps of a row in one run.
   */
  int voxel() {
    boolean half = window.in().c() / groups <= SimdRows.CHUNK / 2;
    return half && window.stride()[2] == 2 ? SimdRows.CHUNK / 2 : SimdRows.CHUNK;
  }

  /** Chunks between the inputs of neighbouring outputs, see {@link SimdRows}. */
  int pitch() {
    return window.stride()[2] == 2 ? 2 * voxel() / SimdRows.CHUNK : 1;
  }

  /** Phases that the columns of a copied row are sorted by, where the pitch is not the stride. */
  int phases() {
    return window.stride()[2] <= 2 ? 1 : window.stride()[2];
  }

  /** Copied positions per row. */
  int line() {
    return phases() * InputRows.phaseLength(columns(), phases());
  }

  /** Copied rows of a plane under some output rows. */
  int copiedRows(int outRows) {
    return reach(1, outRows);
  }

  /** Copied planes under a band. */
  int planes() {
    return reach(0, depth);
  }

  /** Inputs along an axis under neighbouring outputs. */
  private int reach(int axis, int outputs) {
    return Math.max(0, outputs - 1) * window.stride()[axis]
        + (window.kernel()[axis] - 1) * window.dilation()[axis]
        + 1;
  }

  /** Floats of one chunk of a copied plane. */
  long planeLength() {
    return (long) copiedRows(rows) * line() * voxel();
  }

  /** Floats of one chunk of the copied input. */
  long chunkLength() {
    return planes() * planeLength();
  }

  private long workingSet() {
    return chunkLength() + (long) slicePositions() * window.out().c();
  }

  /** Output positions of a band in one slice. */
  int slicePositions() {
    return rows * window.out().w();
  }

  /** Bands per slice. */
  int perSlice() {
    return (window.out().h() + rows - 1) / rows;
  }

  /** Bands of a sample, a record of statistics each. */
  int perSample() {
    return (window.out().d() + depth - 1) / depth * perSlice();
  }
}
