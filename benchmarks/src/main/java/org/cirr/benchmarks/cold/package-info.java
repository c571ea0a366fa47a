/** The time from a fresh Java process to the first mask. */
package org.cirr.benchmarks.cold;
