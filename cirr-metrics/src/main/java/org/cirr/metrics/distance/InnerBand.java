package org.cirr.metrics.distance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cirr.metrics.MaskPair;
import org.cirr.parallel.Workers;
import org.cirr.volume.Spacing;

/** The voxels of a mask that lie within a distance of the outside. */
final class InnerBand {
  /*
   * A voxel lies deeper than the band when all voxels of a ball around it are in the mask. The ball
   * is a stack of rows, and 64 voxels are tested at once: so narrow bands cost a few operations per
   * word and row of the ball. For wide ones a distance transform is faster; both give the same band,
   * since they multiply and add in the same order.
   */
  private static final int MOST_ROWS = 128;

  private final MaskPair pair;
  private final VoxelSet mask;
  private final double width;
  private final boolean inclusive;
  private final Workers workers;

  /** A row of the ball, from {@code -steps} to {@code steps} along x. */
  private record Row(int z, int y, int steps) {}

  private InnerBand(MaskPair pair, int bit, double width, boolean inclusive, Workers workers) {
    this.pair = pair;
    this.mask = VoxelSet.of(pair, bit, workers);
    this.width = width;
    this.inclusive = inclusive;
    this.workers = workers;
  }

  /**
   * The band of one mask of a pair; outside the image counts as outside.
   *
   * @param inclusive whether a voxel at exactly this distance belongs to the band
   */
  static VoxelSet of(MaskPair pair, int bit, double width, boolean inclusive, Workers workers) {
    InnerBand band = new InnerBand(pair, bit, width, inclusive, workers);
    List<Row> ball = band.ball();
    return ball.size() > MOST_ROWS ? band.byTransform() : band.byErosion(ball);
  }

  /** The same by a distance transform, whatever the width. */
  static VoxelSet byTransform(
      MaskPair pair, int bit, double width, boolean inclusive, Workers workers) {
    return new InnerBand(pair, bit, width, inclusive, workers).byTransform();
  }

  private List<Row> ball() {
    Spacing spacing = pair.spacing();
    int reachZ = reach(0, mask.depth(), spacing.z());
    int reachY = reach(1, mask.height(), spacing.y());
    int reachX = reach(2, mask.width(), spacing.x());
    List<Row> rows = new ArrayList<>();
    for (int z = -reachZ; z <= reachZ && rows.size() <= MOST_ROWS; z++) {
      for (int y = -reachY; y <= reachY; y++) {
        int steps = -1;
        while (steps < reachX && isWithin(squared(z, y, steps + 1))) {
          steps++;
        }
        if (steps >= 0) {
          rows.add(new Row(z, y, steps));
        }
      }
    }
    return rows;
  }

  /** How far the ball can go along an axis; beyond the extent everything is outside anyway. */
  private int reach(int axis, int extent, double spacing) {
    return pair.hasAxis(axis) ? (int) Math.min(extent, width / spacing) : 0;
  }

  private double squared(int z, int y, int x) {
    Spacing spacing = pair.spacing();
    double alongX = x * spacing.x();
    return alongX * alongX + spacing.y() * spacing.y() * y * y + spacing.z() * spacing.z() * z * z;
  }

  private boolean isWithin(double squared) {
    double distance = Math.sqrt(squared);
    return inclusive ? distance <= width : distance < width;
  }

  private VoxelSet byErosion(List<Row> ball) {
    VoxelSet band = new VoxelSet(mask.depth(), mask.height(), mask.width());
    workers.forEach(
        mask.depth(),
        z -> {
          long[] deep = new long[mask.rowWords()];
          long[] run = new long[mask.rowWords()];
          for (int y = 0; y < mask.height(); y++) {
            int row = mask.row(z, y);
            System.arraycopy(mask.words(), row, deep, 0, deep.length);
            for (int i = 0; i < ball.size() && isAny(deep); i++) {
              keep(deep, run, z, y, ball.get(i));
            }
            for (int i = 0; i < deep.length; i++) {
              band.words()[row + i] = mask.words()[row + i] & ~deep[i];
            }
          }
        });
    return band;
  }

  /** Keeps the voxels around which a row of the ball is in the mask. */
  private void keep(long[] deep, long[] run, int z, int y, Row row) {
    int atZ = z + row.z;
    int atY = y + row.y;
    if (atZ < 0 || atY < 0 || atZ >= mask.depth() || atY >= mask.height()) {
      Arrays.fill(deep, 0);
      return;
    }
    System.arraycopy(mask.words(), mask.row(atZ, atY), run, 0, run.length);
    int length = 2 * row.steps + 1;
    for (int known = 1; known < length; ) { // bit x: voxels x to x + known - 1 are in the mask
      int more = Math.min(known, length - known);
      andBehind(run, more);
      known += more;
    }
    shiftBehind(run, row.steps); // bit x: voxels x - steps to x + steps
    for (int i = 0; i < deep.length; i++) {
      deep[i] &= run[i];
    }
  }

  /** {@code bit x &= bit x + steps}. */
  private static void andBehind(long[] words, int steps) {
    int skip = steps / Long.SIZE;
    int part = steps % Long.SIZE;
    for (int i = 0; i < words.length; i++) {
      long low = i + skip < words.length ? words[i + skip] : 0;
      long high = i + skip + 1 < words.length ? words[i + skip + 1] : 0;
      words[i] &= part == 0 ? low : low >>> part | high << (Long.SIZE - part);
    }
  }

  /** {@code bit x = bit x - steps}. */
  private static void shiftBehind(long[] words, int steps) {
    int skip = steps / Long.SIZE;
    int part = steps % Long.SIZE;
    for (int i = words.length - 1; i >= 0; i--) {
      long high = i >= skip ? words[i - skip] : 0;
      long low = i >= skip + 1 ? words[i - skip - 1] : 0;
      words[i] = part == 0 ? high : high << part | low >>> (Long.SIZE - part);
    }
  }

  private static boolean isAny(long[] words) {
    for (long word : words) {
      if (word != 0) {
        return true;
      }
    }
    return false;
  }

  private VoxelSet byTransform() {
    int deeper = pair.hasAxis(0) ? 1 : 0; // an empty border along the axes that the image has
    int higher = pair.hasAxis(1) ? 1 : 0;
    int wider = pair.hasAxis(2) ? 1 : 0;
    int depth = mask.depth() + 2 * deeper;
    int height = mask.height() + 2 * higher;
    int width = mask.width() + 2 * wider;
    SquaredDistances transform =
        new SquaredDistances(depth, height, width, pair.spacing(), workers);
    VoxelSet outside = new VoxelSet(depth, height, width);
    for (int z = 0; z < depth; z++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          if (!isInMask(z - deeper, y - higher, x - wider)) {
            outside.add(z, y, x);
          }
        }
      }
    }
    double[] squared = transform.to(outside, null);
    VoxelSet band = new VoxelSet(mask.depth(), mask.height(), mask.width());
    workers.forEach(
        mask.depth(),
        z ->
            mask.forEach(
                z,
                (y, x) -> {
                  int index = ((z + deeper) * height + y + higher) * width + x + wider;
                  if (isWithin(squared[index])) {
                    band.add(z, y, x);
                  }
                }));
    return band;
  }

  private boolean isInMask(int z, int y, int x) {
    return z >= 0
        && y >= 0
        && x >= 0
        && z < mask.depth()
        && y < mask.height()
        && x < mask.width()
        && mask.contains(z, y, x);
  }
}
