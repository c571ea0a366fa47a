package org.cirr.backend.scalar;

import org.cirr.backend.cpu.AttentionLayout;
import org.cirr.backend.cpu.FixedInputs;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.Attention;
import org.cirr.parallel.Workers;

/** {@link Attention}: for every query, its scores with all keys, their softmax, the mean value. */
final class ScalarAttention implements Kernel {
  /** Added to the score of two tokens of different regions. */
  private static final double APART = -100;

  private final Attention op;
  private final AttentionLayout layout;
  private final FixedInputs fixed;

  ScalarAttention(Attention op, Step step) {
    this.op = op;
    layout = AttentionLayout.of(op, step);
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
    workers.forEach(
        layout.samples() * layout.heads(),
        index -> {
          double[] scores = new double[layout.keys()];
          for (int l = 0; l < layout.queries(); l++) {
            query(inputs, output, scores, index / layout.heads(), index % layout.heads(), l);
          }
        });
  }

  private void query(View[] inputs, View output, double[] scores, int n, int head, int l) {
    double max = Double.NEGATIVE_INFINITY;
    for (int s = 0; s < scores.length; s++) {
      scores[s] = score(inputs, n, head, l, s);
      max = Math.max(max, scores[s]);
    }
    double sum = 0;
    for (int s = 0; s < scores.length; s++) {
      scores[s] = Math.exp(scores[s] - max);
      sum += scores[s];
    }
    View values = fixed.get(inputs, layout.input()[2]);
    int width = layout.width();
    int to = output.offset + ((n * layout.queries() + l) * layout.heads() + head) * width;
    for (int c = 0; c < width; c++) {
      double mean = 0;
      for (int s = 0; s < scores.length; s++) {
        mean += scores[s] / sum * values.array[values.offset + layout.at(2, n, head, s) + c];
      }
      output.array[to + c] = (float) mean;
    }
  }

  private double score(View[] inputs, int n, int head, int l, int s) {
    View queries = fixed.get(inputs, layout.input()[0]);
    View keys = fixed.get(inputs, layout.input()[1]);
    int q = queries.offset + layout.at(0, n, head, l);
    int k = keys.offset + layout.at(1, n, head, s);
    double score = 0;
    for (int i = 0; i < layout.depth(); i++) {
      score += (double) queries.array[q + i] * keys.array[k + i];
    }
    score *= op.scale();
    if (op.bias()) {
      View bias = fixed.get(inputs, layout.biasInput());
      int at = bias.offset + layout.biasAt(n, head, l) + s * layout.biasStride()[3];
      score += bias.array[at];
    }
    if (op.regions()) {
      View regions = fixed.get(inputs, fixed.count() - 1);
      int at = regions.offset + layout.regionsAt(n);
      score += regions.array[at + l] == regions.array[at + s] ? 0 : APART;
    }
    return score;
  }

  @Override
  public String describe() {
    return "plain loops";
  }

  @Override
  public long weightBytes() {
    return fixed.bytes();
  }
}
