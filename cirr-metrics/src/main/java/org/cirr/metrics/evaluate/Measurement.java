package org.cirr.metrics.evaluate;

import org.cirr.metrics.MaskPair;
import org.cirr.metrics.distance.BoundaryIou;
import org.cirr.metrics.distance.SurfaceDistances;
import org.cirr.metrics.distance.SurfelDistances;
import org.cirr.metrics.overlap.Confusion;
import org.cirr.metrics.overlap.EmptyPolicy;
import org.cirr.metrics.topology.CenterlineDice;
import org.cirr.parallel.Workers;

/**
 * One structure in one pair of maps. What metrics ask for is computed when the first one asks; what
 * none asks for is never computed.
 *
 * <p>Not for use by many threads at once.
 */
public final class Measurement {
  private final Confusion counts;
  private final MaskPair pair;
  private final EmptyPolicy policy;
  private final Workers workers;
  private SurfaceDistances surface;
  private SurfelDistances surfels;
  private BoundaryIou boundary;
  private CenterlineDice centerline;

  /**
   * A measurement.
   *
   * @param counts the voxels of the whole image
   * @param pair the masks
   */
  public Measurement(Confusion counts, MaskPair pair, EmptyPolicy policy, Workers workers) {
    this.counts = counts;
    this.pair = pair;
    this.policy = policy;
    this.workers = workers;
  }

  /** The four counts. */
  public Confusion counts() {
    return counts;
  }

  /** What empty masks are worth. */
  public EmptyPolicy policy() {
    return policy;
  }

  /** The volume of one voxel. */
  public double voxelVolumeMm3() {
    return pair.spacing().voxelVolume();
  }

  /** Distances between surface voxels. */
  public SurfaceDistances surface() {
    if (surface == null) {
      surface = SurfaceDistances.of(pair, policy, workers);
    }
    return surface;
  }

  /** Distances between surface elements with areas. */
  public SurfelDistances surfels() {
    if (surfels == null) {
      surfels = SurfelDistances.of(pair, policy, workers);
    }
    return surfels;
  }

  /** Bands along the surface. */
  public BoundaryIou boundary() {
    if (boundary == null) {
      boundary = BoundaryIou.of(pair, policy, workers);
    }
    return boundary;
  }

  /** Centre lines. */
  public CenterlineDice centerline() {
    if (centerline == null) {
      centerline = CenterlineDice.of(pair, policy, workers);
    }
    return centerline;
  }
}
