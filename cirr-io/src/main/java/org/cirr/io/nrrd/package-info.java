/** NRRD: attached {@code .nrrd} and detached {@code .nhdr}. */
package org.cirr.io.nrrd;
