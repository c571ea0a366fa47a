package org.cirr.io.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cirr.io.file.MalformedFileException;
import org.cirr.tensor.Tensor;

/**
 * The mean of the weights of networks that began with the same ones, such as those before and after
 * fine-tuning: it keeps much of what both are good at.
 *
 * <p><b>Source</b>: Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022, and
 * "Model soups", ICML 2022.
 */
public final class WeightAverage {
  private WeightAverage() {}

  /**
   * The mean of a checkpoint's weights and those of others, every one counted alike. Summed in
   * double precision; without others, the weights as they are. Names are those of {@link
   * Weights#canonical()}.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} naming the first file that is damaged, or
   * lacks a weight or has it in another shape, and other {@link IOException}s for one that cannot
   * be read; weights that only others have are left out.
   *
   * @param others checkpoints of cirr, nnU-Net or another program with the same names
   */
  public static Map<String, Tensor> of(Weights checkpoint, List<Path> others) throws IOException {
    Weights weights = checkpoint.canonical();
    Map<String, double[]> sums = new LinkedHashMap<>();
    for (Path other : others) {
      add(other, weights, sums);
    }
    Map<String, Tensor> means = new LinkedHashMap<>();
    for (String name : weights.names()) {
      Tensor own = weights.get(name);
      double[] sum = sums.get(name);
      means.put(name, sum == null ? own : mean(own, sum, others.size() + 1));
    }
    return means;
  }

  private static void add(Path file, Weights like, Map<String, double[]> sums) throws IOException {
    Weights more = Checkpoint.read(file).weights().canonical();
    for (String name : like.names()) {
      boolean there = more.contains(name);
      if (!there || !more.shape(name).equals(like.shape(name))) {
        throw new MalformedFileException(
            file,
            "tensor " + name,
            there
                ? "has shape " + more.shape(name) + ", but the model has " + like.shape(name)
                : "is missing",
            "average checkpoints of one network only");
      }
      float[] values = more.get(name).array();
      double[] sum = sums.computeIfAbsent(name, ignored -> new double[values.length]);
      Arrays.setAll(sum, i -> sum[i] + values[i]);
    }
  }

  private static Tensor mean(Tensor own, double[] others, int count) {
    float[] values = new float[others.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((own.array()[i] + others[i]) / count);
    }
    return Tensor.of(own.shape(), values);
  }
}
