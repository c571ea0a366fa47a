package org.cirr.backend.cpu;

import org.cirr.parallel.Workers;

/**
 * Computes one step of a program. Immutable: everything it knows (shapes, packed weights) was fixed
 * when the program was compiled.
 */
public interface Kernel {
  /** Computes the output and, where the step says so, its statistics. Inputs are not modified. */
  void run(Operands operands, Workers workers);

  /** What it is, for the program's report. */
  String describe();

  /** The floats each thread needs beside input and output. */
  default long scratchLength() {
    return 0;
  }

  /** The bytes of packed weights it holds. */
  default long weightBytes() {
    return 0;
  }
}
