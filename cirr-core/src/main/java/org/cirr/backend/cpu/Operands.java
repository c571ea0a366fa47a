package org.cirr.backend.cpu;

/**
 * The memory of one step in one run.
 *
 * <p>The arrays behind the views change from run to run; how they are to be read is fixed and
 * stands in the {@link Step}.
 */
public final class Operands {
  /** A large {@code float[]} has 16 bytes of header: 12 floats on, a cache line begins. */
  public static final int FIRST = 12;

  /** What the step reads: the parts of its first data input, then its other data inputs. */
  public final View[] inputs;

  /** The normalisation table of each input, or null where the input is read as it is. */
  public final View[] tables;

  /** Where the result goes; overwritten completely. */
  public final View output;

  /** Where the statistics of the result go, or null when nobody asks for them. */
  public final View statistics;

  /** Memory that all threads of the step share, of {@link KernelFactory#sharedLength} floats. */
  public final View shared;

  /** Memory of one thread each, of {@link Kernel#scratchLength()} floats. */
  public float[][] scratch;

  Operands(View[] inputs, View[] tables, View output, View statistics, View shared) {
    this.inputs = inputs;
    this.tables = tables;
    this.output = output;
    this.statistics = statistics;
    this.shared = shared;
  }
}
