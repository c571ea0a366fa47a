package org.cirr.backend.simd;

import java.util.function.Function;
import org.cirr.backend.cpu.FixedInputs;
import org.cirr.backend.cpu.Joint;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.graph.Node;
import org.cirr.op.Concat;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/** {@link Concat}: block copies, row by row. */
final class SimdConcat implements Kernel {
  private static final int CHUNK = 1 << 17; // elements

  private final Joint joint;
  private final FixedInputs fixed;
  private final Chunks rows;

  SimdConcat(Concat op, Step step, Function<Node, Tensor> parameters) {
    joint = Joint.of(op, step);
    fixed = new FixedInputs(step, parameters);
    rows = new Chunks(joint.rows(), Math.max(1, CHUNK / Math.max(1, joint.total())));
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    workers.forEach(
        rows.count(),
        chunk -> {
          int first = 0;
          for (int i = 0; i < joint.lengths().length; i++) {
            View in = fixed.get(inputs, i);
            int length = joint.lengths()[i];
            for (int row = rows.from(chunk); row < rows.to(chunk); row++) {
              System.arraycopy(
                  in.array,
                  in.offset + row * length,
                  output.array,
                  output.offset + row * joint.total() + first,
                  length);
            }
            first += length;
          }
        });
  }

  @Override
  public String describe() {
    return "block copies";
  }

  @Override
  public long weightBytes() {
    return fixed.bytes();
  }
}
