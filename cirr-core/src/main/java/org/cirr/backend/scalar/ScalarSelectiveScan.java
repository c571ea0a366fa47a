package org.cirr.backend.scalar;

import org.cirr.backend.cpu.FixedInputs;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.SelectiveScan;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;

/** {@link SelectiveScan}: channel by channel, one time step after another. */
final class ScalarSelectiveScan implements Kernel {
  private final SelectiveScan op;
  private final FixedInputs fixed;
  private final int samples;
  private final int length;
  private final int channels;
  private final int states;

  ScalarSelectiveScan(SelectiveScan op, Step step) {
    this.op = op;
    fixed = new FixedInputs(step);
    Shape u = step.inputShape();
    samples = u.dim(0);
    length = u.dim(1);
    channels = u.dim(2);
    states = step.node().inputShapes().get(op.logInput()).dim(1);
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    fixed.bind(parameters);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    workers.forEach(
        samples * channels, index -> channel(inputs, output, index / channels, index % channels));
  }

  private void channel(View[] inputs, View output, int n, int d) {
    int a = op.logInput();
    int group = d / (channels / op.groups());
    double skip = op.skip() ? at(inputs, a + 1, d) : 0;
    double bias = op.stepBias() ? at(inputs, op.skip() ? a + 2 : a + 1, d) : 0;
    double[] h = new double[states];
    for (int t = 0; t < length; t++) {
      int i = (n * length + t) * channels + d;
      int j = (n * length + t) * op.groups() * states + group * states;
      double u = at(inputs, 0, i);
      double x = at(inputs, 1, i) + bias;
      double step = x > 20 ? x : Math.log1p(Math.exp(x));
      double y = skip * u;
      for (int s = 0; s < states; s++) {
        double decay = Math.exp(-step * Math.exp(at(inputs, a, d * states + s)));
        h[s] = decay * h[s] + step * at(inputs, 2, j + s) * u;
        y += at(inputs, 3, j + s) * h[s];
      }
      if (op.gated()) {
        double z = at(inputs, 4, i);
        y *= z / (1 + Math.exp(-z));
      }
      output.array[output.offset + i] = (float) y;
    }
  }

  private double at(View[] inputs, int input, int index) {
    View view = fixed.get(inputs, input);
    return view.array[view.offset + index];
  }

  @Override
  public String describe() {
    return "plain loops";
  }
}
