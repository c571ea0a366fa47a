package org.cirr.nn.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image file's name in parts: {@code CASE_0000.nii.gz} is case {@code CASE}, channel 0, ending
 * {@code .nii.gz}.
 *
 * @param stem the name without the ending
 * @param ending with its dot, as written; empty when it is none that cirr reads
 * @param channel the four digits as a number, or −1
 */
record ImageName(String stem, String ending, int channel) {
  /** Longest first, so that {@code .nii.gz} is not taken for {@code .gz}. */
  static final List<String> ENDINGS =
      List.of(".nii.gz", ".hdr.gz", ".img.gz", ".nii", ".nrrd", ".nhdr", ".hdr", ".img");

  private static final Pattern CHANNEL = Pattern.compile("(.+)_(\\d{4})");

  static ImageName of(Path file) {
    String name = file.getFileName().toString();
    String lower = name.toLowerCase(Locale.ROOT);
    String known = ENDINGS.stream().filter(lower::endsWith).findFirst().orElse("");
    String ending = name.substring(name.length() - known.length());
    String stem = name.substring(0, name.length() - ending.length());
    Matcher matcher = CHANNEL.matcher(stem);
    return new ImageName(stem, ending, matcher.matches() ? Integer.parseInt(matcher.group(2)) : -1);
  }

  /** The stem without the channel's digits. */
  String caseOfChannel() {
    return channel < 0 ? stem : stem.substring(0, stem.length() - 5);
  }

  /** The name of another channel of the same case. */
  String sibling(int other) {
    return String.format(Locale.ROOT, "%s_%04d%s", caseOfChannel(), other, ending);
  }

  /** Whether this is the data half of a header and data pair. */
  boolean isPairData() {
    return ending.toLowerCase(Locale.ROOT).startsWith(".img");
  }

  /** The ending of a mask made from this image: one file, same format where cirr writes it. */
  String maskEnding() {
    String lower = ending.toLowerCase(Locale.ROOT);
    return switch (lower) {
      case ".nii", ".nrrd" -> lower;
      case ".nhdr" -> ".nrrd";
      default -> ".nii.gz";
    };
  }
}
