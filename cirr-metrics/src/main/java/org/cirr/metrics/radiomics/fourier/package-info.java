/** Discrete Fourier transforms, for filters and sums over all pairs of voxels; not exported. */
package org.cirr.metrics.radiomics.fourier;
