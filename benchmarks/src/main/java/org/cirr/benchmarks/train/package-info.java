/** Training steps of the reference net, beside its forward pass and Python's PyTorch. */
package org.cirr.benchmarks.train;
