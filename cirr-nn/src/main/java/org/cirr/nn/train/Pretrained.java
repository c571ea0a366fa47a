package org.cirr.nn.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.cirr.io.checkpoint.Checkpoint;
import org.cirr.io.checkpoint.Weights;
import org.cirr.io.file.MalformedFileException;
import org.cirr.tensor.Tensor;

/**
 * Weights that a run begins with instead of random ones.
 *
 * @param file a checkpoint of cirr, nnU-Net or another program with the same names; null for none
 * @param newHead whether the segmentation layers begin anew although they would fit
 */
public record Pretrained(Path file, boolean newHead) {
  /** Random first weights. */
  public static final Pretrained NONE = new Pretrained(null, false);

  private static final String HEAD = ".seg_layers.";

  /**
   * Takes the weights over; segmentation layers of another number of classes begin anew.
   *
   * <p><b>Errors</b>: {@link IOException} naming the first weight that is missing or of another
   * shape.
   *
   * <p><b>Source</b>: nnU-Net {@code load_pretrained_weights}, which always renews them.
   */
  void into(Map<String, Tensor> weights) throws IOException {
    if (file == null) {
      return;
    }
    Weights source = Checkpoint.read(file).weights().canonical();
    for (Map.Entry<String, Tensor> entry : weights.entrySet()) {
      String name = entry.getKey();
      boolean there = source.contains(name);
      boolean fits = there && source.shape(name).equals(entry.getValue().shape());
      if (fits && !(newHead && name.contains(HEAD))) {
        float[] values = source.get(name).array();
        System.arraycopy(values, 0, entry.getValue().array(), 0, values.length);
      } else if (!name.contains(HEAD)) {
        throw new MalformedFileException(
            file,
            "tensor " + name,
            there
                ? "has shape "
                    + source.shape(name)
                    + ", but the network has "
                    + entry.getValue().shape()
                : "is missing",
            "train with the plans of the model that it is from");
      }
    }
  }
}
