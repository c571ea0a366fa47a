package org.cirr.io.nifti;

import java.util.Arrays;

/**
 * A header extension: private data of some program, kept on a round trip.
 *
 * @param code who wrote it: 2 is DICOM, 4 is AFNI, 6 is a comment, 44 is an MR spectroscopy header
 * @param data the content with its padding, so that {@code 8 + data.length} is a multiple of 16
 */
public record NiftiExtension(int code, byte[] data) {
  /**
   * Pads the data with zeros to the length that the standard asks for.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for more data than the size field can say.
   */
  public NiftiExtension {
    if (data.length > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException("a NIfTI extension holds less than 2 GiB");
    }
    data = Arrays.copyOf(data, (data.length + 8 + 15) / 16 * 16 - 8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NiftiExtension that
        && code == that.code
        && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return 31 * code + Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return "NiftiExtension[code=" + code + ", " + data.length + " bytes]";
  }
}
