/**
 * Dense float32 tensors: {@link org.cirr.tensor.Shape}, {@link org.cirr.tensor.Tensor}, and half
 * precision bits.
 */
package org.cirr.tensor;
