/** Image filters: each makes a new raster from a raster. */
package org.cirr.metrics.radiomics.filter;
