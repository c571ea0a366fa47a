package org.cirr.backend.cpu;

import org.cirr.parallel.Workers;

/**
 * Computes one step of a program. Immutable: everything it knows (shapes, packed weights) was fixed
 * when the program was compiled.
 */
public interface Kernel {
  /**
   * Computes the output.
   *
   * @param inputs the step's inputs that are no packed parameters, in order; not modified
   * @param output overwritten completely; may be the first input itself where {@link
   *     KernelFactory#inPlace} allows it
   * @param scratch one array per thread slot, of at least {@link #scratchLength()} floats
   */
  void run(View[] inputs, View output, float[][] scratch, Workers workers);

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
