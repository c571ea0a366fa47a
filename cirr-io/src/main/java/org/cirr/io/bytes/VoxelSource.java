package org.cirr.io.bytes;

import java.io.IOException;

/** Voxel values in file order. */
@FunctionalInterface
public interface VoxelSource {
  /**
   * Puts the next values into the front of the array.
   *
   * <p><b>Errors</b>: {@link org.cirr.io.file.MalformedFileException} when the file holds fewer.
   */
  void next(double[] values, int count) throws IOException;
}
