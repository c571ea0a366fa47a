package org.cirr.backend.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cirr.op.Detach;
import org.cirr.op.Flip;
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

/**
 * Where every output value of an op that only moves values comes from.
 *
 * <p>Each output axis says where along one input axis it reads: {@code tables[i]} holds an offset
 * in the input for every index, or −1 for what is outside. Two output axes can share a table: the
 * windows of a partition and the places in them count along one axis of the input.
 *
 * @param extents the output axes, slowest first
 * @param table which table an output axis looks into
 * @param factor by how much an output index counts there
 * @param tables offsets in the input, or −1
 * @param run values that follow each other in input and output, behind the axes
 * @param fill what stands where a table says −1
 */
public record Rearrangement(
    int[] extents, int[] table, int[] factor, int[][] tables, int run, float fill) {
  /** The rearrangement of a step. */
  public static Rearrangement of(Op op, Step step) {
    return of(op, step.inputShape(), step.node().shape());
  }

  /** The rearrangement of an op that makes one shape of another. */
  public static Rearrangement of(Op op, Shape in, Shape out) {
    if (op instanceof Reshape || op instanceof Detach) {
      return new Rearrangement(
          new int[0], new int[0], new int[0], new int[0][], out.arrayLength(), 0);
    } else if (op instanceof WindowPartition partition) {
      return partition(partition, in).compact();
    }
    int[][] tables = new int[out.rank()][];
    int[] table = new int[out.rank()];
    int[] factor = new int[out.rank()];
    Arrays.fill(factor, 1);
    Arrays.setAll(table, axis -> axis);
    if (op instanceof WindowReverse reverse) {
      reverse(reverse, in, tables);
    } else {
      for (int axis = 0; axis < tables.length; axis++) {
        int source = op instanceof Permute permute ? permute.axes().get(axis) : axis;
        tables[axis] = new int[out.dim(axis)];
        for (int k = 0; k < tables[axis].length; k++) {
          int index = index(op, axis, k, in.dim(source));
          tables[axis][k] = index < 0 ? -1 : index * stride(in, source);
        }
      }
    }
    float fill = op instanceof Pad pad ? (float) pad.value() : 0;
    return new Rearrangement(out.toArray(), table, factor, tables, 1, fill).compact();
  }

  public static boolean knows(Op op) {
    return op instanceof Detach
        || op instanceof Flip
        || op instanceof Pad
        || op instanceof Permute
        || op instanceof Repeat
        || op instanceof Reshape
        || op instanceof Roll
        || op instanceof Slice
        || op instanceof WindowPartition
        || op instanceof WindowReverse;
  }

  private static int stride(Shape shape, int axis) {
    int stride = 1;
    for (int i = axis + 1; i < shape.rank(); i++) {
      stride *= shape.dim(i);
    }
    return stride;
  }

  /** Which of the n indices of an input axis the output index k reads, or −1. */
  private static int index(Op op, int axis, int k, int n) {
    if (op instanceof Flip flip) {
      return flip.axes().contains(axis) ? n - 1 - k : k;
    } else if (op instanceof Pad pad) {
      int index = k - pad.before().get(axis);
      return switch (pad.mode()) {
        case CONSTANT -> index < n ? Math.max(-1, index) : -1;
        case REPLICATE -> Math.max(0, Math.min(n - 1, index));
        case REFLECT -> index < 0 ? -index : index < n ? index : 2 * (n - 1) - index;
      };
    } else if (op instanceof Repeat) {
      return k % n;
    } else if (op instanceof Roll roll) {
      int at = roll.axes().indexOf(axis);
      return at < 0 ? k : (int) Math.floorMod((long) k - roll.shifts().get(at), (long) n);
    } else if (op instanceof Slice slice) {
      return slice.from().get(axis) + k * slice.step().get(axis);
    }
    return k;
  }

  private static Rearrangement partition(WindowPartition op, Shape in) {
    int rank = in.rank() - 2;
    int[] extents = new int[2 * rank + 2];
    int[] table = new int[extents.length];
    int[] factor = new int[extents.length];
    int[][] tables = new int[rank + 2][];
    for (int axis = 0; axis < in.rank(); axis++) {
      boolean spatial = axis > 0 && axis <= rank;
      int window = spatial ? op.window().get(axis - 1) : 1;
      int windows = spatial ? op.windows(in.dim(axis), axis - 1) : in.dim(axis);
      int shift = spatial ? op.shift().get(axis - 1) : 0;
      int stride = stride(in, axis);
      tables[axis] = new int[windows * window];
      for (int k = 0; k < tables[axis].length; k++) {
        int index = (k + shift) % tables[axis].length;
        tables[axis][k] = index < in.dim(axis) ? index * stride : -1;
      }
      int first = axis <= rank ? axis : 2 * rank + 1;
      extents[first] = windows;
      table[first] = axis;
      factor[first] = window;
      if (spatial) {
        extents[rank + axis] = window;
        table[rank + axis] = axis;
        factor[rank + axis] = 1;
      }
    }
    return new Rearrangement(extents, table, factor, tables, 1, 0);
  }

  private static void reverse(WindowReverse op, Shape in, int[][] tables) {
    int rank = op.size().size();
    int channels = in.dim(2);
    int placeStride = channels;
    int windowStride = channels * in.dim(1);
    for (int axis = rank - 1; axis >= 0; axis--) {
      int window = op.window().get(axis);
      int windows = (op.size().get(axis) + window - 1) / window;
      tables[axis + 1] = new int[op.size().get(axis)];
      for (int k = 0; k < tables[axis + 1].length; k++) {
        int rolled = Math.floorMod(k - op.shift().get(axis), windows * window);
        tables[axis + 1][k] = rolled / window * windowStride + rolled % window * placeStride;
      }
      placeStride *= window;
      windowStride *= windows;
    }
    tables[0] = new int[in.dim(0) / Math.max(1, windowStride / (channels * in.dim(1)))];
    for (int n = 0; n < tables[0].length; n++) {
      tables[0][n] = n * windowStride;
    }
    tables[rank + 1] = new int[channels];
    Arrays.setAll(tables[rank + 1], c -> c);
  }

  /** The last axes become part of the run where they only count on. */
  private Rearrangement compact() {
    int axes = extents.length;
    int longer = run;
    while (axes > 0 && countsOn(axes - 1, longer)) {
      longer *= extents[axes - 1];
      axes--;
    }
    List<int[]> kept = new ArrayList<>(List.of(tables));
    return new Rearrangement(
        Arrays.copyOf(extents, axes),
        Arrays.copyOf(table, axes),
        Arrays.copyOf(factor, axes),
        kept.toArray(new int[0][]),
        longer,
        fill);
  }

  private boolean countsOn(int axis, int length) {
    for (int other = 0; other < axis; other++) {
      if (table[other] == table[axis]) {
        return false;
      }
    }
    int[] offsets = tables[table[axis]];
    for (int k = 0; k < offsets.length; k++) {
      if (offsets[k] != k * length) {
        return false;
      }
    }
    return offsets.length == extents[axis];
  }

  /** The number of output positions of the first {@code axes} axes. */
  public int positions(int axes) {
    int positions = 1;
    for (int axis = 0; axis < axes; axis++) {
      positions *= extents[axis];
    }
    return positions;
  }

  /**
   * Where in its table an axis stands at a position of the first {@code axes} axes: the sum of what
   * the axes of this table count.
   */
  public int entry(int which, int position, int axes) {
    int entry = 0;
    int rest = position;
    for (int axis = axes - 1; axis >= 0; axis--) {
      entry += table[axis] == which ? rest % extents[axis] * factor[axis] : 0;
      rest /= extents[axis];
    }
    return entry;
  }

  /** Where the run of an output position begins in the input, or −1. */
  public int source(int position) {
    int source = 0;
    for (int which = 0; which < tables.length; which++) {
      if (used(which)) {
        int offset = tables[which][entry(which, position, extents.length)];
        if (offset < 0) {
          return -1;
        }
        source += offset;
      }
    }
    return source;
  }

  /** Whether an axis looks into a table; those of a run are not asked any more. */
  public boolean used(int which) {
    for (int other : table) {
      if (other == which) {
        return true;
      }
    }
    return false;
  }
}
