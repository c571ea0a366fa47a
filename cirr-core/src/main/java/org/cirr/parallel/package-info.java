/** Parallelism as an argument: {@link org.cirr.parallel.Workers}. */
package org.cirr.parallel;
