package org.cirr.backend.cpu;

/** Makes a CPU backend's kernels. */
public interface KernelFactory extends KernelAbilities {
  /** The kernel of a step, still without the values of parameters. */
  Kernel create(Step step);
}
