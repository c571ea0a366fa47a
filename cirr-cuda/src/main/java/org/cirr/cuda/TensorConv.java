package org.cirr.cuda;

import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.FixedInputs;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.TransposedWindow;
import org.cirr.backend.cpu.Window;
import org.cirr.graph.Node;
import org.cirr.op.Concat;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.Linear;
import org.cirr.op.Op;

/**
 * An op as the convolution that tensor cores compute.
 *
 * <ul>
 *   <li>A linear layer is a convolution of one tap over a row of voxels.
 *   <li>A transposed convolution is a convolution with the taps turned round and as many voxels
 *       side by side as its stride makes of one, each with the taps that reach it: of stride 2 and
 *       a 3×3×3 kernel 2×2×2 taps, of a stride that is the kernel one.
 * </ul>
 *
 * @param in what is read
 * @param out what is made, before voxels are put side by side
 * @param cout the channels of a voxel that is made
 * @param up how many voxels a voxel makes along each axis
 * @param weights where the weight of an output column, an input channel and a tap lies
 */
record TensorConv(
    Extents in,
    Extents out,
    int cout,
    int[] kernel,
    int[] stride,
    int[] padding,
    int[] dilation,
    int[] up,
    Order weights) {
  private static final int[] ONES = {1, 1, 1};
  private static final int[] ZEROS = {0, 0, 0};

  /** Weights with those of 0 for each that is none, beyond which the plain kernel is taken. */
  private static final int MOST_ZEROS = 4;

  /** Where a weight lies in the parameter's array; −1 where there is none. */
  interface Order {
    int at(int column, int channel, int tap);
  }

  /** The op of a node; null where it is none, or has groups, or weights that are computed. */
  static TensorConv of(Node node) {
    Op op = node.op();
    Step step = Step.of(node);
    boolean fits = op instanceof Conv || op instanceof ConvTranspose || op instanceof Linear;
    if (!fits || !FixedInputs.fixed(node.inputs().get(1)) || node.shape().elements() == 0) {
      return null;
    } else if (op instanceof Conv conv) {
      return conv.groups() == 1 ? of(Window.of(conv, step)) : null;
    } else if (op instanceof ConvTranspose conv) {
      return conv.groups() == 1 ? of(TransposedWindow.of(conv, step)) : null;
    }
    int cin = step.inputShape().dim(-1);
    int cout = node.shape().dim(-1);
    int rows = (int) (node.shape().elements() / cout);
    return new TensorConv(
        new Extents(1, 1, 1, rows, cin),
        new Extents(1, 1, 1, rows, cout),
        cout,
        ONES,
        ONES,
        ZEROS,
        ONES,
        ONES,
        (column, channel, tap) -> column * cin + channel);
  }

  private static TensorConv of(Window w) {
    int cin = w.in().c();
    int taps = w.taps();
    return new TensorConv(
        w.in(),
        w.out(),
        w.out().c(),
        w.kernel(),
        w.stride(),
        w.padding(),
        w.dilation(),
        ONES,
        (column, channel, tap) -> (column * cin + channel) * taps + tap);
  }

  /**
   * A transposed convolution. Output voxel s·j + r along an axis reads the input voxels j + δ for
   * which tap r + p − s·δ of the kernel exists. So it is a convolution with a tap for each δ, of as
   * many voxels side by side as there are r, where most have no weight for some of the δ: zeros.
   */
  private static TensorConv of(TransposedWindow w) {
    int[] in = {w.in().d(), w.in().h(), w.in().w()};
    int[] out = {w.out().d(), w.out().h(), w.out().w()};
    int[] taps = new int[3];
    int[] padding = new int[3];
    int[] made = new int[3];
    long multiplied = 1;
    for (int axis = 0; axis < 3; axis++) {
      int s = w.stride()[axis];
      int k = w.kernel()[axis];
      int p = w.padding()[axis];
      if (s == 1) {
        taps[axis] = k;
        padding[axis] = w.dilation()[axis] * (k - 1) - p;
        made[axis] = out[axis];
      } else if (w.dilation()[axis] == 1 && out[axis] == s * (long) in[axis]) {
        int least = -Math.floorDiv(k - 1 - p, s);
        taps[axis] = Math.floorDiv(s - 1 + p, s) - least + 1;
        padding[axis] = -least;
        made[axis] = in[axis];
      } else {
        return null;
      }
      multiplied *= (long) taps[axis] * s;
    }
    if (multiplied > MOST_ZEROS * (long) w.taps()) {
      return null;
    }
    int cout = w.out().c();
    int all = w.taps();
    int[] places = places(w, taps, padding);
    int each = taps[0] * taps[1] * taps[2];
    return new TensorConv(
        w.in(),
        new Extents(w.out().n(), made[0], made[1], made[2], cout),
        cout,
        taps,
        ONES,
        padding,
        w.dilation(),
        w.stride(),
        (column, channel, tap) -> {
          int place = places[column / cout * each + tap];
          return place < 0 ? -1 : (channel * cout + column % cout) * all + place;
        });
  }

  /** For each voxel that is made and each tap the tap of the kernel, or −1. */
  private static int[] places(TransposedWindow w, int[] taps, int[] padding) {
    int each = taps[0] * taps[1] * taps[2];
    int[] s = w.stride();
    int[] places = new int[s[0] * s[1] * s[2] * each];
    for (int i = 0; i < places.length; i++) {
      int[] made = split(i / each, s);
      int[] tap = split(i % each, taps);
      for (int axis = 0; axis < 3 && places[i] >= 0; axis++) {
        int k = w.kernel()[axis];
        int own =
            s[axis] == 1
                ? k - 1 - tap[axis]
                : made[axis] + w.padding()[axis] - s[axis] * (tap[axis] - padding[axis]);
        places[i] = own >= 0 && own < k ? places[i] * k + own : -1;
      }
    }
    return places;
  }

  private static int[] split(int index, int[] extents) {
    return new int[] {
      index / extents[2] / extents[1], index / extents[2] % extents[1], index % extents[2]
    };
  }

  /** The channels of the two values that are concatenated to the input; 0 for a second of one. */
  static int[] channels(Node node, boolean parts) {
    Node input = node.inputs().get(0);
    return parts
        ? new int[] {input.inputs().get(0).shape().dim(-1), input.inputs().get(1).shape().dim(-1)}
        : new int[] {input.shape().dim(-1), 0};
  }

  /** Whether the node reads a concatenation of two values. */
  static boolean readsTwo(Node node) {
    Node input = node.inputs().get(0);
    return input.op() instanceof Concat && input.inputs().size() == 2;
  }

  int taps() {
    return kernel[0] * kernel[1] * kernel[2];
  }

  /** The channels of a voxel before its voxels are put side by side. */
  int columns() {
    return cout * up[0] * up[1] * up[2];
  }
}
