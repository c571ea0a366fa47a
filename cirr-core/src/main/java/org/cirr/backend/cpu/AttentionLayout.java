package org.cirr.backend.cpu;

import java.util.List;
import org.cirr.op.Attention;
import org.cirr.tensor.Shape;

/**
 * Where the rows of an attention lie.
 *
 * @param samples N
 * @param queries L
 * @param keys S
 * @param depth channels of a head's queries and keys
 * @param width channels of a head's values
 * @param input which input holds queries, keys and values
 * @param first the first channel of queries, keys and values in a row of their input
 * @param row the channels of a row of these inputs
 * @param biasStride how far the bias moves with sample, head, query and key
 * @param windows the rows of the regions, or 0
 */
public record AttentionLayout(
    int samples,
    int heads,
    int queries,
    int keys,
    int depth,
    int width,
    int[] input,
    int[] first,
    int[] row,
    int[] biasStride,
    int windows) {
  /** The layout of a step. */
  public static AttentionLayout of(Attention op, Step step) {
    List<Shape> shapes = step.node().inputShapes();
    boolean packed = op.packed(shapes.size());
    Shape q = shapes.get(0);
    Shape k = packed ? q : shapes.get(1);
    Shape v = packed ? q : shapes.get(2);
    int channels = packed ? q.dim(2) / 3 : q.dim(2);
    int outputs = step.node().shape().dim(2);
    return new AttentionLayout(
        q.dim(0),
        op.heads(),
        q.dim(1),
        k.dim(1),
        channels / op.heads(),
        outputs / op.heads(),
        packed ? new int[] {0, 0, 0} : new int[] {0, 1, 2},
        packed ? new int[] {0, channels, 2 * channels} : new int[3],
        new int[] {q.dim(2), k.dim(2), v.dim(2)},
        op.bias() ? strides(shapes.get(packed ? 1 : 3)) : new int[4],
        op.regions() ? shapes.get(shapes.size() - 1).dim(0) : 0);
  }

  private static int[] strides(Shape bias) {
    int[] strides = new int[4];
    int stride = 1;
    for (int back = 1; back <= bias.rank(); back++) {
      strides[4 - back] = bias.dim(-back) == 1 ? 0 : stride;
      stride *= bias.dim(-back);
    }
    return strides;
  }

  /** Which input holds the bias, where there is one. */
  public int biasInput() {
    return input[2] + 1;
  }

  /** Where a head's row of queries (0), keys (1) or values (2) begins. */
  public int at(int what, int n, int head, int token) {
    int tokens = what == 0 ? queries : keys;
    int channels = what == 2 ? width : depth;
    return (n * tokens + token) * row[what] + first[what] + head * channels;
  }

  /** Where the bias of a query begins. */
  public int biasAt(int n, int head, int query) {
    return n * biasStride[0] + head * biasStride[1] + query * biasStride[2];
  }

  /** Where the regions of a sample begin. */
  public int regionsAt(int n) {
    return n % windows * keys;
  }
}
