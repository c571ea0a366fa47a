/**
 * The fast CPU backend, on {@code jdk.incubator.vector}. Lanes run along channels; each kernel has
 * its plain twin in {@code org.cirr.backend.scalar}.
 */
package org.cirr.backend.simd;
