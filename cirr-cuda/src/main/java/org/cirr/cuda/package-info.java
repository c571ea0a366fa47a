/**
 * The CUDA backend: {@link org.cirr.cuda.CudaProvider} is found by {@link java.util.ServiceLoader}.
 *
 * <p>Graphs are planned as for the CPU; every step becomes launches of the kernels in {@code
 * src/main/cuda}, which the driver compiles from PTX. docs/gpu.md has the whole picture.
 */
package org.cirr.cuda;
