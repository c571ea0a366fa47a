/** Writes graphs with their weights as files that other engines run: ONNX and TorchScript. */
package org.cirr.benchmarks.export;
