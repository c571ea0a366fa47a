package org.cirr.cuda;

import java.util.ArrayList;
import java.util.List;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.PoolWindow;
import org.cirr.backend.cpu.Rearrangement;
import org.cirr.backend.cpu.Taps;
import org.cirr.op.Flip;
import org.cirr.op.Interpolate;
import org.cirr.op.Op;
import org.cirr.op.Pad;
import org.cirr.op.Permute;
import org.cirr.op.Repeat;
import org.cirr.op.Reshape;
import org.cirr.op.Roll;
import org.cirr.op.Slice;
import org.cirr.op.WindowPartition;
import org.cirr.op.WindowReverse;
import org.cirr.tensor.Shape;

/** Launches of {@code resample.cu}: linear maps that work along each axis for itself. */
final class ResampleKernels {
  private ResampleKernels() {}

  /** Means of windows and interpolation. */
  static List<Launch> forward(Op op, StepPlaces places) {
    Shape in = places.step().inputShape();
    List<AxisReads> axes = spatial(op, in, places.step().node().shape());
    return launch(op, axes, extents(in), in.dim(-1), places);
  }

  /** The way back through an op. */
  static List<Launch> adjoint(Op op, StepPlaces places) {
    Shape given = places.step().inputShape();
    Shape made = places.step().node().shape(); // the op's input
    if (op instanceof Reshape) {
      return MoveKernels.rearrange(op, places);
    } else if (op instanceof Permute permute) {
      Integer[] back = new Integer[permute.axes().size()];
      for (int i = 0; i < back.length; i++) {
        back[permute.axes().get(i)] = i;
      }
      return moved(new Permute(List.of(back)), given, made, places);
    } else if (op instanceof WindowPartition partition) {
      List<Integer> size = new ArrayList<>();
      for (int axis = 1; axis < made.rank() - 1; axis++) {
        size.add(made.dim(axis));
      }
      return moved(WindowReverse.of(partition, size), given, made, places);
    } else if (op instanceof WindowReverse reverse) {
      return moved(new WindowPartition(reverse.window(), reverse.shift()), given, made, places);
    } else if (op instanceof Flip
        || op instanceof Pad
        || op instanceof Repeat
        || op instanceof Roll
        || op instanceof Slice) {
      List<AxisReads> axes = new ArrayList<>();
      for (int axis = 0; axis < made.rank(); axis++) {
        axes.add(along(op, axis, made.dim(axis), given.dim(axis)).turned(made.dim(axis)));
      }
      return launch(op, axes, given.toArray(), 1, places);
    }
    List<AxisReads> axes = new ArrayList<>();
    List<AxisReads> forward = spatial(op, made, given);
    int[] extents = extents(made);
    for (int axis = 0; axis < forward.size(); axis++) {
      axes.add(forward.get(axis).turned(extents[axis]));
    }
    return launch(op, axes, extents(given), given.dim(-1), places);
  }

  private static List<Launch> moved(Op op, Shape from, Shape to, StepPlaces places) {
    return MoveKernels.rearrange(op, Rearrangement.of(op, from, to), places);
  }

  /** n, d, h, w. */
  private static int[] extents(Shape activation) {
    Extents e = Extents.of(activation);
    return new int[] {e.n(), e.d(), e.h(), e.w()};
  }

  /** What the axes n, d, h, w of an output read. */
  private static List<AxisReads> spatial(Op op, Shape in, Shape out) {
    int[] from = extents(in);
    int[] to = extents(out);
    List<AxisReads> axes = new ArrayList<>(List.of(AxisReads.same(to[0])));
    PoolWindow window = op instanceof Interpolate ? null : PoolWindow.of(op, in, out);
    for (int axis = 0; axis < 3; axis++) {
      AxisReads reads = new AxisReads(to[axis + 1]);
      for (int k = 0; k < to[axis + 1]; k++) {
        if (op instanceof Interpolate interpolate) {
          Taps taps = Taps.of(from[axis + 1], to[axis + 1], interpolate);
          for (int side = 0; side < 2; side++) {
            if (taps.weight(k, side) != 0) {
              reads.add(k, taps.index(k, side), taps.weight(k, side));
            }
          }
        } else {
          for (int i = 0; i < window.count()[axis][k]; i++) {
            int source = window.first()[axis][k] + i * window.step()[axis];
            reads.add(k, source, 1.0 / window.size()[axis][k]);
          }
        }
      }
      axes.add(reads);
    }
    return axes;
  }

  /** What one axis of an op reads that moves values along each axis for itself. */
  private static AxisReads along(Op op, int axis, int from, int to) {
    Op one = null;
    if (op instanceof Flip flip) {
      one = flip.axes().contains(axis) ? Flip.of(0) : null;
    } else if (op instanceof Pad pad) {
      List<Integer> before = List.of(pad.before().get(axis));
      one = new Pad(before, List.of(pad.after().get(axis)), pad.mode(), 0);
    } else if (op instanceof Repeat repeat) {
      one = new Repeat(List.of(repeat.times().get(axis)));
    } else if (op instanceof Roll roll) {
      int at = roll.axes().indexOf(axis);
      one = at < 0 ? null : new Roll(List.of(0), List.of(roll.shifts().get(at)));
    } else if (op instanceof Slice slice) {
      one = new Slice(at(slice.from(), axis), at(slice.to(), axis), at(slice.step(), axis));
    }
    if (one == null) {
      return AxisReads.same(to);
    }
    Rearrangement moves = Rearrangement.of(one, Shape.of(from), Shape.of(to));
    AxisReads reads = new AxisReads(to);
    for (int k = 0; k < to; k++) {
      int source = moves.source(k / moves.run());
      if (source >= 0) {
        reads.add(k, source + k % moves.run(), 1);
      }
    }
    return reads;
  }

  private static List<Integer> at(List<Integer> values, int axis) {
    return List.of(values.get(axis));
  }

  /**
   * @param from the input's extents along the axes
   * @param run values behind the axes
   */
  private static List<Launch> launch(
      Op op, List<AxisReads> axes, int[] from, int run, StepPlaces places) {
    int[] extents = axes.stream().mapToInt(AxisReads::extent).toArray();
    int[] start = new int[axes.size()];
    List<Integer> rows = new ArrayList<>();
    List<Integer> sources = new ArrayList<>();
    List<Float> weights = new ArrayList<>();
    for (int axis = 0; axis < start.length; axis++) {
      int stride = run;
      for (int inner = axis + 1; inner < from.length; inner++) {
        stride *= from[inner];
      }
      start[axis] = rows.size();
      rows.add(sources.size());
      for (int k = 0; k < extents[axis]; k++) {
        for (int source : axes.get(axis).sources(k)) {
          sources.add(source * stride);
        }
        weights.addAll(axes.get(axis).weights(k));
        rows.add(sources.size());
      }
    }
    float[] factors = new float[weights.size()];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = weights.get(i);
    }
    int[] reads =
        CudaKernels.joined(
            new int[] {Math.max(1, run), start.length},
            CudaKernels.axes(op, extents),
            CudaKernels.axes(op, start));
    return List.of(
        Launch.of("resample", "resample")
            .each(places.values())
            .at(places.output(), places.input(0))
            .at(places.table(ints(rows)), places.table(ints(sources)), places.table(factors))
            .number(places.values())
            .struct(reads));
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
