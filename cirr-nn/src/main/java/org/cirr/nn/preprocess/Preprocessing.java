package org.cirr.nn.preprocess;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.nnunet.Configuration;
import org.cirr.io.nnunet.Normalization;
import org.cirr.io.nnunet.Plans;
import org.cirr.parallel.Workers;

/**
 * What nnU-Net does to a scan before its network: transpose, crop to non-zero, normalise, resample.
 *
 * @param transpose the axes' order
 * @param spacing the model's spacing in transposed axes, mm; two entries where slices are predicted
 *     one by one and keep their distance
 * @param normalizers one for each channel
 * @param data how images are resampled
 * @param probabilities how logits are resampled back
 */
public record Preprocessing(
    Transpose transpose,
    List<Double> spacing,
    List<Normalizer> normalizers,
    ResampleMethod data,
    ResampleMethod probabilities) {
  public Preprocessing {
    spacing = List.copyOf(spacing);
    normalizers = List.copyOf(normalizers);
  }

  /** What the plans of a model say. */
  public static Preprocessing of(Plans plans, Configuration configuration)
      throws MalformedFileException {
    List<Normalizer> normalizers = new ArrayList<>();
    for (Normalization plan : configuration.normalizations()) {
      boolean ct = plan.scheme() == Normalization.Scheme.CT;
      normalizers.add(Normalizer.of(plan, ct ? plans.intensities(normalizers.size()) : null));
    }
    int[] forward = plans.transposeForward().stream().mapToInt(Integer::intValue).toArray();
    return new Preprocessing(
        Transpose.of(forward),
        configuration.spacingMm(),
        normalizers,
        ResampleMethod.of(configuration.resamplingData()),
        ResampleMethod.of(configuration.resamplingProbabilities()));
  }

  /**
   * A scan as the network wants it.
   *
   * @param channels the values, {@code [z, y, x]} of {@code shape}
   * @param shape the extents after resampling, transposed axes
   * @param box the crop, in transposed axes
   * @param originalSpacing the spacing of the scan as read, not transposed
   * @param transposedSpacing the same in transposed axes
   * @param targetSpacing the spacing after resampling, transposed axes
   * @param replaced the NaN and infinite voxels that became 0, all channels together
   * @param empty whether every voxel of the scan is zero
   */
  public record Prepared(
      List<float[]> channels,
      int[] shape,
      Box box,
      double[] originalSpacing,
      double[] transposedSpacing,
      double[] targetSpacing,
      long replaced,
      boolean empty) {
    /**
     * The grid on which logits are resampled back to the crop.
     *
     * @param transposed whether the spacing that decides on a separate axis is the transposed one,
     *     as since nnU-Net 2.8; 2.2 took the spacing as read
     */
    public ResampleGrid back(ResampleMethod probabilities, boolean transposed) {
      return ResampleGrid.of(
          shape,
          box.shape(),
          targetSpacing,
          transposed ? transposedSpacing : originalSpacing,
          probabilities.separate());
    }
  }

  /** The spacing after resampling of a scan of the given spacing, both in transposed axes. */
  public double[] targetSpacing(double[] transposedSpacing) {
    return spacing.size() == 3
        ? new double[] {spacing.get(0), spacing.get(1), spacing.get(2)}
        : new double[] {transposedSpacing[0], spacing.get(0), spacing.get(1)};
  }

  /**
   * Prepares a scan. The given arrays are not changed.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the number of channels is not the
   * model's.
   *
   * @param scan the channels as read, {@code [z, y, x]}
   * @param shape their extents
   * @param spacing their spacing, mm
   */
  public Prepared prepare(List<float[]> scan, int[] shape, double[] spacing, Workers workers) {
    if (scan.size() != normalizers.size()) {
      throw new IllegalArgumentException(
          "the model takes " + normalizers.size() + " channel(s), got " + scan.size());
    }
    List<float[]> moved = new ArrayList<>();
    for (float[] channel : scan) {
      moved.add(transpose.apply(channel, shape));
    }
    double[] from = transpose.apply(spacing);
    double[] target = targetSpacing(from);
    NonzeroCrop crop = NonzeroCrop.of(moved, transpose.apply(shape), workers);
    int[] cropped = crop.box().shape();
    int[] size = ResampleGrid.targetShape(cropped, from, target);
    ResampleGrid grid = ResampleGrid.of(cropped, size, from, target, data.separate());
    BitSet inside = needsMask() ? crop.inside() : null;
    List<float[]> channels = new ArrayList<>();
    long replaced = 0;
    for (int c = 0; c < scan.size(); c++) {
      float[] values = crop.crop(c);
      replaced += normalizers.get(c).apply(values, inside);
      channels.add(ImageResampler.resample(values, grid, data, workers));
    }
    return new Prepared(
        channels, size, crop.box(), spacing.clone(), from, target, replaced, crop.isEmpty());
  }

  private boolean needsMask() {
    return normalizers.stream().anyMatch(n -> n instanceof Normalizer.ZScore z && z.masked());
  }

  @Override
  public String toString() {
    return "Preprocessing[" + Arrays.toString(spacing.toArray()) + " mm, " + normalizers + "]";
  }
}
