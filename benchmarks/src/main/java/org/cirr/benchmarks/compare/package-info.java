/** The comparison of cirr with its peers: {@code java -jar benchmarks.jar compare}. */
package org.cirr.benchmarks.compare;
