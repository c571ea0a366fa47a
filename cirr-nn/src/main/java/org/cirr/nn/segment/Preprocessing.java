package org.cirr.nn.segment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.nnunet.Configuration;
import org.cirr.io.nnunet.IntensityProperties;
import org.cirr.io.nnunet.Plans;
import org.cirr.io.nnunet.Resampling;
import org.cirr.nn.preprocess.ImageResampler;
import org.cirr.nn.preprocess.NonzeroCrop;
import org.cirr.nn.preprocess.Normalizer;
import org.cirr.nn.preprocess.ResampleGrid;
import org.cirr.nn.preprocess.ResampleMethod;
import org.cirr.nn.preprocess.SeparateZ;
import org.cirr.nn.preprocess.Transpose;
import org.cirr.parallel.Workers;
import org.cirr.volume.Volume;

/**
 * From volumes to the array that the network sees: transpose, crop, normalise, resample.
 *
 * <p><b>Source</b>: nnU-Net {@code DefaultPreprocessor.run_case_npy}.
 */
final class Preprocessing {
  private final Transpose transpose;
  private final List<Normalizer> normalizations;
  private final List<Double> targetSpacing;
  private final ResampleMethod method;
  private final ResampleMethod back;
  private final Parity parity;

  Preprocessing(Plans plans, Configuration configuration, int channels, Parity parity)
      throws MalformedFileException {
    transpose =
        Transpose.of(plans.transposeForward().stream().mapToInt(Integer::intValue).toArray());
    normalizations = new ArrayList<>();
    for (int channel = 0; channel < channels; channel++) {
      normalizations.add(
          normalization(configuration.normalizations().get(channel), plans, channel));
    }
    targetSpacing = configuration.spacingMm();
    method = method(configuration.resamplingData());
    back = method(configuration.resamplingProbabilities());
    this.parity = parity;
  }

  private static Normalizer normalization(
      org.cirr.io.nnunet.Normalization scheme, Plans plans, int channel)
      throws MalformedFileException {
    return switch (scheme.scheme()) {
      case ZSCORE -> new Normalizer.ZScore(scheme.useMask());
      case NONE -> new Normalizer.None();
      case RESCALE_0_1 -> new Normalizer.RescaleTo01();
      case RGB_0_1 -> new Normalizer.RgbTo01();
      case CT -> {
        IntensityProperties p = plans.intensities(channel);
        yield new Normalizer.Ct(p.percentile005(), p.percentile995(), p.mean(), p.std());
      }
    };
  }

  private static ResampleMethod method(Resampling resampling) {
    SeparateZ separate =
        resampling.forceSeparateZ() == null
            ? SeparateZ.AUTO
            : resampling.forceSeparateZ() ? SeparateZ.ALWAYS : SeparateZ.NEVER;
    return switch (resampling.function()) {
      case DEFAULT -> new ResampleMethod.Spline(resampling.order(), resampling.orderZ(), separate);
      case TORCH -> new ResampleMethod.Torch(separate);
      case NONE -> new ResampleMethod.None();
    };
  }

  /**
   * What is known of a case before any value is changed.
   *
   * @param forward from the cropped image to the working resolution
   * @param backward from there to the cropped image, for the logits
   */
  record Layout(
      Transpose transpose, NonzeroCrop crop, ResampleGrid forward, ResampleGrid backward) {}

  /** Transposes and finds crop and grids. */
  Layout layout(List<Volume> volumes, Workers workers) {
    int[] shape = volumes.get(0).shape().toArray();
    List<float[]> channels = new ArrayList<>();
    for (Volume volume : volumes) {
      channels.add(transpose.apply(volume.tensor().array(), shape));
    }
    NonzeroCrop crop = NonzeroCrop.of(channels, transpose.apply(shape), workers);
    double[] original = volumes.get(0).geometry().spacing().toArray();
    double[] current = transpose.apply(original);
    double[] target = target(current);
    int[] cropped = crop.box().shape();
    int[] working = ResampleGrid.targetShape(cropped, current, target);
    return new Layout(
        transpose,
        crop,
        ResampleGrid.of(cropped, working, current, target, method.separate()),
        ResampleGrid.of(
            working,
            cropped,
            target,
            parity == Parity.NNUNET_2_2 ? original : current,
            back.separate()));
  }

  /** The working spacing; in 2D the slices keep theirs. */
  private double[] target(double[] current) {
    double[] target = new double[3];
    int planar = 3 - targetSpacing.size();
    Arrays.setAll(target, i -> i < planar ? current[i] : targetSpacing.get(i - planar));
    return target;
  }

  /** Crops, normalises and resamples every channel; tells of voxels that are no numbers. */
  List<float[]> run(Layout layout, List<String> warnings, Stopwatch watch, Workers workers) {
    boolean masked =
        normalizations.stream()
            .anyMatch(scheme -> scheme instanceof Normalizer.ZScore z && z.masked());
    BitSet inside = masked ? layout.crop().inside() : null;
    watch.end("crop");
    List<float[]> channels = new ArrayList<>();
    long bad = 0;
    for (int channel = 0; channel < normalizations.size(); channel++) {
      workers.throwIfCancelled();
      float[] values = layout.crop().crop(channel);
      watch.end("crop");
      bad += normalizations.get(channel).apply(values, inside);
      watch.end("normalise");
      channels.add(ImageResampler.resample(values, layout.forward(), method, workers));
      watch.end("resample");
    }
    if (bad > 0) {
      warnings.add(
          bad + " voxels are NaN or infinite; they were left out of the statistics and set to 0");
    }
    if (layout.crop().isEmpty()) {
      warnings.add("every voxel of the image is zero; the mask means nothing");
    }
    return channels;
  }

  /** How images are resampled. */
  ResampleMethod method() {
    return method;
  }

  /** How logits are resampled. */
  ResampleMethod back() {
    return back;
  }
}
