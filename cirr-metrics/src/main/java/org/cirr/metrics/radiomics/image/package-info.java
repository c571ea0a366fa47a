/** What radiomics computes on: a raster of doubles, a region of interest, grey levels. */
package org.cirr.metrics.radiomics.image;
