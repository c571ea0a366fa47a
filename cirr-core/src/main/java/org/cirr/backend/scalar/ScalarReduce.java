package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Reduction;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.Reduce;
import org.cirr.parallel.Workers;

/** {@link Reduce}: for every output value, one input value after another. */
final class ScalarReduce implements Kernel {
  private final Reduce.Kind kind;
  private final Reduction reduction;

  ScalarReduce(Reduce op, Step step) {
    kind = op.kind();
    reduction = Reduction.of(op, step);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    workers.forEach(
        reduction.outputs(),
        i -> {
          int first = reduction.start(i / reduction.inner()) + i % reduction.inner();
          output.array[output.offset + i] = (float) value(inputs[0], first);
        });
  }

  private double value(View in, int first) {
    int count = reduction.count();
    double value =
        switch (kind) {
          case SUM, MEAN -> 0;
          case MAX -> Double.NEGATIVE_INFINITY;
          case MIN -> Double.POSITIVE_INFINITY;
        };
    for (int k = 0; k < count; k++) {
      double x = in.array[in.offset + first + reduction.joined(k)];
      value =
          switch (kind) {
            case SUM, MEAN -> value + x;
            case MAX -> Math.max(value, x);
            case MIN -> Math.min(value, x);
          };
    }
    return kind == Reduce.Kind.MEAN ? value / count : value;
  }

  @Override
  public String describe() {
    return "plain loops";
  }
}
