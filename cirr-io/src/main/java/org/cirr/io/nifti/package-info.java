/**
 * NIfTI-1 and NIfTI-2: {@code .nii}, {@code .nii.gz} and {@code .hdr/.img} pairs.
 *
 * <p>Start with {@link org.cirr.io.nifti.NiftiVolume}; {@link org.cirr.io.nifti.NiftiImage} keeps
 * everything a file holds.
 */
package org.cirr.io.nifti;
