/** The metrics of a pair of label maps beside SciPy's, in one run. */
package org.cirr.benchmarks.scoring;
