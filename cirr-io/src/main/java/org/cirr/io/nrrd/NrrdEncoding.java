package org.cirr.io.nrrd;

import java.util.Locale;

/** How an NRRD file stores its values. */
public enum NrrdEncoding {
  /** As they are in memory. */
  RAW,
  /** Raw, packed by gzip. */
  GZIP,
  /** As decimal text. */
  TEXT,
  /** Raw bytes as hexadecimal text. */
  HEX;

  /** The encoding of a header's word, or null when cirr does not read it. */
  static NrrdEncoding of(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "raw" -> RAW;
      case "gz", "gzip" -> GZIP;
      case "txt", "text", "ascii" -> TEXT;
      case "hex" -> HEX;
      default -> null;
    };
  }
}
