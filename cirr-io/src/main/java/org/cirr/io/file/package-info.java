/** What all readers and writers share: refusing bad files, and writing whole files or none. */
package org.cirr.io.file;
