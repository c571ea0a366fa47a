package org.cirr.backend.simd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Rearrangement;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;

/**
 * A rearrangement whose every axis counts evenly: slices, padding with a number, flips,
 * permutations and repetitions of a single value. A box of the output is copied line by line from a
 * box of the input; where it is not the whole output, the rest is filled before.
 */
/*
 * Design. Axes of extent 1 are dropped, and neighbours that go on evenly in input and output become
 * one, so that a slice of the channels is one line of runs and a repeated number is one line of all
 * values. Looking every run up in tables took 200 ns per value for a slice of one channel.
 */
final class BoxCopy {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;
  private static final int CHUNK = 1 << 15; // elements

  /** The longest line, in elements, that vectors copy faster than a call of arraycopy does. */
  private static final int SHORT = 128;

  /** An axis of the box, and how far its neighbours are from each other. */
  private record Axis(int extent, int in, int out) {
    /** Whether it is a few whole vectors: calls of System.arraycopy would take longer than they. */
    boolean isShort() {
      return in == 1 && out == 1 && extent % LANES == 0 && extent <= SHORT;
    }

    /** Whether an axis inside this one makes one axis with it. */
    boolean continues(Axis inner) {
      return in == inner.in * inner.extent && out == inner.out * inner.extent;
    }
  }

  private final List<Axis> outer; // all but the last two, slowest first
  private final Axis middle; // the lines of a task
  private final Axis line;
  private final int in; // where the box begins
  private final int out;
  private final float fill;
  private final Chunks filled; // of the output, if not all of it is in the box
  private final Chunks pieces; // of the only line, or lines of the middle axis
  private final int outerCount;

  private BoxCopy(List<Axis> axes, int in, int out, float fill, int uncovered) {
    int count = axes.size();
    line = count > 0 ? axes.get(count - 1) : new Axis(1, 1, 1);
    middle = count > 1 ? axes.get(count - 2) : new Axis(1, 0, 0);
    outer = List.copyOf(axes.subList(0, Math.max(0, count - 2)));
    this.in = in;
    this.out = out;
    this.fill = fill;
    filled = new Chunks(uncovered, CHUNK);
    outerCount = outer.stream().mapToInt(Axis::extent).reduce(1, (a, b) -> a * b);
    pieces =
        middle.extent == 1
            ? new Chunks(line.extent, CHUNK)
            : new Chunks(middle.extent, Math.max(1, CHUNK / Math.max(1, line.extent)));
  }

  /** The copy that does a rearrangement; empty where an axis does not count evenly. */
  static Optional<BoxCopy> of(Rearrangement moves) {
    int axes = moves.extents().length;
    if (axes == 0 || Arrays.stream(moves.table()).distinct().count() < axes) {
      return Optional.empty();
    }
    List<Axis> box = new ArrayList<>(List.of(new Axis(moves.run(), 1, 1)));
    int in = 0;
    int out = 0;
    int stride = moves.run();
    long covered = moves.run();
    for (int axis = axes - 1; axis >= 0; axis--) {
      int[] table = moves.tables()[moves.table()[axis]];
      int extent = moves.extents()[axis];
      int first = 0;
      while (first < extent && table[first] < 0) {
        first++;
      }
      int end = first;
      int step = first + 1 < extent && table[first + 1] >= 0 ? table[first + 1] - table[first] : 0;
      while (end < extent && table[end] >= 0 && table[end] == table[first] + (end - first) * step) {
        end++;
      }
      boolean rest = Arrays.stream(table, end, extent).allMatch(offset -> offset < 0);
      if (moves.factor()[axis] != 1 || first == end || !rest) {
        return Optional.empty();
      }
      in += table[first];
      out += first * stride;
      covered *= end - first;
      box.add(new Axis(end - first, step, stride));
      stride *= extent;
    }
    Collections.reverse(box);
    boolean all = covered == stride;
    return Optional.of(new BoxCopy(merged(box), in, out, moves.fill(), all ? 0 : stride));
  }

  private static List<Axis> merged(List<Axis> box) {
    List<Axis> axes = new ArrayList<>();
    for (Axis axis : box) {
      Axis last = axes.isEmpty() ? null : axes.get(axes.size() - 1);
      if (axis.extent == 1) {
        continue;
      }
      if (last != null && last.continues(axis)) {
        axes.set(axes.size() - 1, new Axis(last.extent * axis.extent, axis.in, axis.out));
      } else {
        axes.add(axis);
      }
    }
    return axes;
  }

  void run(View from, View to, Workers workers) {
    workers.forEach(
        filled.count(),
        piece ->
            Arrays.fill(
                to.array, to.offset + filled.from(piece), to.offset + filled.to(piece), fill));
    workers.forEach(
        outerCount * pieces.count(),
        task -> {
          int p = from.offset + in;
          int q = to.offset + out;
          int rest = task / pieces.count();
          for (int axis = outer.size() - 1; axis >= 0; axis--) {
            int index = rest % outer.get(axis).extent;
            p += index * outer.get(axis).in;
            q += index * outer.get(axis).out;
            rest /= outer.get(axis).extent;
          }
          int piece = task % pieces.count();
          if (middle.extent == 1) {
            int first = pieces.from(piece);
            int count = pieces.count(piece);
            line(from.array, p + first * line.in, to.array, q + first * line.out, count);
            return;
          }
          if (line.isShort()) {
            int first = pieces.from(piece);
            p += first * middle.in;
            q += first * middle.out;
            shortLines(from.array, p, to.array, q, pieces.count(piece));
            return;
          }
          for (int i = pieces.from(piece); i < pieces.to(piece); i++) {
            line(from.array, p + i * middle.in, to.array, q + i * middle.out, line.extent);
          }
        });
  }

  private void shortLines(float[] from, int p, float[] to, int q, int count) {
    for (int i = 0; i < count; i++) {
      for (int c = 0; c < line.extent; c += LANES) {
        FloatVector values = FloatVector.fromArray(F, from, p + i * middle.in + c);
        values.intoArray(to, q + i * middle.out + c);
      }
    }
  }

  private void line(float[] from, int p, float[] to, int q, int count) {
    if (line.in == 1 && line.out == 1) {
      System.arraycopy(from, p, to, q, count);
    } else if (line.in == 0 && line.out == 1) {
      Arrays.fill(to, q, q + count, from[p]);
    } else {
      strided(from, p, line.in, to, q, line.out, count);
    }
  }

  private static void strided(
      float[] from, int p, int inStep, float[] to, int q, int outStep, int count) {
    for (int i = 0; i < count; i++) {
      to[q + i * outStep] = from[p + i * inStep];
    }
  }

  /** What the program's report says. */
  String describe() {
    return "lines of " + line.extent + (filled.count() > 0 ? " into a fill" : "");
  }
}
