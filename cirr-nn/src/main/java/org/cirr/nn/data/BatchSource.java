package org.cirr.nn.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.cirr.io.nnunet.Configuration;
import org.cirr.nn.augment.Augmentation;
import org.cirr.nn.augment.AugmentationSettings;
import org.cirr.nn.augment.Patch;
import org.cirr.nn.random.Draws;

/**
 * Makes batch number n, from its number and the seed alone: whichever thread makes it, whatever was
 * made before. A run that goes on at step n therefore sees what an uninterrupted one sees.
 *
 * <p>Safe for use by many threads.
 */
public final class BatchSource {
  private final List<PreparedCase> cases;
  private final PatchSampler sampler;
  private final Augmentation augmentation;
  private final List<int[]> levels;
  private final int batchSize;
  private final long seed;

  private BatchSource(
      List<PreparedCase> cases,
      PatchSampler sampler,
      Augmentation augmentation,
      List<int[]> levels,
      int batchSize,
      long seed) {
    this.cases = cases;
    this.sampler = sampler;
    this.augmentation = augmentation;
    this.levels = levels;
    this.batchSize = batchSize;
    this.seed = seed;
  }

  /**
   * The batches of a configuration.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} without cases, or when a case has other
   * channels than the configuration.
   *
   * @param cases what to draw from
   * @param annotatedClass whether the data set has an ignore label
   * @param settings the augmentation, {@link AugmentationSettings#of} or {@link
   *     AugmentationSettings#none}
   * @param batchSize the samples of a batch
   * @param seed the seed; another one for validation
   */
  public static BatchSource of(
      List<PreparedCase> cases,
      Configuration configuration,
      boolean annotatedClass,
      AugmentationSettings settings,
      int batchSize,
      long seed) {
    return of(
        cases,
        configuration,
        annotatedClass,
        settings,
        PatchSampler.FOREGROUND_SHARE,
        batchSize,
        seed);
  }

  /**
   * The batches of a configuration, with another share of patches that are centred on a class.
   *
   * <p><b>Errors</b>: as above, and {@link IllegalArgumentException} for a share that is none.
   */
  public static BatchSource of(
      List<PreparedCase> cases,
      Configuration configuration,
      boolean annotatedClass,
      AugmentationSettings settings,
      double foregroundShare,
      int batchSize,
      long seed) {
    if (cases.isEmpty() || batchSize < 1) {
      throw new IllegalArgumentException(
          "batches need at least one case and one sample, got "
              + cases.size()
              + " and "
              + batchSize);
    }
    int channels = configuration.normalizations().size();
    for (PreparedCase one : cases) {
      if (one.channels() != channels) {
        throw new IllegalArgumentException(
            one.file()
                + ": has "
                + one.channels()
                + " channels, the plans have "
                + channels
                + "; run cirr plan again");
      }
    }
    int[] patch = patch(configuration);
    List<Boolean> masks =
        configuration.normalizations().stream().map(scheme -> scheme.useMask()).toList();
    return new BatchSource(
        List.copyOf(cases),
        new PatchSampler(patch, settings.loadedSize(patch), foregroundShare, annotatedClass),
        Augmentation.of(patch, settings, masks),
        Batch.levels(patch, configuration.architecture().strides()),
        batchSize,
        seed);
  }

  /** A configuration's patch as three extents; 2D ones have 1 slice. */
  public static int[] patch(Configuration configuration) {
    int[] patch = {1, 1, 1};
    List<Integer> planned = configuration.patchSize();
    for (int axis = 0; axis < planned.size(); axis++) {
      patch[axis + 3 - planned.size()] = planned.get(axis);
    }
    return patch;
  }

  /**
   * Makes a batch.
   *
   * <p><b>Errors</b>: {@link IOException} or {@link IllegalStateException} that begins with the
   * case's name.
   */
  public Batch batch(long number) throws IOException {
    List<Patch> patches = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int sample = 0; sample < batchSize; sample++) {
      Draws draws = Draws.of(seed, number, sample);
      PreparedCase one = cases.get(draws.below(cases.size()));
      try {
        Patch loaded = sampler.draw(one, sampler.forcesForeground(sample, batchSize), draws);
        patches.add(augmentation.apply(loaded, draws));
      } catch (IOException e) {
        throw new IOException("case " + one.name() + ": " + e.getMessage(), e);
      } catch (RuntimeException e) {
        throw new IllegalStateException("case " + one.name() + ": " + e, e);
      }
      names.add(one.name());
    }
    return Batch.of(patches, names, levels);
  }
}
