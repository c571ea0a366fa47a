/** Prediction with an nnU-Net model: tiles, importance weights, logits, labels. */
package org.cirr.nn.segment;
