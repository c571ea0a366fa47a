package org.cirr.io.image;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/** What a file's first bytes say it is. */
enum ImageFormat {
  NIFTI("NIfTI", null),
  NRRD("NRRD", null),
  DICOM("DICOM", "convert the series to NIfTI, for example: dcm2niix -z y FOLDER"),
  ANALYZE(
      "Analyze 7.5",
      "it does not say left from right; convert it with a program that knows its origin"),
  MGH("FreeSurfer MGH", "convert it, for example: mri_convert IN.mgz OUT.nii.gz"),
  MINC("MINC", "convert it, for example: mnc2nii IN.mnc OUT.nii"),
  META_IMAGE("MetaImage", "save it as .nii.gz or .nrrd, for example in 3D Slicer"),
  PAR_REC("Philips PAR/REC", "convert it to NIfTI, for example: parrec2nii IN.PAR"),
  AFNI("AFNI", "convert it, for example: 3dAFNItoNIFTI IN+orig"),
  STREAMLINES("a file of streamlines", "it holds no voxels; name the image itself"),
  TIFF("TIFF", "save the volume as .nii.gz with its spacing"),
  PICTURE("a picture", "save the volume as .nii.gz with its spacing"),
  ARCHIVE("a zip archive", "unpack it and name the image inside"),
  NUMPY("a NumPy array", "save it as .nii.gz with its spacing"),
  EMPTY("an empty file", "copy or export it again"),
  UNKNOWN("no image format that cirr knows", "convert it to .nii.gz or .nrrd");

  /** The bytes that {@link #of} wants to see. */
  static final int LOOK = 540;

  private final String title;
  private final String remedy;

  ImageFormat(String title, String remedy) {
    this.title = title;
    this.remedy = remedy;
  }

  String title() {
    return title;
  }

  /** What to do with a file of this format; null when cirr reads it. */
  String remedy() {
    return remedy;
  }

  static ImageFormat of(Path path, byte[] start) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (start.length == 0) {
      return EMPTY;
    }
    if (has(start, 0, "NRRD")) {
      return NRRD;
    }
    if (has(start, 128, "DICM")) {
      return DICOM;
    }
    boolean v1 = isLength(start, 348);
    if (v1 && (has(start, 344, "n+1\0") || has(start, 344, "ni1\0"))
        || isLength(start, 540) && (has(start, 4, "n+2\0") || has(start, 4, "ni2\0"))) {
      return NIFTI;
    }
    if (v1) {
      return start.length >= 348 ? ANALYZE : NIFTI; // a cut header: NIfTI's reader says so
    }
    if (name.matches(".*\\.(img|img\\.gz)")) {
      return NIFTI; // the other half says what it is
    }
    return other(name, start);
  }

  private static ImageFormat other(String name, byte[] start) {
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (has(start, 0, "CDF\1") || has(start, 0, "\u0089HDF")) {
      return MINC;
    }
    if (text.matches("(?s)\\s*(ObjectType|NDims|Comment)\\s*=.*")) {
      return META_IMAGE;
    }
    if (text.contains("DATA DESCRIPTION FILE")) {
      return PAR_REC;
    }
    if (text.matches("(?s)\\s*type\\s*=\\s*(string|integer|float)-attribute.*")) {
      return AFNI;
    }
    if (has(start, 0, "TRACK\0") || has(start, 0, "mrtrix tracks")) {
      return STREAMLINES;
    }
    if (has(start, 0, "II*\0") || has(start, 0, "MM\0*")) {
      return TIFF;
    }
    if (has(start, 0, "\u0089PNG")
        || has(start, 0, "\u00ff\u00d8\u00ff")
        || has(start, 0, "GIF8")) {
      return PICTURE;
    }
    if (has(start, 0, "PK\3\4")) {
      return ARCHIVE;
    }
    if (has(start, 0, "\u0093NUMPY")) {
      return NUMPY;
    }
    if (has(start, 0, "\0\0\0\1") && name.matches(".*\\.(mgh|mgz|mgh\\.gz)")) {
      return MGH;
    }
    return name.endsWith(".dcm") ? DICOM : UNKNOWN;
  }

  private static boolean isLength(byte[] start, int length) {
    return start.length >= 4
        && (has(start, 0, "" + (char) (length & 0xff) + (char) (length >> 8) + "\0\0")
            || has(start, 0, "\0\0" + (char) (length >> 8) + (char) (length & 0xff)));
  }

  private static boolean has(byte[] start, int at, String text) {
    if (start.length < at + text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if ((start[at + i] & 0xff) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
