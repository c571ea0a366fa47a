/** The engines that are compared, each behind {@link org.cirr.benchmarks.peer.Contestant}. */
package org.cirr.benchmarks.peer;
