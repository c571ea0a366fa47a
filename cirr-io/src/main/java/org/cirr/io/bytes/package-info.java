/**
 * Where the image readers' bytes come from, and how they become voxel values; not exported.
 *
 * <p>Nothing here trusts a size that a header states: memory grows with what was really read.
 */
package org.cirr.io.bytes;
