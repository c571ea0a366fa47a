/** STAND-IN: NumPy files. */
package org.cirr.io.npy;
