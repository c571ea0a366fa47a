package org.cirr.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Divides cases that take long among several runs of the tests: {@code -Dcirr.share=1/2} takes the
 * numbers 0, 2, 4, ..., {@code -Dcirr.share=2/2} the others. Without it a run takes all. {@code
 * .ci/run} tests on two JDKs, each with its half of the largest golden cases and of what the
 * stand-in for a GPU computes, and with all others.
 */
public final class Share {
  private static final Pattern FORM = Pattern.compile("([1-9])/([1-9])");

  private Share() {}

  /** Goes on with a case that is in this run's share; skips the test else, which says so. */
  public static void require(int number) {
    String share = System.getProperty("cirr.share", "1/1");
    assumeTrue(has(share, number), () -> "skipped: not in -Dcirr.share=" + share);
  }

  /** Whether a case is in a share. */
  static boolean has(String share, int number) {
    Matcher form = FORM.matcher(share);
    if (!form.matches() || form.group(1).compareTo(form.group(2)) > 0) {
      throw new IllegalArgumentException("-Dcirr.share is such as 1/2 or 2/2, got '" + share + "'");
    }
    int of = Integer.parseInt(form.group(2));
    return Math.floorMod(number, of) == Integer.parseInt(form.group(1)) - 1;
  }
}
