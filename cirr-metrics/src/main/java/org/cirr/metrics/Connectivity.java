package org.cirr.metrics;

/**
 * Which voxels of a 3 × 3 × 3 neighbourhood count as connected to its centre.
 *
 * <p>In 2D {@link #FACES} is 4-connectivity, and both others are 8-connectivity.
 */
public enum Connectivity {
  /** The 6 neighbours that share a face. */
  FACES,
  /** The 18 neighbours that share a face or an edge. */
  EDGES,
  /** All 26 neighbours. */
  CORNERS
}
