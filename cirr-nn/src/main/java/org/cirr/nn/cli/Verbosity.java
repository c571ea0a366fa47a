package org.cirr.nn.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The option that all commands share. */
final class Verbosity {
  @Option(
      names = {"-v", "--verbose"},
      description = "Show the stack trace of an error, and what is about to be done.")
  boolean verbose;

  /** Whether a parsed call, or the command inside it, asked for it. */
  static boolean of(ParseResult parsed) {
    for (ParseResult at = parsed; at != null; at = at.subcommand()) {
      if (at.hasMatchedOption("--verbose")) {
        return true;
      }
    }
    return false;
  }
}
