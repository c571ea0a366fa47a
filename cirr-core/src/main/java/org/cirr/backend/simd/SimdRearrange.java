package org.cirr.backend.simd;

import java.util.Arrays;
import java.util.Optional;
import org.cirr.backend.cpu.FixedInputs;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Rearrangement;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;

/** The ops that only move values: block copies of runs. */
/*
 * Design. The plain form is ScalarRearrange. Where every axis counts evenly, BoxCopy does it. Else a
 * line is the last of the axes; where it begins is looked
 * up once, and then one table entry and one block copy make each run. Nothing is moved where the
 * output already lies where the input does (a reshape in the arena).
 */
final class SimdRearrange implements Kernel {
  private static final int CHUNK = 1 << 15; // elements

  private final Rearrangement rearrangement;
  private final FixedInputs fixed;
  private final int lineTable; // of the last axis
  private final int lineFactor;
  private final int lineLength; // runs in a line
  private final int[] outer; // the tables that no last axis looks into
  private final Chunks lines;
  private final Chunks pieces; // of the only run, where there are no axes
  private final Optional<BoxCopy> box;

  SimdRearrange(Step step) {
    rearrangement = Rearrangement.of(step.node().op(), step);
    fixed = new FixedInputs(step);
    int axes = rearrangement.extents().length;
    lineTable = axes == 0 ? -1 : rearrangement.table()[axes - 1];
    lineFactor = axes == 0 ? 0 : rearrangement.factor()[axes - 1];
    lineLength = axes == 0 ? 1 : rearrangement.extents()[axes - 1];
    outer =
        java.util.stream.IntStream.range(0, rearrangement.tables().length)
            .filter(which -> which != lineTable && rearrangement.used(which))
            .toArray();
    int count = rearrangement.positions(Math.max(0, axes - 1));
    long elements = Math.max(1, (long) lineLength * rearrangement.run());
    lines = new Chunks(count, (int) Math.max(1, CHUNK / elements));
    pieces = new Chunks(rearrangement.run(), CHUNK);
    box = BoxCopy.of(rearrangement);
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
    if (lineTable < 0) {
      copy(in, output, workers);
      return;
    }
    if (box.isPresent()) {
      box.get().run(in, output, workers);
      return;
    }
    workers.forEach(
        lines.count(),
        chunk -> {
          for (int line = lines.from(chunk); line < lines.to(chunk); line++) {
            line(in, output, line);
          }
        });
  }

  private void copy(View in, View output, Workers workers) {
    if (in.array == output.array && in.offset == output.offset) {
      return;
    }
    workers.forEach(
        pieces.count(),
        piece ->
            System.arraycopy(
                in.array,
                in.offset + pieces.from(piece),
                output.array,
                output.offset + pieces.from(piece),
                pieces.count(piece)));
  }

  private void line(View in, View output, int line) {
    int run = rearrangement.run();
    int axes = rearrangement.extents().length - 1;
    int to = output.offset + line * lineLength * run;
    int base = in.offset;
    for (int which : outer) {
      int offset = rearrangement.tables()[which][rearrangement.entry(which, line, axes)];
      if (offset < 0) {
        Arrays.fill(output.array, to, to + lineLength * run, rearrangement.fill());
        return;
      }
      base += offset;
    }
    int[] table = rearrangement.tables()[lineTable];
    int entry = rearrangement.entry(lineTable, line, axes);
    for (int k = 0; k < lineLength; k++, entry += lineFactor, to += run) {
      int offset = table[entry];
      if (offset < 0) {
        Arrays.fill(output.array, to, to + run, rearrangement.fill());
      } else if (run == 1) {
        output.array[to] = in.array[base + offset];
      } else {
        System.arraycopy(in.array, base + offset, output.array, to, run);
      }
    }
  }

  @Override
  public String describe() {
    return box.map(BoxCopy::describe).orElse("runs of " + rearrangement.run());
  }
}
