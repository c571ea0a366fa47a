/**
 * The command line: {@link org.cirr.nn.cli.Main}. A class per command, and one each for finding the
 * cases, naming the outputs, running a case, showing progress and reporting.
 */
package org.cirr.nn.cli;
