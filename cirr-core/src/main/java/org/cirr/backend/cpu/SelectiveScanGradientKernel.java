package org.cirr.backend.cpu;

import java.util.List;
import org.cirr.op.SelectiveScan;
import org.cirr.op.SelectiveScanGradient;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;

/**
 * {@link SelectiveScanGradient} on both backends: channel by channel, forward in time to find the
 * states again and backward to take the gradients, in double.
 */
/*
 * Design. B and C belong to all channels of a group, so a group is a task and keeps their gradients in
 * arrays of its own. The states of one channel are kept for all times: length × states doubles. They
 * are allocated in the run.
 */
public final class SelectiveScanGradientKernel implements Kernel {
  private final SelectiveScan op;
  private final FixedInputs fixed;
  private final int samples;
  private final int length;
  private final int channels;
  private final int states;
  private final int[] start; // of each input's gradient in the output

  /** The kernel of a step. */
  public SelectiveScanGradientKernel(SelectiveScanGradient gradient, Step step) {
    op = gradient.scan();
    fixed = new FixedInputs(step);
    List<Shape> shapes = step.node().inputShapes();
    Shape u = shapes.get(0);
    samples = u.dim(0);
    length = u.dim(1);
    channels = u.dim(2);
    states = shapes.get(op.logInput()).dim(1);
    start = new int[shapes.size()];
    for (int i = 1; i < start.length; i++) {
      start[i] = start[i - 1] + shapes.get(i - 1).arrayLength();
    }
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    fixed.bind(parameters);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    workers.forEach(op.groups(), group -> new Group(operands, group).run());
  }

  /** The work of one group of channels in one run. */
  private final class Group {
    private final View[] inputs;
    private final View output;
    private final int group;
    private final double[] h = new double[(length + 1) * states]; // from time −1 on
    private final double[] dh = new double[states];
    private final double[] b = new double[samples * length * states]; // gradient of B
    private final double[] c = new double[samples * length * states]; // and of C
    private final double[] a = new double[states]; // gradient of A of one channel
    private double skip; // gradient of D of one channel
    private double bias;

    Group(Operands operands, int group) {
      this.inputs = operands.inputs;
      this.output = operands.output;
      this.group = group;
    }

    void run() {
      int perGroup = channels / op.groups();
      for (int d = group * perGroup; d < (group + 1) * perGroup; d++) {
        java.util.Arrays.fill(a, 0);
        skip = 0;
        bias = 0;
        for (int n = 0; n < samples; n++) {
          forward(n, d);
          backward(n, d);
        }
        int log = op.logInput();
        for (int s = 0; s < states; s++) {
          put(log, d * states + s, -a[s] * Math.exp(at(log, d * states + s)));
        }
        if (op.skip()) {
          put(log + 1, d, skip);
        }
        if (op.stepBias()) {
          put(op.skip() ? log + 2 : log + 1, d, bias);
        }
      }
      for (int i = 0; i < b.length; i++) {
        int place = (i / states * op.groups() + group) * states + i % states;
        put(2, place, b[i]);
        put(3, place, c[i]);
      }
    }

    private double at(int input, int index) {
      View view = fixed.get(inputs, input);
      return view.array[view.offset + index];
    }

    private void put(int input, int index, double value) {
      output.array[output.offset + start[input] + index] = (float) value;
    }

    /** The argument of softplus. */
    private double argument(int d, int i) {
      double shift = op.stepBias() ? at(op.logInput() + (op.skip() ? 2 : 1), d) : 0;
      return at(1, i) + shift;
    }

    private double softplus(double x) {
      return x > 20 ? x : Math.log1p(Math.exp(x));
    }

    private int index(int n, int t, int d) {
      return (n * length + t) * channels + d;
    }

    private int place(int n, int t) {
      return ((n * length + t) * op.groups() + group) * states;
    }

    private void forward(int n, int d) {
      for (int t = 0; t < length; t++) {
        int i = index(n, t, d);
        double step = softplus(argument(d, i));
        for (int s = 0; s < states; s++) {
          double decay = Math.exp(-step * Math.exp(at(op.logInput(), d * states + s)));
          h[(t + 1) * states + s] =
              decay * h[t * states + s] + step * at(2, place(n, t) + s) * at(0, i);
        }
      }
    }

    private void backward(int n, int d) {
      java.util.Arrays.fill(dh, 0);
      double through = op.skip() ? at(op.logInput() + 1, d) : 0;
      for (int t = length - 1; t >= 0; t--) {
        int i = index(n, t, d);
        double u = at(0, i);
        double g = gate(n, t, i, through * u);
        skip += g * u;
        double du = g * through;
        double dStep = 0;
        double x = argument(d, i);
        double step = softplus(x);
        for (int s = 0; s < states; s++) {
          double rate = -Math.exp(at(op.logInput(), d * states + s));
          double decay = Math.exp(step * rate);
          double before = h[t * states + s];
          double in = at(2, place(n, t) + s);
          int local = (n * length + t) * states + s;
          c[local] += g * h[(t + 1) * states + s];
          double own = dh[s] + g * at(3, place(n, t) + s);
          b[local] += own * step * u;
          du += own * step * in;
          dStep += own * (in * u + before * rate * decay);
          a[s] += own * before * step * decay;
          dh[s] = own * decay;
        }
        double slope = x > 20 ? 1 : 1 / (1 + Math.exp(-x));
        put(0, i, du);
        put(1, i, dStep * slope);
        bias += dStep * slope;
      }
    }

    /** The gradient before the gate; writes that of the gate. */
    private double gate(int n, int t, int i, double skipped) {
      double g = at(fixed.count() - 1, i);
      if (!op.gated()) {
        return g;
      }
      double y = skipped;
      for (int s = 0; s < states; s++) {
        y += at(3, place(n, t) + s) * h[(t + 1) * states + s];
      }
      double z = at(4, i);
      double sigmoid = 1 / (1 + Math.exp(-z));
      put(4, i, g * y * sigmoid * (1 + z * (1 - sigmoid)));
      return g * z * sigmoid;
    }
  }

  @Override
  public String describe() {
    return "a group at a time";
  }

  @Override
  public long weightBytes() {
    return fixed.bytes();
  }
}
