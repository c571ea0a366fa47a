/**
 * Distances between the surfaces of two masks, in every convention that is in use.
 *
 * <p>{@link org.cirr.metrics.distance.SurfaceDistances} takes surface voxels, {@link
 * org.cirr.metrics.distance.SurfelDistances} surface elements with an area.
 */
package org.cirr.metrics.distance;
