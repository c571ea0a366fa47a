/** One door for all image formats; the format is recognised by content, never by name. */
package org.cirr.io.image;
