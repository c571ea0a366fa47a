/** Distributions, sums and random numbers that the other packages share. Not exported. */
package org.cirr.metrics.numeric;
