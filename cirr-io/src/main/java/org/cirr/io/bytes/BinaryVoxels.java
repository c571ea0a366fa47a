package org.cirr.io.bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.VoxelType;

/**
 * Voxels as the file's numbers, one after the other.
 *
 * <p><b>Formula</b>: {@code slope · raw + inter} in double, as nibabel's {@code get_fdata}.
 */
public final class BinaryVoxels implements VoxelSource {
  private final ByteInput in;
  private final VoxelType type;
  private final double slope;
  private final double inter;
  private final String claim;
  private final byte[] bytes;
  private final ByteBuffer buffer;

  /**
   * @param claim what the header promises, such as {@code 3x3x3 int16 = 54 bytes from byte 352}
   */
  public BinaryVoxels(
      ByteInput in, VoxelType type, ByteOrder order, double slope, double inter, String claim) {
    this.in = in;
    this.type = type;
    this.slope = slope;
    this.inter = inter == 0 ? -0.0 : inter; // x + -0.0 is x for every x, 0 and -0 alike
    this.claim = claim;
    this.bytes = new byte[VoxelFill.CHUNK * type.bytes()];
    this.buffer = ByteBuffer.wrap(bytes).order(order);
  }

  /** Refuses before anything is read when the file cannot hold so many bytes. */
  public static void checkHolds(ByteInput in, long needed, String claim) throws IOException {
    if (needed > in.mostLeft()) {
      throw new MalformedFileException(
          in.path(),
          "the header",
          "promises "
              + claim
              + ", but the file "
              + (in.isPacked()
                  ? "can unpack to at most " + (in.mostLeft() + in.position()) + " bytes"
                  : "holds only " + (in.mostLeft() + in.position()) + " bytes"),
          "the file is truncated or its header wrong: copy or export it again");
    }
  }

  /** Refuses a file that ended before the voxels did. */
  public static void checkCame(ByteInput in, long got, long wanted, String claim)
      throws IOException {
    if (got < wanted) {
      throw new MalformedFileException(
          in.path(),
          "the header",
          "promises "
              + claim
              + ", but the file "
              + (in.isPacked() ? "unpacks to only " : "holds only ")
              + in.position()
              + " bytes",
          "the file is truncated or its header wrong: copy or export it again");
    }
  }

  @Override
  public void next(double[] values, int count) throws IOException {
    int wanted = count * type.bytes();
    int got = in.readFully(bytes, 0, wanted);
    checkCame(in, got, wanted, claim);
    buffer.clear();
    type.decode(buffer, values, count);
    if (slope != 1 || inter != 0) {
      for (int i = 0; i < count; i++) {
        values[i] = slope * values[i] + inter;
      }
    }
  }
}
