/** Networks as immutable graphs: {@link org.cirr.graph.Node} and {@link org.cirr.graph.Graph}. */
package org.cirr.graph;
