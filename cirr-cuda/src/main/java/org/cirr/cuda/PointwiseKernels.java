package org.cirr.cuda;

import java.util.List;
import org.cirr.backend.cpu.Broadcast;
import org.cirr.op.Add;
import org.cirr.op.Divide;
import org.cirr.op.Multiply;
import org.cirr.op.Op;
import org.cirr.op.PRelu;
import org.cirr.op.Subtract;
import org.cirr.tensor.Shape;

/** Launches of {@code pointwise.cu} and {@code broadcast.cu}. */
final class PointwiseKernels {
  /** The order of {@code Pair} in broadcast.cu. */
  private static final List<Class<? extends Op>> PAIRS =
      List.of(Add.class, Divide.class, Multiply.class, PRelu.class, Subtract.class);

  private PointwiseKernels() {}

  static List<Launch> function(PointwiseFunction function, StepPlaces places) {
    return List.of(
        Launch.of("pointwise", "pointwise")
            .each(places.values())
            .at(places.output(), places.input(0))
            .number(places.values())
            .integer(function.code().ordinal())
            .real(function.a())
            .real(function.b()));
  }

  static List<Launch> gradient(PointwiseFunction function, StepPlaces places) {
    return List.of(
        Launch.of("pointwise", "pointwise_gradient")
            .each(places.values())
            .at(places.output(), places.input(0), places.input(1))
            .number(places.values())
            .integer(function.code().ordinal())
            .real(function.a())
            .real(function.b()));
  }

  /** Whether the op takes two numbers to one. */
  static boolean joins(Op op) {
    return PAIRS.contains(op.getClass());
  }

  static List<Launch> pair(Op op, StepPlaces places) {
    List<Shape> shapes = places.step().node().inputShapes();
    Broadcast b = Broadcast.of(places.step().node().shape(), shapes.get(0), shapes.get(1));
    int[] shape =
        CudaKernels.joined(
            new int[] {b.length(), b.step()[0], b.step()[1], b.extents().length},
            CudaKernels.axes(op, b.extents()),
            CudaKernels.axes(op, b.strides()[0]),
            CudaKernels.axes(op, b.strides()[1]));
    return List.of(
        Launch.of("broadcast", "broadcast")
            .each(places.values())
            .at(places.output(), places.input(0), places.input(1))
            .number(places.values())
            .integer(PAIRS.indexOf(op.getClass()))
            .struct(shape));
  }
}
