package org.cirr.backend.simd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.backend.cpu.Window;
import org.cirr.graph.Node;
import org.cirr.op.Conv;
import org.cirr.parallel.Workers;

/** {@link Conv} with narrow groups, such as a depthwise one: lanes run along the channels. */
/*
 * Design. The plain form is ScalarConv. With one input channel per output channel nothing is summed
 * over channels, so a vector of inputs times a vector of weights gives a vector of outputs. Up to
 * eight neighbouring output positions share each weight vector that was loaded; their sums stay in
 * registers over all taps. With stride 1 and a kernel 3, 5 or 7 wide they share the inputs too: a
 * turn of the loop is a row of taps, 56 multiply-adds with 21 loads instead of 63. There positions at
 * the border, one by one, would take a quarter of the time; so the rows are first copied with their
 * zero border, and no position is at one.
 *
 * The taps under a position are a list of input offsets and weight rows. At the border of the input
 * some taps fall away; how many on which side is the position's variant, and there is a list for each
 * combination of variants of the three axes. So nothing is copied and nothing is asked inside.
 *
 * Groups of a few input or output channels (3D UX-Net's 1×1×1 convolutions from C to 4C and back with
 * C groups) are the same with gathered inputs: output channel c reads input channel c / outPerGroup ·
 * inPerGroup + i.
 *
 * The last vector of channels ends with the last channel and overlaps the one before; its values are
 * computed twice, to the same bits.
 */
