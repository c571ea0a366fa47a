package org.cirr.io.nifti;

import java.nio.ByteOrder;
import java.util.List;
import org.cirr.volume.Affine;
import org.cirr.volume.Spacing;

/**
 * The fields of a NIfTI header that a program may want, as the file states them (float32 fields
 * widened to double). The rest of the header is kept by {@link NiftiImage} on a round trip.
 *
 * @param version 1 or 2
 * @param pair whether the voxels lie in an {@code .img} file
 * @param order the byte order of header and voxels
 * @param dims the extents {@code dim[1..dim[0]]}, x (fastest) first
 * @param datatype the voxel datatype
 * @param pixdim the eight entries of {@code pixdim}; the first one holds the sign qfac
 * @param voxOffset the first voxel's byte in its file
 * @param sclSlope the scale; 0 and values that are not finite mean unscaled
 * @param sclInter the offset that goes with the scale
 * @param qformCode what the quaternion refers to; 0 is nothing
 * @param sformCode what the rows of {@code srow} refer to; 0 is nothing
 * @param quatern {@code quatern_b, quatern_c, quatern_d}
 * @param qoffset {@code qoffset_x, qoffset_y, qoffset_z}
 * @param srow {@code srow_x}, {@code srow_y}, {@code srow_z}: three rows of four
 * @param xyztUnits the unit codes; 2 is mm, 8 is seconds
 * @param calMin the value displayed black; with {@code calMax} 0 when not set
 * @param calMax the value displayed white
 * @param intentCode what the values mean; 0 is nothing special
 * @param intentName the name of that meaning
 * @param description the free text {@code descrip}
 */
public record NiftiHeader(
    int version,
    boolean pair,
    ByteOrder order,
    List<Long> dims,
    NiftiDatatype datatype,
    List<Double> pixdim,
    long voxOffset,
    double sclSlope,
    double sclInter,
    int qformCode,
    int sformCode,
    List<Double> quatern,
    List<Double> qoffset,
    List<Double> srow,
    int xyztUnits,
    double calMin,
    double calMax,
    int intentCode,
    String intentName,
    String description) {

  /** The extent along an axis, 0 (x) to 6; 1 for axes that the file has not. */
  public long dim(int axis) {
    return axis < dims.size() ? dims.get(axis) : 1;
  }

  /** The number of three-dimensional images: the product of the extents behind z. */
  public long frames() {
    long frames = 1;
    for (int axis = 3; axis < dims.size(); axis++) {
      frames *= dims.get(axis); // the product of all extents was checked to fit when it was read
    }
    return frames;
  }

  /** The number of voxels of all frames. */
  public long voxels() {
    return dim(0) * dim(1) * dim(2) * frames();
  }

  /** The size in words, such as {@code 256×256×37 int16}. */
  public String sizeText() {
    StringBuilder text = new StringBuilder();
    for (long dim : dims) {
      text.append(text.isEmpty() ? "" : "×").append(dim);
    }
    return text.append(' ').append(datatype).toString();
  }

  /** Whether values are {@code slope · raw + inter}. */
  public boolean isScaled() {
    return sclSlope != 0 && Double.isFinite(sclSlope);
  }

  /**
   * Voxel to world in RAS+ mm: the sform if its code is above 0, else the qform if its code is
   * above 0, else {@code pixdim} with x running to the left and the volume's centre at the origin.
   *
   * <p><b>Edge cases</b>: an sform or qform that is not finite or cannot be inverted counts as
   * absent; {@link #affineSource()} tells which fields were used.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when {@code pixdim} is needed and is not
   * finite.
   *
   * <p><b>Source</b>: the NIfTI-1 standard's methods 3 and 2; nibabel's {@code get_best_affine} and
   * {@code get_base_affine}.
   */
  public Affine affine() {
    return NiftiAffine.of(this).affine();
  }

  /**
   * Which fields {@link #affine()} comes from.
   *
   * <p><b>Errors</b>: as {@link #affine()}.
   */
  public AffineSource affineSource() {
    return NiftiAffine.of(this).source();
  }

  /**
   * The distances of the voxels as {@code pixdim} states them, without sign, 0 read as 1.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when one is not finite.
   *
   * <p><b>Source</b>: nibabel's {@code get_zooms}, by which nnU-Net decides.
   */
  public Spacing spacing() {
    return new Spacing(
        NiftiAffine.zoom(this, 2), NiftiAffine.zoom(this, 1), NiftiAffine.zoom(this, 0));
  }
}
