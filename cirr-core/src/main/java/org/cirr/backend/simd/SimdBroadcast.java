package org.cirr.backend.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Broadcast;
import org.cirr.backend.cpu.FixedInputs;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.Add;
import org.cirr.op.Divide;
import org.cirr.op.Multiply;
import org.cirr.op.Op;
import org.cirr.op.PRelu;
import org.cirr.op.Subtract;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;

/** The ops that take two numbers to one, with an activation fused behind them. */
/*
 * Design. The plain form is ScalarBroadcast. Tasks are pieces of the runs of a Broadcast: long runs
 * are cut, short ones go together. An operand that stands still along a run is repeated over one
 * vector of scratch and read from there with a step of 0, so that there is one loop per op.
 */
final class SimdBroadcast implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;
  private static final int CHUNK = 1 << 15; // elements

  /** What is done to the two numbers. */
  private enum Kind {
    ADD,
    DIVIDE,
    MULTIPLY,
    PRELU,
    SUBTRACT
  }

  private final FixedInputs fixed;
  private final Broadcast broadcast;
  private final Kind kind;
  private final Activation activation;
  private final Chunks pieces; // of one run
  private final Chunks runs;

  SimdBroadcast(Step step) {
    fixed = new FixedInputs(step);
    Shape a = step.node().inputShapes().get(0);
    Shape b = step.node().inputShapes().get(1);
    broadcast = Broadcast.of(step.node().shape(), a, b);
    kind = kind(step.node().op());
    activation = Activation.of(step.activation());
    pieces = new Chunks(broadcast.length(), CHUNK);
    runs = new Chunks(broadcast.runs(), Math.max(1, CHUNK / Math.max(1, broadcast.length())));
  }

  static boolean knows(Op op) {
    return kind(op) != null;
  }

  private static Kind kind(Op op) {
    if (op instanceof Add) {
      return Kind.ADD;
    } else if (op instanceof Divide) {
      return Kind.DIVIDE;
    } else if (op instanceof Multiply) {
      return Kind.MULTIPLY;
    } else if (op instanceof PRelu) {
      return Kind.PRELU;
    }
    return op instanceof Subtract ? Kind.SUBTRACT : null;
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    fixed.bind(parameters);
  }

  @Override
  public long scratchLength() {
    return 2L * LANES;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    float[][] scratch = operands.scratch;
    View a = fixed.get(inputs, 0);
    View b = fixed.get(inputs, 1);
    workers.forEach(
        runs.count() * pieces.count(),
        (slot, task) -> {
          int chunk = task / pieces.count();
          int piece = task % pieces.count();
          for (int run = runs.from(chunk); run < runs.to(chunk); run++) {
            piece(a, b, output, scratch[slot], run, pieces.from(piece), pieces.count(piece));
          }
        });
  }

  private void piece(View a, View b, View output, float[] scratch, int run, int from, int count) {
    int to = output.offset + run * broadcast.length() + from;
    int i = a.offset + broadcast.start(0, run) + from * broadcast.step()[0];
    int j = b.offset + broadcast.start(1, run) + from * broadcast.step()[1];
    float[] x = a.array;
    float[] y = b.array;
    if (broadcast.step()[0] == 0) {
      Arrays.fill(scratch, 0, LANES, x[i]);
      x = scratch;
      i = 0;
    }
    if (broadcast.step()[1] == 0) {
      Arrays.fill(scratch, LANES, 2 * LANES, y[j]);
      y = scratch;
      j = LANES;
    }
    vectors(x, i, y, j, output.array, to, count - count % LANES);
    for (int k = count - count % LANES; k < count; k++) {
      float value = one(x[i + k * broadcast.step()[0]], y[j + k * broadcast.step()[1]]);
      output.array[to + k] = activation.apply(value);
    }
  }

  private float one(float a, float b) {
    return switch (kind) {
      case ADD -> a + b;
      case DIVIDE -> a / b;
      case MULTIPLY -> a * b;
      case PRELU -> a < 0 ? a * b : a;
      case SUBTRACT -> a - b;
    };
  }

  private void vectors(float[] a, int i, float[] b, int j, float[] out, int to, int count) {
    int s = broadcast.step()[0];
    int t = broadcast.step()[1];
    switch (kind) {
      case ADD -> {
        for (int k = 0; k < count; k += LANES) {
          FloatVector x = FloatVector.fromArray(F, a, i + k * s);
          FloatVector y = FloatVector.fromArray(F, b, j + k * t);
          activation.apply(x.add(y)).intoArray(out, to + k);
        }
      }
      case DIVIDE -> {
        for (int k = 0; k < count; k += LANES) {
          FloatVector x = FloatVector.fromArray(F, a, i + k * s);
          FloatVector y = FloatVector.fromArray(F, b, j + k * t);
          activation.apply(x.div(y)).intoArray(out, to + k);
        }
      }
      case MULTIPLY -> {
        for (int k = 0; k < count; k += LANES) {
          FloatVector x = FloatVector.fromArray(F, a, i + k * s);
          FloatVector y = FloatVector.fromArray(F, b, j + k * t);
          activation.apply(x.mul(y)).intoArray(out, to + k);
        }
      }
      case PRELU -> {
        for (int k = 0; k < count; k += LANES) {
          FloatVector x = FloatVector.fromArray(F, a, i + k * s);
          FloatVector y = FloatVector.fromArray(F, b, j + k * t);
          FloatVector sloped = x.blend(x.mul(y), x.compare(VectorOperators.LT, 0f));
          activation.apply(sloped).intoArray(out, to + k);
        }
      }
      case SUBTRACT -> {
        for (int k = 0; k < count; k += LANES) {
          FloatVector x = FloatVector.fromArray(F, a, i + k * s);
          FloatVector y = FloatVector.fromArray(F, b, j + k * t);
          activation.apply(x.sub(y)).intoArray(out, to + k);
        }
      }
    }
  }

  @Override
  public String describe() {
    return "runs of " + broadcast.length();
  }

  @Override
  public long weightBytes() {
    return fixed.bytes();
  }
}
