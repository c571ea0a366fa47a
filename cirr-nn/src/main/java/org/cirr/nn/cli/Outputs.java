package org.cirr.nn.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files that one case is written to; null where not asked for.
 *
 * @param mask the label map
 * @param probabilities the {@code .npz} of class probabilities
 * @param preview the picture
 */
record Outputs(Path mask, Path probabilities, Path preview) {

  /** What the call names: files for one case, folders for a batch; null where not named. */
  record Asked(Path mask, Path probabilities, Path preview) {}

  /**
   * The outputs of a single case: {@code CASE_seg} beside the first channel unless named; a named
   * folder takes {@code CASE_seg} too.
   *
   * <p><b>Errors</b>: {@link IOException} when a folder is missing or cannot be written to, an
   * ending is not a known one, or a file would be written over an input or another output.
   */
  static Outputs ofSingle(ImageCase image, Asked asked) throws IOException {
    ImageName first = ImageName.of(image.channels().get(0));
    String name = image.name() + "_seg" + first.maskEnding();
    Path mask = asked.mask();
    if (mask == null) {
      mask = image.channels().get(0).resolveSibling(name);
    } else if (Files.isDirectory(mask)) {
      mask = mask.resolve(name);
    }
    Outputs outputs = new Outputs(mask, asked.probabilities(), asked.preview());
    outputs.check(image, asked.mask() == null);
    return outputs;
  }

  /**
   * The outputs of a case of a batch, named {@code CASE} in the named folders.
   *
   * <p><b>Errors</b>: as {@link #ofSingle}.
   */
  static Outputs ofBatch(ImageCase image, Asked asked) throws IOException {
    ImageName first = ImageName.of(image.channels().get(0));
    Outputs outputs =
        new Outputs(
            asked.mask().resolve(image.name() + first.maskEnding()),
            inFolder(asked.probabilities(), image.name() + ".npz"),
            inFolder(asked.preview(), image.name() + ".png"));
    outputs.check(image, false);
    return outputs;
  }

  private static Path inFolder(Path folder, String name) {
    return folder == null ? null : folder.resolve(name);
  }

  /** All files, with the option that names each. */
  Map<String, Path> files() {
    Map<String, Path> files = new TreeMap<>();
    files.put("-o", mask);
    if (probabilities != null) {
      files.put("--probabilities", probabilities);
    }
    if (preview != null) {
      files.put("--preview", preview);
    }
    return files;
  }

  private void check(ImageCase image, boolean defaulted) throws IOException {
    requireEnding("-o", mask, ImageName.ENDINGS);
    requireEnding("--probabilities", probabilities, List.of(".npz"));
    requireEnding("--preview", preview, List.of(".png"));
    for (Path file : files().values()) {
      requireWritable(file, defaulted && file == mask ? "; name the output with -o" : "");
      requireNoInput(file, image.channels());
    }
    requireDifferent(files());
  }

  /** Refuses a file in a folder that does not exist or cannot be written to. */
  static void requireWritable(Path file, String remedy) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || Files.isDirectory(file)) {
      throw new IOException(file + ": is a folder; name a file");
    }
    if (!Files.isDirectory(folder)) {
      throw new IOException(file + ": its folder does not exist; create " + folder);
    }
    if (!Files.isWritable(folder)) {
      throw new IOException(folder + ": cannot be written to" + remedy);
    }
  }

  /** Refuses to write over an input, also by another name or as the other half of a pair. */
  static void requireNoInput(Path file, List<Path> inputs) throws IOException {
    for (Path input : inputs) {
      boolean same = identity(file).equals(identity(input));
      boolean half =
          identity(file.toAbsolutePath().getParent())
                  .equals(identity(input.toAbsolutePath().getParent()))
              && isPair(file)
              && isPair(input)
              && ImageName.of(file).stem().equals(ImageName.of(input).stem());
      if (same || half) {
        throw new IOException(file + ": is an input and is not written over; name another output");
      }
    }
  }

  /** Refuses two outputs with one name. */
  static void requireDifferent(Map<String, Path> files) throws IOException {
    Map<Path, String> seen = new TreeMap<>();
    for (Map.Entry<String, Path> entry : files.entrySet()) {
      String other = seen.putIfAbsent(identity(entry.getValue()), entry.getKey());
      if (other != null) {
        throw new IOException(
            entry.getValue() + ": is named by both " + other + " and " + entry.getKey());
      }
    }
  }

  /** Refuses a file whose ending says another format. */
  static void requireEnding(String option, Path file, List<String> endings) throws IOException {
    if (file == null) {
      return;
    }
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (endings.stream().noneMatch(name::endsWith)) {
      throw new IOException(
          String.format(
              "%s: %s takes a file that ends in %s", file, option, String.join(", ", endings)));
    }
  }

  private static boolean isPair(Path file) {
    String ending = ImageName.of(file).ending().toLowerCase(Locale.ROOT);
    return ending.startsWith(".hdr") || ending.startsWith(".img");
  }

  private static Path identity(Path file) throws IOException {
    return Files.exists(file) ? file.toRealPath() : file.toAbsolutePath().normalize();
  }
}
