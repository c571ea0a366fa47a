package org.cirr.nn.augment;

import java.util.Arrays;
import java.util.List;
import org.cirr.nn.random.Draws;

/**
 * Changes a loaded patch in nnU-Net's order: grid, noise, blur, brightness, contrast, resolution,
 * gamma of the inverted image, gamma, mirroring; then what is outside the body becomes background.
 * Behind the grid, organs may get another brightness.
 *
 * <p>The result depends on the patch and the generator only. Safe for use by many threads.
 *
 * <p><b>Source</b>: nnU-Net 2.8 {@code nnUNetTrainer.get_training_transforms}; batchgeneratorsv2.
 */
public final class Augmentation {
  private final int[] size;
  private final AugmentationSettings settings;
  private final boolean[] maskedChannels;

  private Augmentation(int[] size, AugmentationSettings settings, boolean[] maskedChannels) {
    this.size = size;
    this.settings = settings;
    this.maskedChannels = maskedChannels;
  }

  /**
   * The augmentation.
   *
   * @param size the network's patch, which comes out
   * @param useMaskForNorm for each channel whether it is 0 outside the body
   */
  public static Augmentation of(
      int[] size, AugmentationSettings settings, List<Boolean> useMaskForNorm) {
    boolean[] masked = new boolean[useMaskForNorm.size()];
    for (int channel = 0; channel < masked.length; channel++) {
      masked[channel] = useMaskForNorm.get(channel);
    }
    return new Augmentation(size.clone(), settings, masked);
  }

  /** What has to be loaded. */
  public int[] loadedSize() {
    return settings.loadedSize(size);
  }

  /** The network's patch, made from a loaded one, which may be changed. */
  public Patch apply(Patch loaded, Draws draws) {
    Patch patch = SpatialTransform.draw(settings, size, draws).apply(loaded);
    double organs = settings.organContrastChance();
    if (organs > 0 && draws.chance(organs)) { // without it, the draws are what they would be
      OrganContrast.apply(patch, settings.ignoredLabel(), draws);
    }
    if (draws.chance(settings.noiseChance())) {
      IntensityChange.noise(patch, draws.uniform(0, 0.1), draws);
    }
    if (draws.chance(settings.blurChance())) {
      Blur.apply(patch, draws);
    }
    if (draws.chance(settings.brightnessChance())) {
      for (float[] channel : patch.channels()) {
        IntensityChange.multiply(channel, aroundOne(0.75, 1.25, draws));
      }
    }
    if (draws.chance(settings.contrastChance())) {
      for (float[] channel : patch.channels()) {
        IntensityChange.contrast(channel, aroundOne(0.75, 1.25, draws));
      }
    }
    if (draws.chance(settings.lowResolutionChance())) {
      for (float[] channel : patch.channels()) {
        if (draws.chance(0.5)) {
          LowResolution.apply(channel, patch.shape(), draws.uniform(0.5, 1), !settings.inPlane());
        }
      }
    }
    gamma(patch, settings.invertedGammaChance(), true, draws);
    gamma(patch, settings.gammaChance(), false, draws);
    for (int axis : settings.mirrorAxes()) {
      if (draws.chance(0.5)) {
        Mirror.apply(patch, axis);
      }
    }
    return closed(patch);
  }

  private static void gamma(Patch patch, double chance, boolean inverted, Draws draws) {
    if (draws.chance(chance)) {
      for (float[] channel : patch.channels()) {
        IntensityChange.gamma(channel, aroundOne(0.7, 1.5, draws), inverted);
      }
    }
  }

  /** Half of the draws below 1, half above. <b>Source</b>: {@code BGContrast}. */
  static double aroundOne(double least, double most, Draws draws) {
    return draws.chance(0.5) ? draws.uniform(least, 1) : draws.uniform(1, most);
  }

  /** Clears what is outside the body. */
  private Patch closed(Patch patch) {
    short[] labels = patch.labels();
    for (int c = 0; c < maskedChannels.length; c++) {
      if (maskedChannels[c]) {
        float[] channel = patch.channel(c);
        for (int i = 0; i < labels.length; i++) {
          channel[i] = labels[i] < 0 ? 0 : channel[i];
        }
      }
    }
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (short) Math.max(0, labels[i]);
    }
    return patch;
  }

  @Override
  public String toString() {
    return "Augmentation[" + Arrays.toString(size) + ", " + settings + "]";
  }
}
