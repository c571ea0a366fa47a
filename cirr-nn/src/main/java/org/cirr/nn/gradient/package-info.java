/**
 * Gradients as graphs: {@link org.cirr.nn.gradient.Gradients} turns a graph and its loss into a
 * bigger graph, by one rule per op.
 */
package org.cirr.nn.gradient;
