package org.cirr.backend.cpu;

import org.cirr.parallel.Workers;

/**
 * Computes one step of a program. Everything it knows of shapes was fixed when the program was
 * compiled; its weights change only by {@link #bind}, while nobody runs it.
 */
public interface Kernel {
  /**
   * Takes the values of parameters and constants: before the first run, and again for others.
   * Memory for packed weights is made once, with the kernel. The same values give the same bits.
   */
  default void bind(Parameters parameters, Workers workers) {}

  /**
   * Lets the JIT see the innermost loops on small data, where that is worth it: a process that has
   * just begun would run them a thousand times slower on real data until they are compiled. Once
   * for each program; cheap when the loops are compiled.
   */
  default void warmUp() {}

  /**
   * Computes the output and, where the step says so, its statistics. Inputs are not modified, but
   * for the first one of a step that {@link KernelAbilities#inPlace} lets write over it.
   */
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
