/** STAND-IN: image files. */
package org.cirr.io.image;
