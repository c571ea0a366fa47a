/** Losses as functions from nodes to a node; targets are one-hot or soft, channels last. */
package org.cirr.nn.loss;
