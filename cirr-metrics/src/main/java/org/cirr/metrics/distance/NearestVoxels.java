package org.cirr.metrics.distance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.cirr.parallel.Workers;
import org.cirr.volume.Spacing;

/** The distance from each voxel of one set to the nearest voxel of another. */
final class NearestVoxels {
  /*
   * The plain form looks at all pairs:
   *
   *     for v in from: distance(v) = min over s in to of |spacing · (v − s)|
   *
   * Surfaces that are to be compared mostly lie close together. So each voxel looks at the rows
   * around its own, nearest row first, and in each row at the nearest voxel of the other set. It is
   * done when the next row is farther away than what it has found: after 21 rows for 2 mm, 310 for 8
   * mm (rows 0.8 mm apart, slices 1 mm).
   *
   * Voxels that have seen NEAR rows without an answer look at FAR rows if they are few. Should they
   * be many, or not be done even then, one exact distance transform of the whole box answers
   * them all: so the time is bounded by that of the transform and NEAR rows per voxel, whatever the
   * masks are. Which of the two computes a distance depends on the masks only, never on threads.
   *
   * Measured (liver of 512 x 512 x 300, two surfaces of 130,000 voxels; 2 threads, Java 17,
   * 2026-11-22): see docs/metrics.md, "Speed".
   */
  private static final int NEAR = 512;
  private static final int FAR = 8192;

  /** The transform takes about as long per voxel of the box as this many rows. */
  private static final int ROWS_PER_VOXEL = 16;

  private final VoxelSet sites;
  private final double stepX;
  private final double limit; // all rows up to this squared distance are listed
  private final boolean complete; // all rows of the box are listed
  private final int[] stepsZ;
  private final int[] stepsY;
  private final double[] squaresZ;
  private final double[] squaresY;

  private record Row(int z, int y, double squaredZ, double squaredY) {
    double squared() {
      return squaredZ + squaredY;
    }
  }

  /** A search in about {@code most} rows around each voxel. */
  private NearestVoxels(VoxelSet sites, Spacing spacing, int most) {
    this.sites = sites;
    stepX = spacing.x();
    limit = most * spacing.y() * spacing.z() / Math.PI; // the ellipse with as many rows
    int reachZ = (int) Math.min(sites.depth() - 1, Math.sqrt(limit) / spacing.z());
    int reachY = (int) Math.min(sites.height() - 1, Math.sqrt(limit) / spacing.y());
    List<Row> rows = new ArrayList<>();
    for (int z = -reachZ; z <= reachZ; z++) {
      for (int y = -reachY; y <= reachY; y++) {
        Row row = new Row(z, y, squared(z, spacing.z()), squared(y, spacing.y()));
        if (row.squared() <= limit) {
          rows.add(row);
        }
      }
    }
    rows.sort(Comparator.comparingDouble(Row::squared));
    complete =
        squared(sites.depth() - 1, spacing.z()) + squared(sites.height() - 1, spacing.y()) <= limit;
    stepsZ = rows.stream().mapToInt(Row::z).toArray();
    stepsY = rows.stream().mapToInt(Row::y).toArray();
    squaresZ = rows.stream().mapToDouble(Row::squaredZ).toArray();
    squaresY = rows.stream().mapToDouble(Row::squaredY).toArray();
  }

  /**
   * The distances in the order of the voxels (z, then y, then x); infinite when there is none in
   * {@code to}.
   */
  static double[] distances(VoxelSet from, VoxelSet to, Spacing spacing, Workers workers) {
    int[] starts = from.starts();
    double[] distances = new double[starts[from.depth()]];
    if (to.isEmpty()) {
      Arrays.fill(distances, Double.POSITIVE_INFINITY);
      return distances;
    }
    Arrays.fill(distances, Double.NaN); // not known
    fill(from, starts, distances, new NearestVoxels(to, spacing, NEAR)::distance, workers);
    double voxels = (double) to.depth() * to.height() * to.width();
    double unknown = unknown(distances);
    if (unknown > 0 && unknown * FAR < voxels * ROWS_PER_VOXEL) {
      fill(from, starts, distances, new NearestVoxels(to, spacing, FAR)::distance, workers);
    }
    if (unknown(distances) > 0) {
      double[] squared =
          new SquaredDistances(to.depth(), to.height(), to.width(), spacing, workers).to(to, from);
      Distance transformed =
          (z, y, x) -> Math.sqrt(squared[(z * to.height() + y) * to.width() + x]);
      fill(from, starts, distances, transformed, workers);
    }
    return distances;
  }

  private static double unknown(double[] distances) {
    int unknown = 0;
    for (double distance : distances) {
      unknown += Double.isNaN(distance) ? 1 : 0;
    }
    return unknown;
  }

  /** A way to find the distance from one voxel; NaN when it does not. */
  @FunctionalInterface
  private interface Distance {
    double from(int z, int y, int x);
  }

  /** Finds the distances that are not known yet. */
  private static void fill(
      VoxelSet from, int[] starts, double[] distances, Distance distance, Workers workers) {
    workers.forEach(
        from.depth(),
        z -> {
          int[] next = {starts[z]};
          from.forEach(
              z,
              (y, x) -> {
                if (Double.isNaN(distances[next[0]])) {
                  distances[next[0]] = distance.from(z, y, x);
                }
                next[0]++;
              });
        });
  }

  /** The distance from one voxel, or NaN when it takes more rows than there are. */
  private double distance(int z, int y, int x) {
    double nearest = Double.POSITIVE_INFINITY;
    int reach = Integer.MAX_VALUE;
    for (int i = 0; i < stepsZ.length; i++) {
      if (squaresZ[i] + squaresY[i] >= nearest) {
        return Math.sqrt(nearest);
      }
      int atZ = z + stepsZ[i];
      int atY = y + stepsY[i];
      if (atZ < 0 || atY < 0 || atZ >= sites.depth() || atY >= sites.height()) {
        continue;
      }
      int steps = sites.steps(sites.row(atZ, atY), x, reach);
      if (steps <= reach && steps != VoxelSet.NONE) {
        double alongX = steps * stepX;
        double squared = alongX * alongX + squaresY[i] + squaresZ[i];
        if (squared < nearest) {
          nearest = squared;
          reach = (int) Math.ceil(Math.sqrt(nearest) / stepX);
        }
      }
    }
    return complete || nearest <= limit ? Math.sqrt(nearest) : Double.NaN;
  }

  /** Multiplied as in {@link SquaredDistances}, so that both give the same digits. */
  private static double squared(int steps, double spacing) {
    return spacing * spacing * steps * steps;
  }
}
