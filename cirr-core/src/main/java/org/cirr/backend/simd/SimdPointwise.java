package org.cirr.backend.simd;

import java.util.function.DoubleUnaryOperator;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.Clamp;
import org.cirr.op.Cos;
import org.cirr.op.Elu;
import org.cirr.op.Exp;
import org.cirr.op.Gelu;
import org.cirr.op.HardSigmoid;
import org.cirr.op.HardSwish;
import org.cirr.op.Log;
import org.cirr.op.Op;
import org.cirr.op.Sigmoid;
import org.cirr.op.Silu;
import org.cirr.op.Sin;
import org.cirr.op.Softplus;
import org.cirr.op.Sqrt;
import org.cirr.op.Tanh;
import org.cirr.parallel.Workers;

/** The ops that are a function of one number, a vector at a time. */
/*
 * Design. The plain form is ScalarPointwise. One loop per function: a loop over a function object
 * would make an object of every vector. The last values that do not fill a vector are computed in one
 * that is filled up, so that a value does not depend on where it stands.
 *
 * Logarithm, sine and cosine are for a handful of values (time steps, positions) and go one by one.
 */
final class SimdPointwise implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;
  private static final int CHUNK = 1 << 13; // elements

  private final Chunks chunks;
  private final Op op;

  SimdPointwise(Step step) {
    chunks = new Chunks(step.result().shape().arrayLength(), CHUNK);
    op = step.node().op();
  }

  static boolean knows(Op op) {
    return op instanceof Clamp
        || op instanceof Elu
        || op instanceof Exp
        || op instanceof Gelu
        || op instanceof HardSigmoid
        || op instanceof HardSwish
        || op instanceof Sigmoid
        || op instanceof Silu
        || op instanceof Softplus
        || op instanceof Sqrt
        || op instanceof Tanh
        || oneByOne(op) != null;
  }

  private static DoubleUnaryOperator oneByOne(Op op) {
    if (op instanceof Cos) {
      return Math::cos;
    } else if (op instanceof Log) {
      return Math::log;
    }
    return op instanceof Sin ? Math::sin : null;
  }

  @Override
  public long scratchLength() {
    return LANES;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    float[][] scratch = operands.scratch;
    View in = inputs[0];
    workers.forEach(
        chunks.count(),
        (slot, chunk) -> {
          int from = in.offset + chunks.from(chunk);
          int to = output.offset + chunks.from(chunk);
          int count = chunks.count(chunk);
          int whole = count - count % LANES;
          apply(in.array, from, output.array, to, whole);
          if (whole < count) {
            float[] tail = scratch[slot];
            java.util.Arrays.fill(tail, 0, LANES, 0);
            System.arraycopy(in.array, from + whole, tail, 0, count - whole);
            apply(tail, 0, tail, 0, LANES);
            System.arraycopy(tail, 0, output.array, to + whole, count - whole);
          }
        });
  }

  /** The function of {@code count} values, a multiple of the lanes. */
  private void apply(float[] in, int from, float[] out, int to, int count) {
    if (op instanceof Clamp clamp) {
      clamp(in, from, out, to, count, (float) clamp.low(), (float) clamp.high());
    } else if (op instanceof Elu elu) {
      elu(in, from, out, to, count, (float) elu.alpha());
    } else if (op instanceof Exp) {
      exp(in, from, out, to, count);
    } else if (op instanceof Gelu gelu && gelu.form() == Gelu.Form.EXACT) {
      gelu(in, from, out, to, count);
    } else if (op instanceof Gelu) {
      geluTanh(in, from, out, to, count);
    } else if (op instanceof HardSigmoid) {
      hardSigmoid(in, from, out, to, count);
    } else if (op instanceof HardSwish) {
      hardSwish(in, from, out, to, count);
    } else if (op instanceof Sigmoid) {
      sigmoid(in, from, out, to, count);
    } else if (op instanceof Silu) {
      silu(in, from, out, to, count);
    } else if (op instanceof Softplus) {
      softplus(in, from, out, to, count);
    } else if (op instanceof Sqrt) {
      sqrt(in, from, out, to, count);
    } else if (op instanceof Tanh) {
      tanh(in, from, out, to, count);
    } else {
      DoubleUnaryOperator function = oneByOne(op);
      for (int i = 0; i < count; i++) {
        out[to + i] = (float) function.applyAsDouble(in[from + i]);
      }
    }
  }

  private static void clamp(
      float[] in, int from, float[] out, int to, int count, float low, float high) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector x = FloatVector.fromArray(F, in, from + i);
      x.max(low).min(high).intoArray(out, to + i);
    }
  }

  private static void elu(float[] in, int from, float[] out, int to, int count, float alpha) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector x = FloatVector.fromArray(F, in, from + i);
      FloatVector negative = VectorMath.expm1OfNegative(x).mul(alpha);
      negative.blend(x, x.compare(VectorOperators.GT, 0f)).intoArray(out, to + i);
    }
  }

  private static void exp(float[] in, int from, float[] out, int to, int count) {
    for (int i = 0; i < count; i += LANES) {
      VectorMath.exp(FloatVector.fromArray(F, in, from + i)).intoArray(out, to + i);
    }
  }

  private static void gelu(float[] in, int from, float[] out, int to, int count) {
    for (int i = 0; i < count; i += LANES) {
      VectorMath.gelu(FloatVector.fromArray(F, in, from + i)).intoArray(out, to + i);
    }
  }

  private static void geluTanh(float[] in, int from, float[] out, int to, int count) {
    for (int i = 0; i < count; i += LANES) {
      VectorMath.geluTanh(FloatVector.fromArray(F, in, from + i)).intoArray(out, to + i);
    }
  }

  private static void hardSigmoid(float[] in, int from, float[] out, int to, int count) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector x = FloatVector.fromArray(F, in, from + i);
      x.add(3f).max(0f).min(6f).mul(1 / 6f).intoArray(out, to + i);
    }
  }

  private static void hardSwish(float[] in, int from, float[] out, int to, int count) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector x = FloatVector.fromArray(F, in, from + i);
      x.add(3f).max(0f).min(6f).mul(1 / 6f).mul(x).intoArray(out, to + i);
    }
  }

  private static void sigmoid(float[] in, int from, float[] out, int to, int count) {
    for (int i = 0; i < count; i += LANES) {
      VectorMath.sigmoid(FloatVector.fromArray(F, in, from + i)).intoArray(out, to + i);
    }
  }

  private static void silu(float[] in, int from, float[] out, int to, int count) {
    for (int i = 0; i < count; i += LANES) {
      VectorMath.silu(FloatVector.fromArray(F, in, from + i)).intoArray(out, to + i);
    }
  }

  private static void softplus(float[] in, int from, float[] out, int to, int count) {
    for (int i = 0; i < count; i += LANES) {
      VectorMath.softplus(FloatVector.fromArray(F, in, from + i)).intoArray(out, to + i);
    }
  }

  private static void sqrt(float[] in, int from, float[] out, int to, int count) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector.fromArray(F, in, from + i).sqrt().intoArray(out, to + i);
    }
  }

  private static void tanh(float[] in, int from, float[] out, int to, int count) {
    for (int i = 0; i < count; i += LANES) {
      VectorMath.tanh(FloatVector.fromArray(F, in, from + i)).intoArray(out, to + i);
    }
  }

  @Override
  public String describe() {
    return oneByOne(op) == null ? "one pass" : "one by one";
  }
}
