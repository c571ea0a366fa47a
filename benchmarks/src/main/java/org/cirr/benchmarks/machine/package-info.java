/** What the machine is and what it could do at most. */
package org.cirr.benchmarks.machine;
