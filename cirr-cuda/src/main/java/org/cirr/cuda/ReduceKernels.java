package org.cirr.cuda;

import java.util.List;
import org.cirr.backend.cpu.Reduction;
import org.cirr.op.Reduce;

/** Launches of {@code reduce.cu}. */
final class ReduceKernels {
  /** From so many joined values on, and with at most so many outputs, a block joins them. */
  private static final int MANY_VALUES = 256;

  private static final int FEW_OUTPUTS = 1 << 15;

  private ReduceKernels() {}

  static List<Launch> reduce(Reduce op, StepPlaces places) {
    Reduction r = Reduction.of(op, places.step());
    int[] reduction =
        CudaKernels.joined(
            new int[] {Math.max(1, r.inner()), r.count(), r.keptExtents().length},
            CudaKernels.axes(op, r.keptExtents()),
            CudaKernels.axes(op, r.keptStrides()),
            CudaKernels.one(r.extents().length),
            CudaKernels.axes(op, r.extents()),
            CudaKernels.axes(op, r.strides()));
    boolean few = r.count() >= MANY_VALUES && r.outputs() <= FEW_OUTPUTS;
    Launch launch =
        few
            ? Launch.of("reduce", "reduce_few").grid(r.outputs(), 1, 1)
            : Launch.of("reduce", "reduce_many").each(r.outputs());
    return List.of(
        launch
            .at(places.output(), places.input(0))
            .number(r.outputs())
            .integer(kind(op.kind()))
            .struct(reduction));
  }

  /** The order of {@code Kind} in reduce.cu. */
  private static int kind(Reduce.Kind kind) {
    return switch (kind) {
      case SUM -> 0;
      case MEAN -> 1;
      case MAX -> 2;
      case MIN -> 3;
    };
  }
}
