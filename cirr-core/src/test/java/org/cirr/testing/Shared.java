package org.cirr.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Real scans and golden files that lie outside the repository, in {@code ../shared} or in {@code
 * -Dcirr.shared=DIR}. A test that asks for a file that is not there is skipped, and the report
 * names the file.
 */
public final class Shared {
  private static final Path ROOT =
      Path.of(System.getProperty("cirr.shared", "../../shared")).toAbsolutePath().normalize();

  private Shared() {}

  /** The file or folder, or a skipped test. */
  public static Path require(String relative) {
    Path path = ROOT.resolve(relative);
    assumeTrue(Files.exists(path), () -> "skipped: needs " + path + " (set -Dcirr.shared=DIR)");
    return path;
  }
}
