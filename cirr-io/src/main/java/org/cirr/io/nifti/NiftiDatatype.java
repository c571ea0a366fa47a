package org.cirr.io.nifti;

import java.util.Locale;
import org.cirr.io.file.VoxelType;

/**
 * The voxel datatypes of NIfTI: a number type and how many of them make a voxel.
 *
 * <p><b>Source</b>: NIfTI field {@code datatype}.
 */
public enum NiftiDatatype {
  UINT8(2, VoxelType.UINT8, 1),
  INT16(4, VoxelType.INT16, 1),
  INT32(8, VoxelType.INT32, 1),
  FLOAT32(16, VoxelType.FLOAT32, 1),
  COMPLEX64(32, VoxelType.FLOAT32, 2),
  FLOAT64(64, VoxelType.FLOAT64, 1),
  RGB24(128, VoxelType.UINT8, 3),
  INT8(256, VoxelType.INT8, 1),
  UINT16(512, VoxelType.UINT16, 1),
  UINT32(768, VoxelType.UINT32, 1),
  INT64(1024, VoxelType.INT64, 1),
  UINT64(1280, VoxelType.UINT64, 1),
  COMPLEX128(1792, VoxelType.FLOAT64, 2),
  RGBA32(2304, VoxelType.UINT8, 4);

  private final int code;
  private final VoxelType component;
  private final int components;

  NiftiDatatype(int code, VoxelType component, int components) {
    this.code = code;
    this.component = component;
    this.components = components;
  }

  /** The datatype of a code, or null when there is none that cirr reads. */
  static NiftiDatatype ofCode(int code) {
    for (NiftiDatatype type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    return null;
  }

  /** The value of the header's field. */
  public int code() {
    return code;
  }

  /** The type of each number of a voxel. */
  public VoxelType component() {
    return component;
  }

  /** The numbers per voxel: 1, 2 (complex), 3 (RGB) or 4 (RGBA). */
  public int components() {
    return components;
  }

  /** The bytes of one voxel. */
  public int bytes() {
    return components * component.bytes();
  }

  /** Whether voxels are complex numbers. */
  public boolean isComplex() {
    return this == COMPLEX64 || this == COMPLEX128;
  }

  /** Whether voxels are colours. */
  public boolean isColour() {
    return this == RGB24 || this == RGBA32;
  }

  /** The name in lower case, as NumPy's. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
