/** What can be measured on a segmentation: connected components, and later overlap and distance. */
package org.cirr.metrics;
