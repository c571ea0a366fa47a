package org.cirr.io.nrrd;

import java.io.IOException;
import java.util.Locale;
import org.cirr.io.bytes.ByteInput;
import org.cirr.io.bytes.VoxelSource;
import org.cirr.io.file.MalformedFileException;

/** Values as decimal text, parted by blanks, line ends or commas. */
final class NrrdText implements VoxelSource {
  private static final int LONGEST = 64;

  private final ByteInput in;
  private final String claim;
  private final StringBuilder word = new StringBuilder(LONGEST);
  private long count;

  NrrdText(ByteInput in, String claim) {
    this.in = in;
    this.claim = claim;
  }

  /** The number a word spells; nan and inf in any case. */
  static double number(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "nan", "-nan", "+nan" -> Double.NaN;
      case "inf", "+inf", "infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(word);
    };
  }

  @Override
  public void next(double[] values, int wanted) throws IOException {
    for (int i = 0; i < wanted; i++) {
      values[i] = next();
    }
  }

  private double next() throws IOException {
    int c = in.read();
    while (c >= 0 && isGap(c)) {
      c = in.read();
    }
    word.setLength(0);
    for (; c >= 0 && !isGap(c) && word.length() <= LONGEST; c = in.read()) {
      word.append((char) c);
    }
    if (word.isEmpty()) {
      throw new MalformedFileException(
          in.path(),
          "the header",
          "promises " + claim + ", but the file holds only " + count + " values",
          "the file is truncated or its header wrong: copy or export it again");
    }
    try {
      count++;
      if (word.length() > LONGEST) {
        throw new NumberFormatException("too long");
      }
      return number(word.toString());
    } catch (NumberFormatException e) {
      throw new MalformedFileException(
          in.path(),
          "value " + count,
          "is '" + word + "', which is no number",
          "export the file again",
          e);
    }
  }

  private static boolean isGap(int c) {
    return c <= ' ' || c == ',';
  }
}
