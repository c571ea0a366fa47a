/** The memory that one patch takes, seen from outside the process. */
package org.cirr.benchmarks.memory;
