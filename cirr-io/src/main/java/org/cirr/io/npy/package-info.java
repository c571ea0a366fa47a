/** NumPy's array files: {@code .npy}, gzipped {@code .npy.gz} and {@code .npz} archives. */
package org.cirr.io.npy;