final class SimdDepthwiseConv implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;
  private static final int EIGHT = SimdDepthwiseRows.POSITIONS;

  /** Fewest tasks to make, so that many threads find work. */
  private static final int TASKS = 64;

  /** The kernel positions from {@code from} to {@code to} that lie inside the input. */
  private record Variant(int from, int to) {}

  private final Window window;
  private final Extents in;
  private final Extents out;
  private final int inPerGroup;
  private final float[] weight; // [tap][input channel of the group][output channel]
  private float[] bias;
  private final int[] gather; // output channel → input channel, or null where they are the same
  private final int[][] variants = new int[3][]; // of every output index of an axis
  private final List<List<Variant>> axes = new ArrayList<>();
  private final int[][] inputAt; // per combination of variants, the taps
  private final int[][] weightAt;
  private final Chunks vectors; // of channels, in shares of a task
  private final int width; // of the kernel, where whole rows of taps are done together, or 0
  private final int border; // zeros that rows are copied with, on either side

  SimdDepthwiseConv(Conv conv, Step step) {
    Window given = Window.of(conv, step);
    inPerGroup = given.in().c() / conv.groups();
    int outPerGroup = given.out().c() / conv.groups();
    width = isInRows(conv, given) ? given.kernel()[2] : 0;
    border = width > 0 ? given.padding()[2] : 0;
    window = border > 0 ? bordered(given) : given;
    in = window.in();
    out = window.out();
    List<Node> nodes = step.node().inputs();
    bias = new float[out.c()];
    weight = new float[nodes.get(1).shape().arrayLength()];
    gather = inPerGroup == 1 && outPerGroup == 1 ? null : new int[out.c()];
    for (int c = 0; gather != null && c < gather.length; c++) {
      gather[c] = c / outPerGroup * inPerGroup;
    }
    int[] extents = {out.d(), out.h(), out.w()};
    for (int axis = 0; axis < 3; axis++) {
      axes.add(new ArrayList<>());
      variants[axis] = new int[extents[axis]];
      for (int i = 0; i < extents[axis]; i++) {
        variants[axis][i] = variant(axis, i);
      }
    }
    int combinations = axes.get(0).size() * axes.get(1).size() * axes.get(2).size();
    inputAt = new int[combinations][];
    weightAt = new int[combinations][];
    for (int i = 0; i < combinations; i++) {
      list(i);
    }
    int count = (out.c() + LANES - 1) / LANES;
    int rows = Math.max(1, out.n() * out.d() * out.h());
    int shares = Math.max(1, Math.min(count, TASKS / rows));
    vectors = new Chunks(count, Math.max(1, (count + shares - 1) / shares));
  }

  /** Whether whole rows of taps are done together. */
  private static boolean isInRows(Conv conv, Window window) {
    return conv.groups() == window.in().c()
        && conv.groups() == window.out().c()
        && window.stride()[2] == 1
        && window.dilation()[2] == 1
        && SimdDepthwiseRows.has(window.kernel()[2]);
  }

  /** The window over rows that were copied with their zero border. */
  private static Window bordered(Window window) {
    Extents in = window.in();
    int[] padding = window.padding();
    Extents wide = new Extents(in.n(), in.d(), in.h(), in.w() + 2 * padding[2], in.c());
    int[] left = {padding[0], padding[1], 0};
    return new Window(
        wide, window.out(), window.kernel(), window.stride(), left, window.dilation());
  }

  /** Floats that all threads share: the rows with their border. */
  static long sharedLength(Conv conv, Step step) {
    Window window = Window.of(conv, step);
    if (!isInRows(conv, window) || window.padding()[2] == 0) {
      return 0;
    }
    Extents wide = bordered(window).in();
    return (long) wide.n() * wide.voxels() * wide.c();
  }

  /** Whether this kernel is the one for the convolution. */
  static boolean fits(Conv conv, Node node) {
    int channels = node.shape().dim(-1);
    return conv.groups() > 1
        && channels >= LANES
        && channels / conv.groups() <= 4
        && node.inputs().get(0).shape().dim(-1) / conv.groups() <= 4;
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    bias = parameters.input(2) == null ? bias : parameters.input(2);
    turn(parameters.input(1));
  }

  private void turn(float[] w) {
    int depth = inPerGroup * window.taps();
    for (int c = 0; c < out.c(); c++) {
      for (int i = 0; i < inPerGroup; i++) {
        for (int tap = 0; tap < window.taps(); tap++) {
          weight[(tap * inPerGroup + i) * out.c() + c] = w[c * depth + i * window.taps() + tap];
        }
      }
    }
  }

  /** The number of an output index's variant; new ones are added to the axis. */
  private int variant(int axis, int index) {
    int extent = axis == 0 ? in.d() : axis == 1 ? in.h() : in.w();
    int from = 0;
    int to = window.kernel()[axis];
    while (from < to && window.source(axis, index, from) < 0) {
      from++;
    }
    while (to > from && window.source(axis, index, to - 1) >= extent) {
      to--;
    }
    Variant variant = from < to ? new Variant(from, to) : new Variant(0, 0);
    if (!axes.get(axis).contains(variant)) {
      axes.get(axis).add(variant);
    }
    return axes.get(axis).indexOf(variant);
  }

  /** The taps of a combination, relative to kernel position 0. */
  private void list(int combination) {
    int nx = axes.get(2).size();
    int ny = axes.get(1).size();
    Variant z = axes.get(0).get(combination / nx / ny);
    Variant y = axes.get(1).get(combination / nx % ny);
    Variant x = axes.get(2).get(combination % nx);
    int taps = (z.to - z.from) * (y.to - y.from) * (x.to - x.from) * inPerGroup;
    inputAt[combination] = new int[taps];
    weightAt[combination] = new int[taps];
    int[] dilation = window.dilation();
    int next = 0;
    for (int kz = z.from; kz < z.to; kz++) {
      for (int ky = y.from; ky < y.to; ky++) {
        for (int kx = x.from; kx < x.to; kx++) {
          int tap = (kz * window.kernel()[1] + ky) * window.kernel()[2] + kx;
          int plane = kz * dilation[0] * in.h() + ky * dilation[1];
          for (int i = 0; i < inPerGroup; i++) {
            inputAt[combination][next] = (plane * in.w() + kx * dilation[2]) * in.c() + i;
            weightAt[combination][next++] = (tap * inPerGroup + i) * out.c();
          }
        }
      }
    }
  }

  @Override
  public long scratchLength() {
    return 0;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View input = border == 0 ? operands.inputs[0] : copyRows(operands, workers);
    View output = operands.output;
    workers.forEach(
        out.n() * out.d() * out.h() * vectors.count(),
        task -> {
          int share = task % vectors.count();
          int row = task / vectors.count();
          for (int v = vectors.from(share); v < vectors.to(share); v++) {
            row(input, output, row, Math.min(v * LANES, out.c() - LANES));
          }
        });
  }

  private View copyRows(Operands operands, Workers workers) {
    View from = operands.inputs[0];
    View to = operands.shared;
    int zeros = border * in.c();
    int length = in.w() * in.c() - 2 * zeros;
    workers.forEach(
        in.n() * in.d() * in.h(),
        row -> {
          int at = to.offset + row * (length + 2 * zeros);
          Arrays.fill(to.array, at, at + zeros, 0);
          System.arraycopy(from.array, from.offset + row * length, to.array, at + zeros, length);
          Arrays.fill(to.array, at + zeros + length, at + 2 * zeros + length, 0);
        });
    return to;
  }

  private void row(View input, View output, int row, int channel) {
    int y = row % out.h();
    int z = row / out.h() % out.d();
    int n = row / out.h() / out.d();
    int plane = variants[0][z] * axes.get(1).size() + variants[1][y];
    int line = (n * in.d() + window.source(0, z, 0)) * in.h() + window.source(1, y, 0);
    int step = window.stride()[2] * in.c();
    for (int x = 0, to; x < out.w(); x = to) {
      to = x + 1;
      while (to < out.w() && variants[2][to] == variants[2][x]) {
        to++;
      }
      int combination = plane * axes.get(2).size() + variants[2][x];
      int from = input.offset + (line * in.w() + window.source(2, x, 0)) * in.c();
      int at = output.offset + (row * out.w() + x) * out.c() + channel;
      Variant taps = axes.get(2).get(variants[2][x]);
      boolean whole = width > 0 && taps.to - taps.from == width;
      int done = 0;
      for (; done < to - x; ) {
        int base = from + done * step;
        int target = at + done * out.c();
        if (whole && to - x >= EIGHT) {
          int back = Math.max(0, done + EIGHT - (to - x)); // the last eight overlap others
          int p = base + channel - back * step;
          eightInRows(input.array, p, combination, output.array, target - back * out.c(), channel);
          done += EIGHT - back;
        } else if (gather == null && to - x - done >= 8) {
          eight(input.array, base + channel, step, combination, output.array, target, channel);
          done += 8;
        } else if (gather == null && to - x - done >= 4) {
          four(input.array, base + channel, step, combination, output.array, target, channel);
          done += 4;
        } else if (gather == null) {
          one(input.array, base + channel, combination, output.array, target, channel);
          done++;
        } else {
          gathered(input.array, base, combination, output.array, target, channel);
          done++;
        }
      }
    }
  }

  private void eightInRows(float[] a, int p, int combination, float[] o, int to, int channel) {
    int[] taps = inputAt[combination];
    int[] rows = weightAt[combination];
    SimdDepthwiseRows.set(width, a, p, taps, weight, channel, rows, out.c(), bias, o, to);
  }

  private void eight(float[] a, int p0, int step, int combination, float[] o, int to, int channel) {
    int[] taps = inputAt[combination];
    int[] rows = weightAt[combination];
    int p1 = p0 + step;
    int p2 = p1 + step;
    int p3 = p2 + step;
    int p4 = p3 + step;
    int p5 = p4 + step;
    int p6 = p5 + step;
    int p7 = p6 + step;
    FloatVector s0 = FloatVector.fromArray(F, bias, channel);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    for (int t = 0; t < taps.length; t++) {
      int i = taps[t];
      FloatVector w = FloatVector.fromArray(F, weight, rows[t] + channel);
      s0 = FloatVector.fromArray(F, a, p0 + i).fma(w, s0);
      s1 = FloatVector.fromArray(F, a, p1 + i).fma(w, s1);
      s2 = FloatVector.fromArray(F, a, p2 + i).fma(w, s2);
      s3 = FloatVector.fromArray(F, a, p3 + i).fma(w, s3);
      s4 = FloatVector.fromArray(F, a, p4 + i).fma(w, s4);
      s5 = FloatVector.fromArray(F, a, p5 + i).fma(w, s5);
      s6 = FloatVector.fromArray(F, a, p6 + i).fma(w, s6);
      s7 = FloatVector.fromArray(F, a, p7 + i).fma(w, s7);
    }
    int c = out.c();
    s0.intoArray(o, to);
    s1.intoArray(o, to + c);
    s2.intoArray(o, to + 2 * c);
    s3.intoArray(o, to + 3 * c);
    s4.intoArray(o, to + 4 * c);
    s5.intoArray(o, to + 5 * c);
    s6.intoArray(o, to + 6 * c);
    s7.intoArray(o, to + 7 * c);
  }

  private void four(float[] a, int p0, int step, int combination, float[] o, int to, int channel) {
    int[] taps = inputAt[combination];
    int[] rows = weightAt[combination];
    int p1 = p0 + step;
    int p2 = p1 + step;
    int p3 = p2 + step;
    FloatVector s0 = FloatVector.fromArray(F, bias, channel);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int t = 0; t < taps.length; t++) {
      int i = taps[t];
      FloatVector w = FloatVector.fromArray(F, weight, rows[t] + channel);
      s0 = FloatVector.fromArray(F, a, p0 + i).fma(w, s0);
      s1 = FloatVector.fromArray(F, a, p1 + i).fma(w, s1);
      s2 = FloatVector.fromArray(F, a, p2 + i).fma(w, s2);
      s3 = FloatVector.fromArray(F, a, p3 + i).fma(w, s3);
    }
    int c = out.c();
    s0.intoArray(o, to);
    s1.intoArray(o, to + c);
    s2.intoArray(o, to + 2 * c);
    s3.intoArray(o, to + 3 * c);
  }

  private void one(float[] a, int p, int combination, float[] o, int to, int channel) {
    int[] taps = inputAt[combination];
    int[] rows = weightAt[combination];
    FloatVector sum = FloatVector.fromArray(F, bias, channel);
    for (int t = 0; t < taps.length; t++) {
      FloatVector w = FloatVector.fromArray(F, weight, rows[t] + channel);
      sum = FloatVector.fromArray(F, a, p + taps[t]).fma(w, sum);
    }
    sum.intoArray(o, to);
  }

  private void gathered(float[] a, int p, int combination, float[] o, int to, int channel) {
    int[] taps = inputAt[combination];
    int[] rows = weightAt[combination];
    FloatVector sum = FloatVector.fromArray(F, bias, channel);
    for (int t = 0; t < taps.length; t++) {
      FloatVector w = FloatVector.fromArray(F, weight, rows[t] + channel);
      sum = FloatVector.fromArray(F, a, p + taps[t], gather, channel).fma(w, sum);
    }
    sum.intoArray(o, to);
  }

  @Override
  public String describe() {
    return (gather == null ? "depthwise, " : "narrow groups, ") + window.taps() + " taps";
  }

  @Override
  public long weightBytes() {
    return 4L * (weight.length + bias.length);
  }
}
