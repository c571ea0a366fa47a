/**
 * Trained weights: PyTorch's {@code .pth} archives and safetensors, read without Python and without
 * running anything that a file names.
 */
package org.cirr.io.checkpoint;
