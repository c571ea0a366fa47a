/**
 * How good classifications are: confusion matrices and their scores, agreement of raters, ROC
 * curves with DeLong's intervals and tests, calibration.
 */
package org.cirr.metrics.classification;
