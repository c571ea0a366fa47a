package org.cirr.nn.cli;

/** What the process answers to the shell. */
final class ExitCode {
  static final int DONE = 0;

  /** A defect of cirr itself. */
  static final int DEFECT = 1;

  static final int WRONG_CALL = 2;
  static final int SOME_CASES_FAILED = 3;
  static final int BAD_INPUT = 4;

  /** 128 + SIGINT, as shells have it. */
  static final int CANCELLED = 130;

  /** All of them, for the help of commands without batches. */
  static final String HELP =
      "Exit codes: 0 done, 1 a defect of cirr, 2 wrong call, 4 bad input, 130 cancelled.";

  private ExitCode() {}
}
