package org.cirr.backend;

import java.util.List;

/**
 * A device that runs a sliding window by itself: it holds the image, cuts tiles out of it and adds
 * up what the programs make of them.
 */
public interface TileDevice {
  /** All memory of the device, used or not. */
  long memory();

  /** The device's memory for image and sums, beside the programs' weights and one workspace. */
  long bytes(TileWork work);

  /**
   * Takes all the memory and copies the image.
   *
   * <p><b>Errors</b>: {@link DeviceException} when the device fails, or, with the numbers, when the
   * memory is not there; {@link IllegalArgumentException} when the programs are not of one graph of
   * this backend, with one input and one computed output of the work's sizes.
   *
   * @param programs as many as the work says; none may be rebound before the stream is closed
   * @param image one array for each channel; not used after this call
   * @param gaussian how much each voxel of a tile counts; null where the work is not weighted
   */
  TileStream open(TileWork work, List<Program> programs, List<float[]> image, float[] gaussian);
}
