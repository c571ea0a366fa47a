/**
 * The reference backend: the plainest loops, sums in double. Start reading here; every faster
 * kernel must agree with these.
 */
package org.cirr.backend.scalar;
