/**
 * Radiomics: features of a region of interest under pyradiomics' names, with its numbers and its
 * parameter files.
 */
package org.cirr.metrics.radiomics;
