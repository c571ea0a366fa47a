/**
 * The array stages of nnU-Net before and after its network: transpose, crop to non-zero, normalise,
 * resample.
 */
package org.cirr.nn.preprocess;
