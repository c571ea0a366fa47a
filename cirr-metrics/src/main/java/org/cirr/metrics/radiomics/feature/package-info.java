/**
 * The feature classes, each usable by itself: matrices built in one pass over the region of
 * interest, and a catalogue of formulas over each.
 */
package org.cirr.metrics.radiomics.feature;
