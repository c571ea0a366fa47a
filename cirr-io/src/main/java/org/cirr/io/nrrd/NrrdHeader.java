package org.cirr.io.nrrd;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.cirr.io.file.VoxelType;
import org.cirr.volume.Affine;
import org.cirr.volume.Spacing;

/**
 * The header of an NRRD file.
 *
 * @param version the number at the end of the magic word, {@code NRRD0004}
 * @param type the type of the values
 * @param order the byte order; little-endian where the values have none
 * @param encoding how the values are stored
 * @param sizes the extents, fastest axis first
 * @param space the world's axes, such as {@code left-posterior-superior}; empty if not stated
 * @param spaceDirections per axis the step in space, empty for an axis that is {@code none}; an
 *     empty list if not stated
 * @param spaceOrigin the centre of the first voxel; empty if not stated
 * @param spacings per axis the distance of the samples, NaN where unknown; empty if not stated
 * @param kinds per axis what it is, such as {@code domain} or {@code list}; empty if not stated
 * @param dataFile where the values are: empty when they follow the header
 * @param lineSkip the lines to skip before the values
 * @param byteSkip the bytes to skip before the values; −1 when the values end where the file ends
 * @param fields all fields as text, by their names in lower case without blanks
 * @param keyValues the custom {@code key:=value} lines, in file order
 */
public record NrrdHeader(
    int version,
    VoxelType type,
    ByteOrder order,
    NrrdEncoding encoding,
    List<Long> sizes,
    String space,
    List<List<Double>> spaceDirections,
    List<Double> spaceOrigin,
    List<Double> spacings,
    List<String> kinds,
    String dataFile,
    long lineSkip,
    long byteSkip,
    Map<String, String> fields,
    Map<String, String> keyValues) {

  /** The number of values. */
  public long values() {
    long product = 1;
    for (long size : sizes) {
      product *= size; // checked to fit when the header was read
    }
    return product;
  }

  /** The number of three-dimensional images: the product of the extents that are not space. */
  public long frames() {
    return NrrdAxes.of(this).frames();
  }

  /** The size in words, such as {@code 30×30×30 int16}. */
  public String sizeText() {
    StringBuilder text = new StringBuilder();
    for (long size : sizes) {
      text.append(text.isEmpty() ? "" : "×").append(size);
    }
    return text.append(' ').append(type).toString();
  }

  /**
   * Voxel to world in RAS+ mm, from {@code space directions} and {@code space origin}, else from
   * {@code spacings}.
   *
   * <p><b>Edge cases</b>: a space that is neither RAS, LAS nor LPS, or is not stated, counts as LPS
   * (as in ITK); an axis that is missing is put at right angles to the others with spacing 1.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the directions cannot be inverted.
   */
  public Affine affine() {
    return NrrdAxes.of(this).affine();
  }

  /**
   * The lengths of the voxel steps.
   *
   * <p><b>Errors</b>: as {@link #affine()}.
   */
  public Spacing spacing() {
    return NrrdAxes.of(this).spacing();
  }
}
