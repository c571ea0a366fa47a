/** STAND-IN: from a scan to a mask. */
package org.cirr.nn.segment;
