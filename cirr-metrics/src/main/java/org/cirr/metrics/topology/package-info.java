/** Skeletons, centre lines and the number of parts: whether a structure hangs together. */
package org.cirr.metrics.topology;
