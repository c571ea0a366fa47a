/**
 * What a network can compute: the sealed set {@link org.cirr.op.Op}.
 *
 * <p>An op knows its attributes, checks its inputs and infers its output shape. It does not know
 * how it is computed; that is a backend's business.
 *
 * <p>Activations are channels last: {@code [N, D, H, W, C]} in 3D, {@code [N, H, W, C]} in 2D,
 * {@code [N, L, C]} in 1D. Weights keep PyTorch's layout, so that a state dict fits as it is.
 */
package org.cirr.op;
