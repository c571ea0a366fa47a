/** Archives read from any position, for the readers of this module. */
package org.cirr.io.archive;
