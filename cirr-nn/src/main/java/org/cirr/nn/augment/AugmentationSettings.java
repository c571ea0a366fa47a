package org.cirr.nn.augment;

import java.util.Arrays;

/**
 * What is done to a patch, how often and how strongly.
 *
 * <p><b>Source</b>: nnU-Net 2.8 {@code nnUNetTrainer.get_training_transforms} and {@code
 * configure_rotation_dummyDA_mirroring_and_inital_patch_size}.
 *
 * @param inPlane rotate, scale and deform in the planes of axis 0 only, because the patch is flat
 * @param rotationDegrees the largest rotation about each axis
 * @param rotationChance the probability of a rotation
 * @param scaleLeast the smallest factor; below 1 enlarges
 * @param scaleMost the largest factor
 * @param scaleChance the probability of scaling
 * @param elasticChance the probability of an elastic deformation; nnU-Net's default is none
 * @param noiseChance the probability of Gaussian noise with a deviation up to 0.1
 * @param blurChance the probability of blurring with σ from 0.5 to 1 voxels
 * @param brightnessChance the probability of a factor from 0.75 to 1.25
 * @param contrastChance the probability of a contrast from 0.75 to 1.25
 * @param lowResolutionChance the probability of a resolution from 0.5 to 1
 * @param invertedGammaChance the probability of γ from 0.7 to 1.5 on the inverted image
 * @param gammaChance the probability of the same on the image
 * @param organContrastChance the probability that labelled organs get another brightness, see
 *     {@link OrganContrast}; nnU-Net has none
 * @param ignoredLabel the label that is no organ but "not annotated", the data set's ignore label;
 *     {@link #NONE_IGNORED} without one
 * @param mirrorAxes the axes that are mirrored, each with probability ½
 */
public record AugmentationSettings(
    boolean inPlane,
    double rotationDegrees,
    double rotationChance,
    double scaleLeast,
    double scaleMost,
    double scaleChance,
    double elasticChance,
    double noiseChance,
    double blurChance,
    double brightnessChance,
    double contrastChance,
    double lowResolutionChance,
    double invertedGammaChance,
    double gammaChance,
    double organContrastChance,
    int ignoredLabel,
    int[] mirrorAxes) {
  /** No label is ignored. */
  public static final int NONE_IGNORED = -1;

  private static final double ANISOTROPY = 3;
  private static final double MARGIN_SCALE = 0.85;

  /** Copies the array. */
  public AugmentationSettings {
    mirrorAxes = mirrorAxes.clone();
  }

  /**
   * nnU-Net's settings for a patch.
   *
   * @param patch three extents; a 2D configuration has 1 on axis 0
   */
  public static AugmentationSettings of(int[] patch) {
    boolean flat = patch[0] == 1;
    int longest = Arrays.stream(patch).max().orElseThrow();
    boolean inPlane = flat || longest / (double) patch[0] > ANISOTROPY;
    double aspect = longest / (double) Math.min(patch[1], patch[2]);
    double rotation = flat ? (aspect > 1.5 ? 15 : 180) : inPlane ? 180 : 30;
    int[] mirror = flat ? new int[] {1, 2} : new int[] {0, 1, 2};
    return new AugmentationSettings(
        inPlane,
        rotation,
        0.2,
        0.7,
        1.4,
        0.2,
        0,
        0.1,
        0.2,
        0.15,
        0.15,
        0.25,
        0.1,
        0.3,
        0,
        NONE_IGNORED,
        mirror);
  }

  /** Nothing at all, as in validation. */
  public static AugmentationSettings none() {
    return new AugmentationSettings(
        false, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, NONE_IGNORED, new int[0]);
  }

  /** The same with other mirror axes; none for {@code ...NoMirroring}. */
  public AugmentationSettings withMirrorAxes(int... axes) {
    return with(
        rotationChance, scaleChance, elasticChance, organContrastChance, ignoredLabel, axes);
  }

  /** The same with rotation and scaling, each with a probability. */
  public AugmentationSettings withSpatialChance(double chance) {
    return with(chance, chance, elasticChance, organContrastChance, ignoredLabel, mirrorAxes);
  }

  /** The same with elastic deformations. */
  public AugmentationSettings withElasticChance(double chance) {
    return with(rotationChance, scaleChance, chance, organContrastChance, ignoredLabel, mirrorAxes);
  }

  /** The same with organs of other brightness. */
  public AugmentationSettings withOrganContrastChance(double chance) {
    return with(rotationChance, scaleChance, elasticChance, chance, ignoredLabel, mirrorAxes);
  }

  /** The same for a data set with an ignore label. */
  public AugmentationSettings withIgnoredLabel(int label) {
    return with(rotationChance, scaleChance, elasticChance, organContrastChance, label, mirrorAxes);
  }

  private AugmentationSettings with(
      double rotation, double scale, double elastic, double organs, int ignored, int[] axes) {
    return new AugmentationSettings(
        inPlane,
        rotationDegrees,
        rotation,
        scaleLeast,
        scaleMost,
        scale,
        elastic,
        noiseChance,
        blurChance,
        brightnessChance,
        contrastChance,
        lowResolutionChance,
        invertedGammaChance,
        gammaChance,
        organs,
        ignored,
        axes);
  }

  /** Whether the grid may be moved at all. */
  boolean movesGrid() {
    return rotationChance > 0 || scaleChance > 0 || elasticChance > 0;
  }

  /**
   * What has to be read so that a rotated and scaled patch is mostly covered.
   *
   * <p><b>Formula</b>: per axis the largest extent of the patch's corner rotated about one axis at
   * a time by at most 90°, over 0.85.
   *
   * <p><b>Source</b>: nnU-Net {@code get_patch_size} with the scale range (0.85, 1.25).
   */
  public int[] loadedSize(int[] patch) {
    if (!movesGrid()) {
      return patch.clone();
    }
    double angle = Math.toRadians(Math.min(90, rotationDegrees));
    double[] most = Arrays.stream(patch).asDoubleStream().toArray();
    boolean flat = patch[0] == 1;
    for (int about = 0; about < 3; about++) {
      if (flat && about != 0) {
        continue;
      }
      int first = about == 0 ? 1 : 0;
      int second = about == 2 ? 1 : 2;
      // nnU-Net multiplies the corner as a row vector; about the middle axis the sine's sign flips.
      double[] corner = rotated(patch, first, second, about == 1 ? -angle : angle);
      most[first] = Math.max(most[first], Math.abs(corner[0]));
      most[second] = Math.max(most[second], Math.abs(corner[1]));
    }
    int[] size = new int[3];
    Arrays.setAll(size, axis -> (int) (most[axis] / MARGIN_SCALE));
    if (inPlane) {
      size[0] = patch[0];
    }
    return size;
  }

  /** A corner, as a row vector times the rotation matrix. */
  private static double[] rotated(int[] patch, int first, int second, double angle) {
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    return new double[] {
      patch[first] * cos + patch[second] * sin, -patch[first] * sin + patch[second] * cos
    };
  }
}
