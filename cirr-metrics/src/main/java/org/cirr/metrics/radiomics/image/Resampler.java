package org.cirr.metrics.radiomics.image;

import org.cirr.volume.Affine;
import org.cirr.volume.Spacing;
import org.joml.Matrix4d;
import org.joml.Vector3d;

/**
 * Puts image and mask on a grid of another spacing, around the region only.
 *
 * <p>The new grid begins at the corner of the mask's first voxel, as pyradiomics has it; IBSI
 * aligns the centres of both grids. Axes along which the region has one slice keep their spacing.
 *
 * <p><b>Formula</b>: with ρ = s/s', the region's first index lo and extent n, the new grid has the
 * indices from ⌊(lo − ½)ρ − pad⌋ to ⌈(lo + n − ½)ρ + pad⌉, cut to 0 and ⌈size · ρ⌉ − 1; index k
 * lies at the old index ½(s' − s)/s + k/ρ.
 *
 * <p><b>Source</b>: pyradiomics {@code resampleImage}.
 */
public final class Resampler {
  private Resampler() {}

  /** A mask on its own grid. */
  public record Mask(boolean[] inside, int[] shape, Spacing spacing, Affine affine) {}

  /**
   * Resamples a region and its surroundings.
   *
   * @param spacing the new spacing in mm, z y x; 0 keeps the mask's
   * @param padding voxels of the new grid to keep around the region
   */
  public static Scene resample(
      Raster image,
      Affine imageAffine,
      PixelType type,
      Mask mask,
      double[] spacing,
      Interpolator interpolator,
      int padding) {
    Box box = Box.around(mask.inside, mask.shape);
    double[] old = mask.spacing.toArray();
    double[] wanted = wanted(box, old, spacing);
    if (isClose(image.spacing().toArray(), wanted)) { // the image stays, the mask moves onto it
      boolean[] moved = moveMask(mask, image, imageAffine);
      Box around = Box.around(moved, image.shape());
      if (around == null) {
        throw new IllegalArgumentException(
            "the region lies outside the image; check that image and mask belong together");
      }
      return new Scene(image, moved, imageAffine, type).cut(around.grown(padding, image.shape()));
    }
    int[] first = new int[3];
    int[] extent = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      double ratio = old[axis] / wanted[axis];
      int lo = box.first()[axis];
      int n = box.shape()[axis];
      double low = Math.max(0, Math.floor((lo - 0.5) * ratio - padding));
      double high =
          Math.min(
              Math.ceil(mask.shape[axis] * ratio) - 1, Math.ceil((lo + n - 0.5) * ratio + padding));
      first[axis] = (int) low;
      extent[axis] = (int) (high - low + 1);
    }
    requireFit(extent, wanted);
    double[] start = new double[3]; // of the new grid in old mask indices
    double[] step = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      double ratio = old[axis] / wanted[axis];
      start[axis] = 0.5 * (wanted[axis] - old[axis]) / old[axis] + first[axis] / ratio;
      step[axis] = wanted[axis] / old[axis];
    }
    return sample(image, imageAffine, type, mask, interpolator, extent, start, step, wanted);
  }

  private static Scene sample(
      Raster image,
      Affine imageAffine,
      PixelType type,
      Mask mask,
      Interpolator interpolator,
      int[] extent,
      double[] start,
      double[] step,
      double[] wanted) {
    Interpolation values = Interpolation.of(image, interpolator);
    Matrix4d toImage = maskToImage(mask.affine, imageAffine);
    double[] out =
        new double[Math.multiplyExact(Math.multiplyExact(extent[0], extent[1]), extent[2])];
    boolean[] inside = new boolean[out.length];
    Vector3d at = new Vector3d();
    for (int z = 0, i = 0; z < extent[0]; z++) {
      for (int y = 0; y < extent[1]; y++) {
        for (int x = 0; x < extent[2]; x++, i++) {
          double cz = start[0] + z * step[0];
          double cy = start[1] + y * step[1];
          double cx = start[2] + x * step[2];
          inside[i] = nearest(mask, cz, cy, cx);
          at.set(cx, cy, cz);
          if (toImage != null) {
            toImage.transformPosition(at);
          }
          out[i] = type.store(values.at(at.z, at.y, at.x));
        }
      }
    }
    Matrix4d grid =
        new Matrix4d(mask.affine.matrix())
            .translate(start[2], start[1], start[0])
            .scale(step[2], step[1], step[0]);
    Spacing spacing = new Spacing(wanted[0], wanted[1], wanted[2]);
    return new Scene(Raster.of(extent, out, spacing), inside, Affine.of(grid), type);
  }

  /** The mask on the image's grid, by nearest neighbour. */
  public static boolean[] moveMask(Mask mask, Raster image, Affine imageAffine) {
    Matrix4d toImage = maskToImage(mask.affine, imageAffine);
    int[] shape = image.shape();
    if (toImage == null && java.util.Arrays.equals(shape, mask.shape)) {
      return mask.inside;
    }
    Matrix4d toMask = toImage == null ? new Matrix4d() : toImage.invertAffine(new Matrix4d());
    boolean[] moved = new boolean[image.values().length];
    Vector3d at = new Vector3d();
    for (int z = 0, i = 0; z < shape[0]; z++) {
      for (int y = 0; y < shape[1]; y++) {
        for (int x = 0; x < shape[2]; x++, i++) {
          toMask.transformPosition(x, y, z, at);
          moved[i] = nearest(mask, at.z, at.y, at.x);
        }
      }
    }
    return moved;
  }

  /**
   * Checks that a mask's region lies inside an image.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} with the region's corners in image indices.
   */
  public static void requireInside(Mask mask, Raster image, Affine imageAffine) {
    Box box = Box.around(mask.inside, mask.shape);
    Matrix4d toImage = maskToImage(mask.affine, imageAffine);
    int[] shape = image.shape();
    for (int corner = 0; corner < 8; corner++) {
      Vector3d at =
          new Vector3d(
              box.x() - 0.5 + (corner & 1) * box.width(),
              box.y() - 0.5 + (corner >> 1 & 1) * box.height(),
              box.z() - 0.5 + (corner >> 2) * box.depth());
      if (toImage != null) {
        toImage.transformPosition(at);
      }
      double[] place = {at.z, at.y, at.x};
      for (int axis = 0; axis < 3; axis++) {
        if (place[axis] < -0.5 - 1e-3 || place[axis] > shape[axis] - 0.5 + 1e-3) {
          throw new IllegalArgumentException(
              String.format(
                  java.util.Locale.ROOT,
                  "the region of the mask reaches index %.1f along %s of the image, which goes from"
                      + " -0.5 to %.1f; check that image and mask belong together",
                  place[axis],
                  "zyx".charAt(axis),
                  shape[axis] - 0.5));
        }
      }
    }
  }

  /** Mask index to image index; null when both grids coincide. */
  private static Matrix4d maskToImage(Affine mask, Affine image) {
    if (mask.equals(image, 1e-9)) {
      return null;
    }
    return image.matrix().invertAffine(new Matrix4d()).mul(mask.matrix());
  }

  private static boolean nearest(Mask mask, double z, double y, double x) {
    double fz = Math.floor(z + 0.5);
    double fy = Math.floor(y + 0.5);
    double fx = Math.floor(x + 0.5);
    if (!(fz >= 0 && fy >= 0 && fx >= 0)
        || fz >= mask.shape[0]
        || fy >= mask.shape[1]
        || fx >= mask.shape[2]) {
      return false;
    }
    return mask.inside[((int) fz * mask.shape[1] + (int) fy) * mask.shape[2] + (int) fx];
  }

  private static double[] wanted(Box box, double[] old, double[] spacing) {
    double[] wanted = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      boolean keep = spacing[axis] == 0 || box.shape()[axis] == 1;
      wanted[axis] = keep ? old[axis] : spacing[axis];
    }
    return wanted;
  }

  private static boolean isClose(double[] old, double[] wanted) {
    for (int axis = 0; axis < 3; axis++) {
      if (Math.abs(old[axis] - wanted[axis]) > 1e-8 + 1e-5 * wanted[axis]) {
        return false;
      }
    }
    return true;
  }

  private static void requireFit(int[] extent, double[] wanted) {
    long voxels = (long) extent[0] * extent[1] * extent[2];
    if (extent[0] < 1 || extent[1] < 1 || extent[2] < 1 || voxels > 1L << 30) {
      throw new IllegalArgumentException(
          String.format(
              java.util.Locale.ROOT,
              "resampling to %s x %s x %s mm (z y x) makes a region of %d x %d x %d voxels; choose a"
                  + " larger 'resampledPixelSpacing' or a smaller 'padDistance'",
              wanted[0],
              wanted[1],
              wanted[2],
              extent[0],
              extent[1],
              extent[2]));
    }
  }
}
