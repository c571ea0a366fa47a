package org.cirr.cuda;

import java.util.List;
import org.cirr.op.LayerNormGradient;
import org.cirr.tensor.Shape;

/** Launches of {@code rows.cu}. */
final class RowKernels {
  private static final int WARP = 32;
  private static final int ROWS = 8; // of a block

  private RowKernels() {}

  private static int width(StepPlaces places) {
    return places.step().inputShape().dim(-1);
  }

  private static long rows(StepPlaces places) {
    Shape in = places.step().inputShape();
    return in.elements() == 0 ? 0 : in.elements() / in.dim(-1);
  }

  /** A warp for each row. */
  private static Launch launch(String kernel, StepPlaces places) {
    return Launch.of("rows", kernel)
        .grid((rows(places) + ROWS - 1) / ROWS, 1, 1)
        .block(WARP, ROWS)
        .at(places.output(), places.input(0));
  }

  static List<Launch> norm(double epsilon, boolean centred, StepPlaces places) {
    return List.of(
        launch("layer_norm", places)
            .at(places.input(1), places.input(2))
            .exact(epsilon)
            .number(rows(places))
            .integer(width(places))
            .integer(centred ? 1 : 0));
  }

  static List<Launch> normGradient(LayerNormGradient op, StepPlaces places) {
    return List.of(
        launch("layer_norm_gradient", places)
            .at(places.input(1), places.input(2))
            .exact(op.epsilon())
            .number(rows(places))
            .integer(width(places))
            .integer(op.centred() ? 1 : 0));
  }

  static List<Launch> softmax(boolean logarithmic, StepPlaces places) {
    return List.of(
        launch("softmax", places)
            .number(rows(places))
            .integer(width(places))
            .integer(logarithmic ? 1 : 0));
  }

  static List<Launch> softmaxGradient(boolean logarithmic, StepPlaces places) {
    return List.of(
        launch("softmax_gradient", places)
            .at(places.input(1))
            .number(rows(places))
            .integer(width(places))
            .integer(logarithmic ? 1 : 0));
  }

  static List<Launch> argMax(StepPlaces places) {
    return List.of(
        Launch.of("rows", "arg_max")
            .each(places.values())
            .at(places.output(), places.input(0))
            .number(places.values())
            .integer(width(places)));
  }
}
