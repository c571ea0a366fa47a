/** Random numbers that are the same on every machine and Java, NumPy's among them. */
package org.cirr.nn.random;
