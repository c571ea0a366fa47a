package org.cirr.cuda;

import java.util.ArrayList;
import java.util.List;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.Window;
import org.cirr.graph.Node;
import org.cirr.op.ConvWeightGradient;

/**
 * Launches of {@code tensor_gradient.cu}: the weight gradient of a convolution on tensor cores, and
 * how it is cut into blocks.
 *
 * @param window of the convolution
 * @param groups of its channels; each has blocks of its own
 * @param rows of taps along y that a block has
 * @param edge of a brick of output voxels along each axis: binary logarithms
 * @param load the voxels that a block's taps read along each axis
 * @param count the bricks of a sample along each axis
 * @param sharedBytes of a block
 */
/*
 * Design. A brick is loaded once for up to nine taps and 32 or 64 output channels, so its cost is, in units of a
 * voxel's products for one tap with 32 × 32 channels, that of its products, about three for each voxel that is
 * loaded, and something for its barriers (estimates; nobody has measured them). All is chosen without looking at
 * the GPU, so that a plan's memory is known without one. Parts are as many as fill a large GPU twice, but each
 * has several bricks, as it ends with writing 9 × 32 × 32 sums or more. Groups of few channels leave most of a
 * block's 32 × 32 or 32 × 16 to padding; how much of it pays is TensorAttention's rule.
 */
