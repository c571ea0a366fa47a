package org.cirr.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The kernels of a file as machine code for the usual GPUs, made of the PTX, which stays what
 * counts: a driver that cannot use the machine code compiles the PTX instead, and machine code of
 * other PTX is left alone.
 */
final class Fatbin {
  /** The GPUs there is machine code for; it runs on the later ones of each first digit, too. */
  static final List<String> TARGETS = List.of("sm_80", "sm_90", "sm_100", "sm_120");

  /** Which PTX each file was made of: a line each, {@code name ptx-hash fatbin-hash}. */
  static final String LIST = "fatbin.sha256";

  /** An older driver, or a GPU that there is no code for. */
  private static final Set<Integer> REFUSED = Set.of(200, 209, 218, 222, 223, 300);

  private Fatbin() {}

  /** The machine code of a file that cirr ships; empty where there is none of this PTX. */
  static Optional<byte[]> of(String file, Ptx ptx) {
    try (InputStream list = Fatbin.class.getResourceAsStream(LIST);
        InputStream code = Fatbin.class.getResourceAsStream(file + ".fatbin")) {
      if (list == null || code == null) {
        return Optional.empty();
      }
      String lines = new String(list.readAllBytes(), StandardCharsets.US_ASCII);
      byte[] image = code.readAllBytes();
      String line = line(file, ptx.text(), image);
      return lines.lines().anyMatch(line::equals) ? Optional.of(image) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** A line of the list. */
  static String line(String file, byte[] ptx, byte[] fatbin) {
    return file + " " + hash(ptx) + " " + hash(fatbin);
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Whether a driver that fails so may still take the PTX. */
  static boolean isRefused(CudaException failure) {
    return REFUSED.contains(failure.code());
  }
}
