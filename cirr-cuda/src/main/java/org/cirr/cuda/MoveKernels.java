package org.cirr.cuda;

import java.util.ArrayList;
import java.util.List;
import org.cirr.backend.cpu.Joint;
import org.cirr.backend.cpu.Rearrangement;
import org.cirr.op.Concat;
import org.cirr.op.Op;
import org.cirr.op.ScatterAdd;
import org.cirr.tensor.Shape;

/** Launches of {@code move.cu}. */
final class MoveKernels {
  private MoveKernels() {}

  static List<Launch> rearrange(Op op, StepPlaces places) {
    Rearrangement moves =
        Rearrangement.of(op, places.step().inputShape(), places.step().node().shape());
    return rearrange(op, moves, places);
  }

  /** The launch of any rearrangement of the step's first input into its output. */
  static List<Launch> rearrange(Op op, Rearrangement moves, StepPlaces places) {
    int[][] tables = moves.tables();
    int[] start = new int[tables.length];
    int length = 0;
    for (int i = 0; i < tables.length; i++) {
      start[i] = moves.used(i) ? length : -1;
      length += moves.used(i) ? tables[i].length : 0;
    }
    int[] all = new int[length];
    for (int i = 0; i < tables.length; i++) {
      if (start[i] >= 0) {
        System.arraycopy(tables[i], 0, all, start[i], tables[i].length);
      }
    }
    int[] layout =
        CudaKernels.joined(
            new int[] {Math.max(1, moves.run()), moves.extents().length, tables.length},
            CudaKernels.axes(op, moves.extents()),
            CudaKernels.axes(op, moves.table()),
            CudaKernels.axes(op, moves.factor()),
            CudaKernels.axes(op, start));
    return List.of(
        Launch.of("move", "rearrange")
            .each(places.values())
            .at(places.output(), places.input(0), places.table(all))
            .number(places.values())
            .real(moves.fill())
            .struct(layout));
  }

  static List<Launch> concat(Concat op, StepPlaces places) {
    Joint joint = Joint.of(op, places.step());
    List<Launch> launches = new ArrayList<>();
    long first = 0;
    for (int i = 0; i < joint.lengths().length; i++) {
      long length = joint.lengths()[i];
      launches.add(
          Launch.of("move", "concat")
              .each(joint.rows() * length)
              .at(places.output(), places.input(i))
              .number(joint.rows() * length)
              .number(length)
              .number(joint.total())
              .number(first));
      first += length;
    }
    return launches;
  }

  static List<Launch> gather(StepPlaces places) {
    Shape table = places.step().node().inputShapes().get(0);
    return List.of(
        Launch.of("move", "gather")
            .each(places.values())
            .at(places.output(), places.input(0), places.input(1))
            .number(places.values())
            .integer(table.dim(0))
            .integer(table.dim(1)));
  }

  static List<Launch> scatterAdd(ScatterAdd op, StepPlaces places) {
    return List.of(
        Launch.of("move", "scatter_add")
            .each(places.values())
            .at(places.output(), places.input(0), places.input(1))
            .number(places.values())
            .integer(op.rows())
            .integer(places.step().node().shape().dim(1))
            .integer(places.step().node().inputShapes().get(0).arrayLength()));
  }
}
