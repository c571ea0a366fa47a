package org.cirr.backend;

/**
 * A sliding window at work on a device. Passes are put into a queue and computed one after the
 * other, while the caller reads and uses the slices that are finished.
 *
 * <p><b>Formula</b>: for each voxel of a tile, sum = sum + mean · g and weight = weight + g, where
 * the mean is that of the passes, added in their order, each mirrored back; a logit is sum /
 * weight. In float32 without fused multiplication and addition; in half precision sum, weight and
 * logit are rounded to half each time.
 *
 * <p>For one thread at a time. <b>Errors</b>: {@link DeviceException} from every method but {@link
 * #close} when the device fails; that of a pass may come with a later call.
 */
public interface TileStream extends AutoCloseable {
  /**
   * Puts one pass of one program over a tile into the queue. Of every tile all passes come in their
   * order, program by program; the last pass of a program adds its mean to the sums.
   *
   * <p><b>Errors</b>: {@link IllegalStateException} for a tile that reaches into slices that are
   * finished, or that there is no slot for yet.
   *
   * @param start of the tile in the image; negative where it begins in the padding, which is zero
   */
  void pass(int[] start, int program, int pass);

  /** Whether so many passes wait that the device has enough to do for now. */
  boolean full();

  /** Waits until the oldest pass of the queue is computed. */
  void await();

  /** How many passes have been computed. */
  long passesDone();

  /**
   * No later tile reaches the slices before {@code end}: they are divided by their weights and may
   * be read. Those that a call before this one has named have been read; their memory is used again
   * for slices behind.
   */
  void finish(int end);

  /**
   * Copies the logits of a class in a finished slice, while later passes compute.
   *
   * <p><b>Shapes</b>: {@code [y · width + x]}.
   *
   * @param into for work in half precision: the bits
   */
  void read(int slice, int program, int label, short[] into);

  /** The same for work in single precision. */
  void read(int slice, int program, int label, float[] into);

  /** Waits for what is under way, and gives all memory but the workspace's back. */
  @Override
  void close();
}
