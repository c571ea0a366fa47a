package org.cirr.nn.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cirr.io.nnunet.LabelScheme;
import org.cirr.nn.augment.Patch;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/**
 * What one training step takes.
 *
 * @param images the patches, {@code [N, D, H, W, C]}; {@code [N, H, W, C]} for 2D configurations
 * @param labels their labels as numbers, {@code [N, D, H, W, 1]} at full resolution, then at each
 *     resolution of deep supervision
 * @param cases the name of each sample's case
 */
public record Batch(Tensor images, List<Tensor> labels, List<String> cases) {
  /** Copies the lists. */
  public Batch {
    labels = List.copyOf(labels);
    cases = List.copyOf(cases);
  }

  /** Puts patches side by side. */
  static Batch of(List<Patch> patches, List<String> cases, List<int[]> levels) {
    int[] size = patches.get(0).shape();
    int channels = patches.get(0).channels().length;
    int voxels = patches.get(0).voxels();
    Tensor images = Tensor.zeros(shape(patches.size(), size, channels));
    float[] values = images.array();
    for (int n = 0; n < patches.size(); n++) {
      for (int c = 0; c < channels; c++) {
        float[] from = patches.get(n).channel(c);
        int to = n * voxels * channels + c;
        for (int i = 0; i < voxels; i++, to += channels) {
          values[to] = from[i];
        }
      }
    }
    List<Tensor> labels = new ArrayList<>();
    for (int[] level : levels) {
      Tensor at = Tensor.zeros(shape(patches.size(), level, 1));
      int length = at.array().length / patches.size();
      for (int n = 0; n < patches.size(); n++) {
        downsample(patches.get(n).labels(), size, level, at.array(), n * length);
      }
      labels.add(at);
    }
    return new Batch(images, labels, cases);
  }

  private static Shape shape(int samples, int[] size, int channels) {
    return size[0] == 1
        ? Shape.of(samples, size[1], size[2], channels)
        : Shape.of(samples, size[0], size[1], size[2], channels);
  }

  /**
   * The extents at each resolution of deep supervision: the patch over the product of the strides
   * so far, for every stage but the deepest.
   *
   * @param strides each stage's stride, the first 1; two entries each for 2D
   */
  public static List<int[]> levels(int[] patch, List<List<Integer>> strides) {
    List<int[]> levels = new ArrayList<>();
    double[] divisor = {1, 1, 1};
    for (int stage = 0; stage < strides.size() - 1; stage++) {
      List<Integer> stride = strides.get(stage);
      int[] level = patch.clone();
      for (int axis = 0; axis < 3; axis++) {
        int given = axis - (3 - stride.size());
        divisor[axis] *= given < 0 ? 1 : stride.get(given);
        level[axis] = (int) Math.rint(patch[axis] / divisor[axis]);
      }
      levels.add(level);
    }
    return levels;
  }

  /** The nearest labels on a smaller grid. <b>Source</b>: PyTorch's {@code nearest-exact}. */
  static void downsample(short[] labels, int[] size, int[] to, float[] out, int offset) {
    int index = offset;
    int[][] from = new int[3][];
    for (int axis = 0; axis < 3; axis++) {
      int extent = size[axis];
      int count = to[axis];
      from[axis] = new int[count];
      Arrays.setAll(
          from[axis], i -> Math.min(extent - 1, (int) Math.floor((i + 0.5) * extent / count)));
    }
    for (int z : from[0]) {
      for (int y : from[1]) {
        int row = (z * size[1] + y) * size[2];
        for (int x : from[2]) {
          out[index++] = labels[row + x];
        }
      }
    }
  }

  /**
   * The labels of one resolution as the network's outputs should be: 1 in the channel of the label,
   * with regions in every channel that contains it.
   *
   * <p><b>Edge cases</b>: a label that no channel stands for (the ignore label) is 0 everywhere.
   *
   * <p><b>Shapes</b>: {@code [N, D, H, W, heads]}.
   */
  public Tensor oneHot(int level, LabelScheme scheme) {
    Tensor numbers = labels.get(level);
    int heads = scheme.heads();
    int[] extents = numbers.shape().toArray();
    extents[extents.length - 1] = heads;
    Tensor hot = Tensor.zeros(Shape.of(extents));
    boolean[][] member = new boolean[heads][];
    for (int head = 0; head < heads; head++) {
      List<Integer> region = scheme.regions().get(head);
      member[head] = new boolean[region.stream().mapToInt(Integer::intValue).max().orElse(0) + 1];
      for (int label : region) {
        member[head][label] = true;
      }
    }
    float[] values = hot.array();
    for (int i = 0; i < numbers.array().length; i++) {
      int label = (int) numbers.array()[i];
      for (int head = 0; head < heads; head++) {
        values[i * heads + head] = label < member[head].length && member[head][label] ? 1 : 0;
      }
    }
    return hot;
  }
}