record TensorGradient(
    Window window, int groups, int rows, int[] edge, int[] load, int[] count, int sharedBytes) {
  static final String FILE = "tensor_gradient";

  private static final int WARP = 32; // threads, and the channels of a warp on both sides
  private static final int HALF = 16; // input channels; a second half without any is left out
  private static final int TAPS = 3; // of a warp, along x
  private static final int MOST_ROWS = 3;
  private static final int LEAST_VOXELS = 4; // of a brick, as a product takes 16: binary logarithm
  private static final int MOST_VOXELS = 8;
  private static final int HALF_SHARED = Bricks.MOST_SHARED / 2; // two blocks side by side
  private static final double LOAD_COST = 3;
  private static final double BRICK_COST = 200;
  private static final int BLOCKS = 512;
  private static final int LEAST_BRICKS = 4; // of a part
  private static final double LEAST_WANTED = 1.0 / 8; // of the products of groups

  /**
   * The plan of a node; null where it is another op, its groups are too narrow, or no brick fits.
   */
  static TensorGradient of(Node node, Arithmetic arithmetic) {
    if (arithmetic == Arithmetic.FLOAT32
        || !(node.op() instanceof ConvWeightGradient op)
        || node.shape().elements() == 0
        || node.inputs().get(1).shape().elements() == 0) {
      return null;
    }
    Window window = Window.of(op, Step.of(node));
    if (op.groups() > 1 && wanted(window, op.groups()) < LEAST_WANTED) {
      return null;
    }
    TensorGradient best = null;
    double least = Double.POSITIVE_INFINITY;
    for (int x = MOST_VOXELS; x >= 0; x--) {
      for (int y = MOST_VOXELS - x; y >= 0; y--) {
        for (int z = MOST_VOXELS - x - y; z >= 0 && x + y + z >= LEAST_VOXELS; z--) {
          TensorGradient plan = of(window, op.groups(), new int[] {z, y, x}, arithmetic);
          if (plan != null && plan.cost() < least) {
            least = plan.cost();
            best = plan;
          }
        }
      }
    }
    return best;
  }

  /** The part of the channels that is no padding. */
  private static double wanted(Window window, int groups) {
    int out = window.out().c() / groups;
    int in = window.in().c() / groups;
    return out * (double) in / (blocks(out, WARP) * WARP * (blocks(in, HALF) * HALF));
  }

  private static TensorGradient of(Window w, int groups, int[] edge, Arithmetic arithmetic) {
    int rows = Math.min(MOST_ROWS, w.kernel()[1]);
    int[] taps = {1, rows, Math.min(TAPS, w.kernel()[2])};
    int[] out = {w.out().d(), w.out().h(), w.out().w()};
    int[] load = new int[3];
    int[] count = new int[3];
    long loaded = 1;
    for (int axis = 0; axis < 3; axis++) {
      int length = 1 << edge[axis];
      long reach = (length - 1L) * w.stride()[axis] + (taps[axis] - 1L) * w.dilation()[axis] + 1;
      load[axis] = (int) Math.min(reach, Bricks.MOST_SHARED);
      loaded = Math.min(loaded * reach, Bricks.MOST_SHARED);
      count[axis] = (out[axis] + length - 1) / length;
    }
    long bricks = (long) w.out().n() * count[0] * count[1] * count[2];
    long voxels = 1L << (edge[0] + edge[1] + edge[2]);
    long row = (long) WARP * (arithmetic == Arithmetic.BF16 ? Short.BYTES : Float.BYTES);
    long lists = voxels + (long) load[0] * load[1] + (1L << (edge[0] + edge[1]));
    long bytes = (loaded + halves(w, groups) * voxels) * row + Integer.BYTES * lists;
    return bytes <= Bricks.MOST_SHARED && bricks <= Integer.MAX_VALUE - BLOCKS
        ? new TensorGradient(w, groups, rows, edge, load, count, (int) bytes)
        : null;
  }

  private double cost() {
    double voxels = 1 << (edge[0] + edge[1] + edge[2]);
    double products = voxels * rows * Math.min(TAPS, window.kernel()[2]) * halves();
    double loads = LOAD_COST * (voxels * halves() + load[0] * load[1] * (double) load[2]);
    return bricks() * (products + loads + BRICK_COST) * (sharedBytes > HALF_SHARED ? 1.25 : 1);
  }

  /** How many times 32 output channels a block has. */
  private static int halves(Window window, int groups) {
    return window.out().c() / groups > WARP ? 2 : 1;
  }

  private int halves() {
    return halves(window, groups);
  }

  /** Where there is one row of taps, a brick's voxels are those of three warps. */
  private int splits() {
    return MOST_ROWS / rows;
  }

  private int bricks() {
    return window.out().n() * count[0] * count[1] * count[2];
  }

  private long pairs() {
    int out = blocks(window.out().c() / groups, WARP * halves());
    return (long) out * blocks(window.in().c() / groups, WARP) * groups;
  }

  /** The blocks that a pair's taps have. */
  private int layers() {
    int[] kernel = window.kernel();
    return kernel[0] * blocks(kernel[1], rows) * blocks(kernel[2], TAPS);
  }

  private static int blocks(int length, int of) {
    return (length + of - 1) / of;
  }

  /** The blocks that share the bricks. */
  private int shares() {
    long wanted = Math.max(1, BLOCKS / (pairs() * layers()));
    return (int) Math.min(wanted, blocks(bricks(), LEAST_BRICKS));
  }

  /** The sums of all voxels are those of so many parts. */
  int parts() {
    return shares() * splits();
  }

  /** What is multiplied: so many times 16 voxels, one tap and 32 × 32 channels. */
  long products() {
    int steps = 1 << (edge[0] + edge[1] + edge[2] - LEAST_VOXELS);
    return bricks() * pairs() * halves() * window.taps() * steps;
  }

  /** The floats of all parts, or 0 where there is one part only. */
  static long sharedLength(TensorGradient plan, Step step) {
    return plan.parts() == 1 ? 0 : plan.parts() * step.node().shape().elements();
  }

  List<Launch> launches(StepPlaces places) {
    int halves = halves();
    List<Launch> launches = new ArrayList<>();
    launches.add(
        Launch.of(FILE, FILE + "_" + places.arithmetic())
            .grid(shares(), pairs(), layers())
            .block(WARP * rows * splits() * halves, 1)
            .shared(sharedBytes)
            .at(parts() == 1 ? places.output() : places.shared())
            .at(places.input(0), places.input(1))
            .struct(
                CudaKernels.joined(
                    extents(window.in()),
                    extents(window.out()),
                    CudaKernels.one(groups),
                    window.kernel(),
                    window.stride(),
                    window.padding(),
                    window.dilation(),
                    CudaKernels.one(rows),
                    edge,
                    load,
                    count,
                    new int[] {bricks(), halves, splits()})));
    if (parts() > 1) {
      launches.add(ConvKernels.sumParts(places, parts()));
    }
    return launches;
  }

  private int[] extents(Extents extents) {
    return new int[] {extents.d(), extents.h(), extents.w(), extents.c() / groups};
  }
}
