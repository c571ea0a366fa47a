package org.cirr.op;

import java.util.ArrayList;
import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Multi-head scaled dot-product attention, fused: no matrix of all scores is ever made.
 *
 * <p><b>Shapes</b>: queries {@code [N, L, heads·d]}, keys {@code [N, S, heads·d]} and values {@code
 * [N, S, heads·e]}, the channels of a head side by side; or the three of them in one input {@code
 * [N, L, 3·heads·d]}, all queries first, then all keys, then all values → {@code [N, L, heads·e]}.
 * Behind them, where {@link #bias} says so, a bias that broadcasts to {@code [N, heads, L, S]}; and
 * where {@link #regions} says so, a region number for every token {@code [W, L]}, with L = S and N
 * a multiple of W: sample n has the regions of row {@code n mod W}.
 *
 * <p><b>Formula</b>: {@code out[l] = Σ_s softmax_s(scale · q[l]·k[s] + bias[l, s] + mask[l, s]) ·
 * v[s]} for every sample and head; {@code mask} is −100 where the regions of l and s differ, else
 * 0.
 *
 * <p><b>Edge cases</b>: A bias of −∞ blocks a key; a query whose keys are all blocked gives NaN.
 *
 * <p><b>Source</b>: {@code torch.nn.functional.scaled_dot_product_attention}; bias and regions are
 * the relative position bias and the shifted windows of Liu et al. 2021, arXiv 2103.14030; the sum
 * goes as in Milakov and Gimelshein 2018, arXiv 1805.02867.
 */
public record Attention(int heads, double scale, boolean bias, boolean regions) implements Op {
  public Attention {
    if (heads < 1 || !Double.isFinite(scale)) {
      throw new IllegalArgumentException(
          "Attention needs 1 or more heads and a finite scale, got "
              + heads
              + " heads and scale "
              + scale);
    }
  }

  /** The usual scale {@code 1/√d}, without bias and regions. */
  public static Attention of(int heads, int channelsPerHead) {
    return new Attention(heads, 1 / Math.sqrt(channelsPerHead), false, false);
  }

  /** The same with a bias behind the values. */
  public Attention withBias() {
    return new Attention(heads, scale, true, regions);
  }

  /** The same with regions as the last input. */
  public Attention withRegions() {
    return new Attention(heads, scale, bias, true);
  }

  /** Whether queries, keys and values are one input, given the number of all inputs. */
  public boolean packed(int inputs) {
    return inputs - (bias ? 1 : 0) - (regions ? 1 : 0) == 1;
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    int extra = (bias ? 1 : 0) + (regions ? 1 : 0);
    if (inputs.size() - extra != 1 && inputs.size() - extra != 3) {
      throw new IllegalArgumentException(
          "Attention takes queries, keys and values (or the three in one)"
              + (bias ? ", bias" : "")
              + (regions ? ", regions" : "")
              + ", got "
              + inputs.size()
              + " inputs "
              + inputs);
    }
    List<Shape> three = three(inputs);
    Shape queries = three.get(0);
    Shape keys = three.get(1);
    Shape values = three.get(2);
    boolean fits =
        keys.dim(0) == queries.dim(0)
            && keys.dim(2) == queries.dim(2)
            && values.dim(0) == keys.dim(0)
            && values.dim(1) == keys.dim(1);
    if (!fits) {
      throw new IllegalArgumentException(
          "Attention needs queries [N, L, C], keys [N, S, C] and values [N, S, E], got " + three);
    }
    if (queries.dim(2) % heads != 0 || values.dim(2) % heads != 0) {
      throw new IllegalArgumentException(
          "Attention's "
              + heads
              + " heads must divide the channels, got "
              + queries.dim(2)
              + " of queries and "
              + values.dim(2)
              + " of values");
    }
    if (bias) {
      checkBias(inputs.get(inputs.size() - extra), queries, keys);
    }
    if (regions) {
      checkRegions(inputs.get(inputs.size() - 1), queries, keys);
    }
    return Shape.of(queries.dim(0), queries.dim(1), values.dim(2));
  }

  private List<Shape> three(List<Shape> inputs) {
    List<Shape> three = new ArrayList<>();
    for (int i = 0; i < (packed(inputs.size()) ? 1 : 3); i++) {
      if (inputs.get(i).rank() != 3) {
        throw new IllegalArgumentException(
            "Attention needs tokens [N, L, C], got shape " + inputs.get(i));
      }
      three.add(inputs.get(i));
    }
    if (three.size() == 1) {
      Shape all = three.get(0);
      if (all.dim(2) % 3 != 0) {
        throw new IllegalArgumentException(
            "Attention cannot take queries, keys and values of one size from the shape " + all);
      }
      Shape third = Shape.of(all.dim(0), all.dim(1), all.dim(2) / 3);
      return List.of(third, third, third);
    }
    return three;
  }

  private void checkBias(Shape shape, Shape queries, Shape keys) {
    int[] scores = {queries.dim(0), heads, queries.dim(1), keys.dim(1)};
    boolean fits = shape.rank() <= 4;
    for (int back = 1; fits && back <= shape.rank(); back++) {
      fits = shape.dim(-back) == 1 || shape.dim(-back) == scores[4 - back];
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "Attention's bias " + shape + " does not broadcast to the scores " + Shape.of(scores));
    }
  }

  private static void checkRegions(Shape shape, Shape queries, Shape keys) {
    boolean fits =
        shape.rank() == 2
            && shape.dim(0) > 0
            && queries.dim(0) % shape.dim(0) == 0
            && shape.dim(1) == queries.dim(1)
            && shape.dim(1) == keys.dim(1);
    if (!fits) {
      throw new IllegalArgumentException(
          "Attention's regions must be [windows, "
              + queries.dim(1)
              + "] with as many keys as queries and "
              + queries.dim(0)
              + " samples a multiple of the windows, got "
              + shape
              + " and keys "
              + keys);
    }
  }

  @Override
  public long flops(List<Shape> inputs) {
    List<Shape> three = three(inputs);
    Shape queries = three.get(0);
    long scores = (long) queries.dim(0) * queries.dim(1) * three.get(1).dim(1);
    return 2 * scores * (queries.dim(2) + three.get(2).dim(2));
  }
}
