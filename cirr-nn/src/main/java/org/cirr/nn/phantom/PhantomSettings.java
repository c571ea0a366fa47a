package org.cirr.nn.phantom;

import java.util.Objects;
import org.cirr.nn.random.Draws;
import org.cirr.tensor.Shape;
import org.cirr.volume.Orientation;
import org.cirr.volume.Spacing;

/**
 * Which phantom to make.
 *
 * @param seed the patient and the scan; all else equal, another seed is another patient
 * @param contrast what it looks like
 * @param cirrhotic whether the liver is cirrhotic: nodular, its right lobe shrunk, left and caudate
 *     lobe grown, an enlarged spleen and, in half of the cases, ascites
 * @param obese whether there is much fat, under the skin, in the liver's fissures and in place of
 *     most of the bowel
 * @param shape the extents {@code [z, y, x]} in the axial plane's convention
 * @param spacing the voxels' distances, mm
 * @param aboveMm how far the middle of the grid lies above that of a scan of the whole liver, mm
 * @param orientation how the axes of the result lie
 */
public record PhantomSettings(
    long seed,
    PhantomContrast contrast,
    boolean cirrhotic,
    boolean obese,
    Shape shape,
    Spacing spacing,
    double aboveMm,
    Orientation orientation) {
  private static final long MAX_VOXELS = 1L << 28;
  private static final double MOST_ABOVE_MM = 500;

  /** Checks the values. */
  public PhantomSettings {
    Objects.requireNonNull(contrast, "contrast");
    Objects.requireNonNull(orientation, "orientation");
    if (shape.rank() != 3 || shape.elements() == 0 || shape.elements() > MAX_VOXELS) {
      throw new IllegalArgumentException(
          "a phantom has three axes and 1 to " + MAX_VOXELS + " voxels, got shape " + shape);
    }
    if (spacing.z() > 50 || spacing.y() > 50 || spacing.x() > 50) {
      throw new IllegalArgumentException(
          "a phantom's voxels are at most 50 mm apart, got " + spacing);
    }
    if (!(Math.abs(aboveMm) <= MOST_ABOVE_MM)) {
      throw new IllegalArgumentException(
          "a phantom's grid lies at most " + MOST_ABOVE_MM + " mm above or below, got " + aboveMm);
    }
  }

  /** 36 slices of 256 x 256 voxels of 7.7 x 1.25 x 1.25 mm, as CHAOS' T2 has them; axes LPS. */
  public static PhantomSettings of(long seed, PhantomContrast contrast, boolean cirrhotic) {
    return new PhantomSettings(
        seed,
        contrast,
        cirrhotic,
        false,
        Shape.of(36, 256, 256),
        new Spacing(7.7, 1.25, 1.25),
        0,
        Orientation.LPS);
  }

  /**
   * The same with a grid drawn from the seed: slices of 3 to 9 mm, voxels of 1.1 to 1.6 mm, about
   * 270 mm from end to end.
   */
  public PhantomSettings withRandomGrid() {
    Draws draws = Draws.of(seed, 77);
    double thickness = draws.uniform(3, 9);
    double inPlane = draws.uniform(1.1, 1.6);
    int slices = (int) Math.rint(draws.uniform(240, 290) / thickness);
    int columns = 16 * (int) Math.ceil((obese ? 400 : 340) / inPlane / 16);
    int rows = 16 * (int) Math.ceil(draws.uniform(270, 330) / inPlane / 16);
    return withGrid(Shape.of(slices, rows, columns), new Spacing(thickness, inPlane, inPlane));
  }

  /** The same with a slab of the liver only: 55 to 130 mm of {@link #withRandomGrid}'s grid. */
  public PhantomSettings withRandomSlab() {
    Draws draws = Draws.of(seed, 78);
    PhantomSettings whole = withRandomGrid();
    int slices = (int) Math.rint(draws.uniform(55, 130) / whole.spacing.z());
    Shape slab = Shape.of(slices, whole.shape.dim(1), whole.shape.dim(2));
    double height = draws.uniform(-50, 50);
    return new PhantomSettings(
        seed, contrast, cirrhotic, obese, slab, whole.spacing, height, orientation);
  }

  /** The same patient with much fat. */
  public PhantomSettings withObesity() {
    return new PhantomSettings(
        seed, contrast, cirrhotic, true, shape, spacing, aboveMm, orientation);
  }

  /** The same on another grid. */
  public PhantomSettings withGrid(Shape newShape, Spacing newSpacing) {
    return new PhantomSettings(
        seed, contrast, cirrhotic, obese, newShape, newSpacing, aboveMm, orientation);
  }

  /** The same with other axes. */
  public PhantomSettings withOrientation(Orientation newOrientation) {
    return new PhantomSettings(
        seed, contrast, cirrhotic, obese, shape, spacing, aboveMm, newOrientation);
  }
}
