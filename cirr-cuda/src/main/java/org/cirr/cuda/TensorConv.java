package org.cirr.cuda;

import java.util.Arrays;
import java.util.List;
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
 *   <li>A transposed convolution of stride 1 is a convolution with the taps turned round.
 *   <li>One whose stride is its kernel is of one tap, with the channels of all voxels that a voxel
 *       makes side by side.
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

  /** Where a weight lies in the parameter's array. */
  interface Order {
    int at(int column, int channel, int tap);
  }

  /** The op of a node; null where it is none, or has groups, or weights that are computed. */
  static TensorConv of(Node node) {
    Op op = node.op();
    Step step = new Step(node, null, node, List.of(), false, false, 0);
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

  private static TensorConv of(TransposedWindow w) {
    int cout = w.out().c();
    int taps = w.taps();
    if (Arrays.equals(w.stride(), ONES)) {
      int[] padding = new int[3];
      for (int axis = 0; axis < 3; axis++) {
        padding[axis] = w.dilation()[axis] * (w.kernel()[axis] - 1) - w.padding()[axis];
      }
      return new TensorConv(
          w.in(),
          w.out(),
          cout,
          w.kernel(),
          ONES,
          padding,
          w.dilation(),
          ONES,
          (column, channel, tap) -> (channel * cout + column) * taps + taps - 1 - tap);
    }
    boolean sideBySide =
        Arrays.equals(w.stride(), w.kernel())
            && Arrays.equals(w.padding(), ZEROS)
            && Arrays.equals(w.dilation(), ONES)
            && w.out().d() == w.in().d() * w.stride()[0]
            && w.out().h() == w.in().h() * w.stride()[1]
            && w.out().w() == w.in().w() * w.stride()[2];
    return sideBySide
        ? new TensorConv(
            w.in(),
            w.in(),
            cout,
            ONES,
            ONES,
            ZEROS,
            ONES,
            w.stride(),
            (column, channel, tap) -> (channel * cout + column % cout) * taps + column / cout)
        : null;
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
