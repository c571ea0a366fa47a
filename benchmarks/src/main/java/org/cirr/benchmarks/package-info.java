/** JMH benchmarks; the body of each is also a test that all contestants agree. */
package org.cirr.benchmarks;
