package org.cirr.nn.preprocess;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
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
   * What is known of a scan before a value is changed.
   *
   * @param crop the channels, transposed, and their box
   * @param grid from the crop to the network's resolution
   * @param originalSpacing the spacing of the scan as read, not transposed
   * @param transposedSpacing the same in transposed axes
   * @param targetSpacing the spacing after resampling, transposed axes
   */
  public record Layout(
      NonzeroCrop crop,
      ResampleGrid grid,
      double[] originalSpacing,
      double[] transposedSpacing,
      double[] targetSpacing) {
    /** The extents after resampling, transposed axes. */
    public int[] shape() {
      return grid.out();
    }

    /**
     * The grid on which logits are resampled back to the crop.
     *
     * @param transposed whether the spacing that decides on a separate axis is the transposed one,
     *     as since nnU-Net 2.8; 2.2 took the spacing as read
     */
    public ResampleGrid back(ResampleMethod probabilities, boolean transposed) {
      return ResampleGrid.of(
          grid.out(),
          grid.in(),
          targetSpacing,
          transposed ? transposedSpacing : originalSpacing,
          probabilities.separate());
    }
  }

  /**
   * A scan as the network wants it.
   *
   * @param channels the values, {@code [z, y, x]} of {@link Layout#shape()}
   * @param layout where they come from
   * @param replaced the NaN and infinite voxels that became 0, all channels together
   */
  public record Prepared(List<float[]> channels, Layout layout, long replaced) {}

  /** The spacing after resampling of a scan of the given spacing, both in transposed axes. */
  public double[] targetSpacing(double[] transposedSpacing) {
    return spacing.size() == 3
        ? new double[] {spacing.get(0), spacing.get(1), spacing.get(2)}
        : new double[] {transposedSpacing[0], spacing.get(0), spacing.get(1)};
  }

  /**
   * Transposes a scan and finds its crop and grids. The given arrays are not changed.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the number of channels is not the
   * model's.
   *
   * @param scan the channels as read, {@code [z, y, x]}
   * @param shape their extents
   * @param spacingMm their spacing
   */
  public Layout layout(List<float[]> scan, int[] shape, double[] spacingMm, Workers workers) {
    if (scan.size() != normalizers.size()) {
      throw new IllegalArgumentException(
          "the model takes " + normalizers.size() + " channel(s), got " + scan.size());
    }
    List<float[]> moved = new ArrayList<>();
    for (float[] channel : scan) {
      moved.add(transpose.apply(channel, shape));
    }
    double[] from = transpose.apply(spacingMm);
    double[] target = targetSpacing(from);
    NonzeroCrop crop = NonzeroCrop.of(moved, transpose.apply(shape), workers);
    int[] cropped = crop.box().shape();
    int[] size = ResampleGrid.targetShape(cropped, from, target);
    ResampleGrid grid = ResampleGrid.of(cropped, size, from, target, data.separate());
    return new Layout(crop, grid, spacingMm.clone(), from, target);
  }

  /**
   * Crops, normalises and resamples every channel.
   *
   * @param stageEnded is told {@code crop}, {@code normalise} or {@code resample} after each
   */
  public Prepared prepare(Layout layout, Consumer<String> stageEnded, Workers workers) {
    BitSet inside = needsMask() ? layout.crop().inside() : null;
    List<float[]> channels = new ArrayList<>();
    long replaced = 0;
    for (int c = 0; c < normalizers.size(); c++) {
      workers.throwIfCancelled();
      float[] values = layout.crop().crop(c);
      stageEnded.accept("crop");
      replaced += normalizers.get(c).apply(values, inside);
      stageEnded.accept("normalise");
      channels.add(ImageResampler.resample(values, layout.grid(), data, workers));
      stageEnded.accept("resample");
    }
    return new Prepared(channels, layout, replaced);
  }

  private boolean needsMask() {
    return normalizers.stream().anyMatch(n -> n instanceof Normalizer.ZScore z && z.masked());
  }

  @Override
  public String toString() {
    return "Preprocessing[" + Arrays.toString(spacing.toArray()) + " mm, " + normalizers + "]";
  }
}
