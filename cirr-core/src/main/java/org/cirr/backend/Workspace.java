package org.cirr.backend;

/**
 * The memory of one run. It belongs to the graph it was made for and serves every program of that
 * graph and backend, such as the folds of an ensemble; not safe for two threads at once.
 */
public interface Workspace {
  /** The bytes it holds. */
  long bytes();
}
