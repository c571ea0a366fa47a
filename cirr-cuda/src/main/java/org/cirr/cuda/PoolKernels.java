package org.cirr.cuda;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.PoolWindow;
import org.cirr.op.Op;
import org.cirr.tensor.Shape;

/** Launches of {@code pool.cu}. */
final class PoolKernels {
  private PoolKernels() {}

  static List<Launch> max(Op op, StepPlaces places) {
    PoolWindow window = PoolWindow.of(op, places.step().inputShape(), places.step().node().shape());
    Lists lists = new Lists(window);
    return List.of(
        Launch.of("pool", "max_pool")
            .each(places.values())
            .at(places.output(), places.input(0), places.table(lists.all))
            .number(places.values())
            .struct(lists.pool()));
  }

  static List<Launch> gradient(Op pool, StepPlaces places) {
    Shape pooled = places.step().node().inputs().get(1).shape();
    PoolWindow window = PoolWindow.of(pool, places.step().inputShape(), pooled);
    Lists lists = new Lists(window);
    return List.of(
        Launch.of("pool", "max_pool_gradient")
            .each(places.values())
            .at(places.output(), places.input(0), places.input(1), places.table(lists.all))
            .number(places.values())
            .struct(lists.pool()));
  }

  /** The lists of a window, one behind the other, as {@code Pool} describes them. */
  private static final class Lists {
    private final PoolWindow window;
    private final int[] first = new int[3];
    private final int[] count = new int[3];
    private final int[] rows = new int[3];
    private int[] all = {};

    Lists(PoolWindow window) {
      this.window = window;
      Extents in = window.in();
      int[] extents = {in.d(), in.h(), in.w()};
      for (int axis = 0; axis < 3; axis++) {
        first[axis] = append(window.first()[axis]);
        count[axis] = append(window.count()[axis]);
        AxisReads reads = new AxisReads(window.first()[axis].length);
        for (int k = 0; k < reads.extent(); k++) {
          for (int i = 0; i < window.count()[axis][k]; i++) {
            reads.add(k, window.first()[axis][k] + i * window.step()[axis], 1);
          }
        }
        rows[axis] = appendRows(reads.turned(extents[axis]));
      }
    }

    private int append(int[] values) {
      int start = all.length;
      all = CudaKernels.joined(all, values);
      return start;
    }

    /** Where the outputs that see each index begin, and behind that the outputs. */
    private int appendRows(AxisReads seen) {
      int[] starts = new int[seen.extent() + 1];
      starts[0] = all.length + starts.length;
      for (int k = 0; k < seen.extent(); k++) {
        starts[k + 1] = starts[k] + seen.sources(k).size();
      }
      int start = append(starts);
      append(
          IntStream.range(0, seen.extent())
              .flatMap(k -> seen.sources(k).stream().mapToInt(Integer::intValue))
              .toArray());
      return start;
    }

    int[] pool() {
      Extents in = window.in();
      Extents out = window.out();
      return CudaKernels.joined(
          new int[] {in.n(), in.d(), in.h(), in.w(), out.d(), out.h(), out.w(), in.c()},
          Arrays.copyOf(window.step(), 3),
          first,
          count,
          rows);
    }
  }
}
