/**
 * Running graphs: a {@link org.cirr.backend.Backend} compiles a {@link org.cirr.graph.Graph} into a
 * {@link org.cirr.backend.Program}; {@link org.cirr.backend.Backends} chooses the backend.
 */
package org.cirr.backend;
