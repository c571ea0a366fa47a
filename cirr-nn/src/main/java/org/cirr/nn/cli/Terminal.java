package org.cirr.nn.cli;

/**
 * Whether a person is watching, and how wide their window is.
 *
 * <p>The launcher knows whether stderr is a terminal and says so in {@code cirr.terminal} and
 * {@code cirr.columns}; without it Java's own guess is taken, which needs stdin and stdout to be
 * terminals too.
 *
 * @param interactive whether lines may be redrawn
 * @param columns the width to stay below
 */
record Terminal(boolean interactive, int columns) {
  static final Terminal NONE = new Terminal(false, 80);

  static Terminal ofProcess() {
    String told = System.getProperty("cirr.terminal");
    boolean interactive = told != null ? Boolean.parseBoolean(told) : System.console() != null;
    Integer columns = Integer.getInteger("cirr.columns");
    return new Terminal(interactive, columns != null && columns >= 40 ? columns : 80);
  }
}
