package org.cirr.cuda;

import java.util.ArrayList;
import java.util.List;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Step;
import org.cirr.graph.Node;
import org.cirr.op.BatchNorm;
import org.cirr.op.GroupNormGradient;
import org.cirr.op.GroupNormSums;

/** Launches of {@code norm.cu}. */
final class NormKernels {
  private static final int LANES = 32; // channels of a block
  private static final int CHUNK = 1024; // voxels that a block sums up, at least
  private static final int MOST_CHUNKS = 64;
  private static final int TABLE_THREADS = 128;
  private static final int LINE = 32; // floats
  private static final int READERS_ROWS = 3; // of a table that readers use

  private NormKernels() {}

  /** Extents, chunks and memory of a norm. */
  private static final class Layout {
    final Extents in;
    final int groups;
    final int chunks;
    final boolean left; // by the step before: the sums of each chunk
    final long partsLength; // floats; two doubles for each chunk and channel

    Layout(Step step, int groups) {
      in = Extents.of(step.inputShape());
      this.groups = groups == 0 ? Math.max(1, in.c()) : groups;
      left = step.statisticsLength() > 0;
      chunks =
          left
              ? (int) (step.statisticsLength() / (4L * in.n() * in.c()))
              : Math.max(1, Math.min(MOST_CHUNKS, in.voxels() / CHUNK));
      long parts = 4L * in.n() * chunks * in.c();
      partsLength = (parts + LINE - 1) / LINE * LINE;
    }

    int[] norm(int rows) {
      return new int[] {in.n(), in.voxels(), in.c(), groups, chunks, rows};
    }

    Launch sums(String kernel) {
      return Launch.of("norm", kernel).grid((in.c() + LANES - 1) / LANES, chunks, in.n());
    }

    Launch table(Place table, Place parts, Place scale, Place shift, double epsilon, int rows) {
      return Launch.of("norm", "norm_table")
          .grid((long) in.n() * groups, 1, 1)
          .block(TABLE_THREADS, 1)
          .at(table, parts, scale, shift)
          .exact(epsilon)
          .struct(norm(rows));
    }
  }

  /** Two doubles for each chunk and channel, and two floats for each channel behind them. */
  static long sharedLength(Step step) {
    Layout layout = new Layout(step, 1);
    long table = step.makesTable() ? 0 : 2L * layout.in.n() * layout.in.c();
    return (layout.left ? 0 : layout.partsLength) + table;
  }

  /** Mean, factor and shift of each channel, for who reads the norm's input and normalises it. */
  static long tableLength(Node norm) {
    return (long) READERS_ROWS * norm.shape().dim(0) * norm.shape().dim(-1);
  }

  private static Place behind(Place place, long floats) {
    return new Place(place.area(), place.offset() + floats);
  }

  /**
   * @param groups 0 for a group per channel
   */
  static List<Launch> norm(int groups, double epsilon, StepPlaces places) {
    Step step = places.step();
    Layout layout = new Layout(step, groups);
    Place parts = layout.left ? places.statistics() : places.shared();
    Place scale = places.input(1);
    Place shift = places.input(2);
    List<Launch> launches = new ArrayList<>();
    if (!layout.left) {
      launches.add(layout.sums("norm_sums").at(parts, places.input(0)).struct(layout.norm(2)));
    }
    if (step.makesTable()) {
      launches.add(layout.table(places.output(), parts, scale, shift, epsilon, READERS_ROWS));
      return launches;
    }
    Place table = layout.left ? places.shared() : behind(parts, layout.partsLength);
    launches.add(layout.table(table, parts, Place.NONE, Place.NONE, epsilon, 2));
    launches.add(
        Launch.of("norm", "norm_apply")
            .each(places.values())
            .at(places.output(), places.input(0), table, scale, shift)
            .real(Rectifier.slope(step.activation()))
            .number(places.values())
            .struct(layout.norm(2)));
    return launches;
  }

  static List<Launch> sums(GroupNormSums op, StepPlaces places) {
    Layout layout = new Layout(places.step(), op.groups());
    Place parts = places.shared();
    Place table = places.output(); // mean, factor and both sums of each channel
    return List.of(
        layout.sums("norm_sums").at(parts, places.input(0)).struct(layout.norm(4)),
        layout.table(table, parts, Place.NONE, Place.NONE, op.epsilon(), 4),
        layout
            .sums("norm_gradient_sums")
            .at(parts, places.input(0), places.input(1), table, places.input(2), places.input(3))
            .real(op.slope())
            .struct(layout.norm(4)),
        Launch.of("norm", "norm_gradient_join")
            .each((long) layout.in.n() * layout.in.c())
            .at(table, parts)
            .struct(layout.norm(4)));
  }

  static List<Launch> gradient(GroupNormGradient op, StepPlaces places) {
    Layout layout = new Layout(places.step(), op.groups());
    Place means = places.shared();
    return List.of(
        Launch.of("norm", "norm_gradient_means")
            .each((long) layout.in.n() * layout.in.c())
            .at(means, places.input(2), places.input(3))
            .struct(layout.norm(4)),
        Launch.of("norm", "norm_gradient")
            .each(places.values())
            .at(places.output(), places.input(0), places.input(1), places.input(2), means)
            .at(places.input(3), places.input(4))
            .real(op.slope())
            .number(places.values())
            .struct(layout.norm(4)));
  }

  static List<Launch> batch(BatchNorm op, StepPlaces places) {
    return List.of(
        Launch.of("norm", "batch_norm")
            .each(places.values())
            .at(places.output(), places.input(0), places.input(1), places.input(2))
            .at(places.input(3), places.input(4))
            .exact(op.epsilon())
            .number(places.values())
            .integer(places.step().inputShape().dim(-1)));
  }
}
