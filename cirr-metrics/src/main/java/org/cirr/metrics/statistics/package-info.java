/**
 * Tests, intervals, agreement and correlation.
 *
 * <p>Distributions, regression and one-way analysis of variance are those of Apache Commons Math;
 * what it has not, or has for small or untied samples only, is cirr's own and says so in its class.
 * {@code docs/statistics.md} lists all with formulas and sources.
 */
package org.cirr.metrics.statistics;
