package org.cirr.metrics.radiomics;

import java.util.List;
import java.util.Locale;

/** Finds the name that was probably meant. */
final class Nearest {
  private static final int MOST_EDITS = 3;

  private Nearest() {}

  /** The end of an error: the one name that is like a mistyped one, else all there are. */
  static String hint(String name, List<String> names, String what) {
    String best = null;
    int fewest = Math.min(MOST_EDITS, name.length() / 3) + 1;
    for (String known : names) {
      int edits = edits(name.toLowerCase(Locale.ROOT), known.toLowerCase(Locale.ROOT));
      if (edits < fewest) {
        fewest = edits;
        best = known;
      }
    }
    return best == null
        ? "; the " + what + " are " + String.join(", ", names)
        : "; did you mean '" + best + "'?";
  }

  /** Levenshtein's distance: letters to insert, delete or change. */
  private static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
