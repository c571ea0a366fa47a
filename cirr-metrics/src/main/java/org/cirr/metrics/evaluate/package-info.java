/**
 * All metrics of all structures of a pair of label maps, and what is said about many pairs.
 *
 * <p>{@link org.cirr.metrics.evaluate.Evaluation} measures one pair, {@link
 * org.cirr.metrics.evaluate.Summary} sums up many.
 */
package org.cirr.metrics.evaluate;
