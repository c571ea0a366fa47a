package org.cirr.cuda;

import java.util.List;
import org.cirr.backend.cpu.Step;
import org.cirr.op.SelectiveScan;
import org.cirr.op.SelectiveScanGradient;
import org.cirr.tensor.Shape;

/** Launches of {@code scan.cu}. */
final class ScanKernels {
  private ScanKernels() {}

  private static int[] layout(SelectiveScan op, Step step) {
    Shape u = step.inputShape();
    int states = step.node().inputShapes().get(op.logInput()).dim(1);
    return new int[] {u.dim(0), u.dim(1), u.dim(2), states, op.groups()};
  }

  /** The states of all channels; for the gradient of all times, and what B and C are given. */
  static long sharedLength(Step step) {
    if (step.node().op() instanceof SelectiveScanGradient gradient) {
      int[] s = layout(gradient.scan(), step);
      return 3L * s[0] * s[1] * s[2] * s[3];
    }
    int[] s = layout((SelectiveScan) step.node().op(), step);
    return (long) s[0] * s[2] * s[3];
  }

  private static Launch inputs(Launch launch, SelectiveScan op, StepPlaces places) {
    int log = op.logInput();
    return launch
        .at(places.input(0), places.input(1), places.input(2), places.input(3))
        .at(op.gated() ? places.input(4) : Place.NONE)
        .at(places.input(log))
        .at(op.skip() ? places.input(log + 1) : Place.NONE)
        .at(op.stepBias() ? places.input(biasInput(op)) : Place.NONE);
  }

  private static int biasInput(SelectiveScan op) {
    return op.logInput() + (op.skip() ? 2 : 1);
  }

  static List<Launch> scan(SelectiveScan op, StepPlaces places) {
    int[] s = layout(op, places.step());
    Launch launch =
        Launch.of("scan", "scan").each((long) s[0] * s[2]).at(places.output(), places.shared());
    return List.of(inputs(launch, op, places).struct(s));
  }

  static List<Launch> gradient(SelectiveScan op, StepPlaces places) {
    int[] s = layout(op, places.step());
    int[] starts = starts(op, places.step().node().inputShapes());
    Launch walk =
        Launch.of("scan", "scan_gradient").each(s[2]).at(places.output(), places.shared());
    return List.of(
        inputs(walk, op, places).at(places.input(places.count() - 1)).struct(s).struct(starts),
        Launch.of("scan", "scan_gradient_join")
            .each(2L * s[0] * s[1] * s[3] * s[4])
            .at(places.output(), places.shared())
            .struct(s)
            .struct(starts));
  }

  /** Where the gradients of u, step, B, C, gate, A_log, D and bias begin; −1 for none. */
  private static int[] starts(SelectiveScan op, List<Shape> inputs) {
    int[] input = {
      0,
      1,
      2,
      3,
      op.gated() ? 4 : -1,
      op.logInput(),
      op.skip() ? op.logInput() + 1 : -1,
      op.stepBias() ? biasInput(op) : -1
    };
    int[] starts = new int[input.length];
    for (int i = 0; i < input.length; i++) {
      starts[i] = input[i] < 0 ? -1 : 0;
      for (int before = 0; before < input[i]; before++) {
        starts[i] += inputs.get(before).arrayLength();
      }
    }
    return starts;
  }
}
