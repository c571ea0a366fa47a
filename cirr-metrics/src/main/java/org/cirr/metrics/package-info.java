/**
 * What can be measured on a segmentation; the sub-packages hold the metrics, this one what they
 * share.
 */
package org.cirr.metrics;
