package org.cirr.backend.scalar;

import org.cirr.backend.cpu.FixedInputs;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Rearrangement;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;

/** The ops that only move values: for every output position, where it comes from. */
final class ScalarRearrange implements Kernel {
  private final Rearrangement rearrangement;
  private final FixedInputs fixed;

  ScalarRearrange(Step step) {
    rearrangement = Rearrangement.of(step.node().op(), step);
    fixed = new FixedInputs(step);
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    fixed.bind(parameters);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    View in = fixed.get(inputs, 0);
    int run = rearrangement.run();
    int positions = rearrangement.positions(rearrangement.extents().length);
    for (int position = 0; position < positions; position++) {
      int source = rearrangement.source(position);
      for (int i = 0; i < run; i++) {
        output.array[output.offset + position * run + i] =
            source < 0 ? rearrangement.fill() : in.array[in.offset + source + i];
      }
    }
  }

  @Override
  public String describe() {
    return "plain loops";
  }
}
