/**
 * The 3×3×3 convolution in eight steps, from the plain loops to the shipped kernel; read beside
 * docs/kernels/convolution.md.
 */
package org.cirr.benchmarks.ladder;
