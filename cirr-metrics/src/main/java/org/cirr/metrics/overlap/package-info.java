/** Overlap and volume: what can be said by counting voxels. */
package org.cirr.metrics.overlap;
