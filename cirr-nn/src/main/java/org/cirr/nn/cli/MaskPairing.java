package org.cirr.nn.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Which masks are compared: two files, or the files of two folders that have the same name,
 * whatever their endings.
 *
 * @param pairs by name
 * @param warnings files without a partner
 * @param single whether two files were named
 */
record MaskPairing(List<Pair> pairs, List<String> warnings, boolean single) {

  /** A case. */
  record Pair(String name, Path reference, Path prediction) {}

  /**
   * Finds the pairs.
   *
   * <p><b>Errors</b>: {@link IOException} when one is a file and the other a folder, two files of a
   * folder have one name, or no name is in both folders.
   */
  static MaskPairing of(Path reference, Path prediction) throws IOException {
    for (Path path : List.of(reference, prediction)) {
      if (!Files.exists(path)) {
        throw new NoSuchFileException(path.toString());
      }
    }
    if (Files.isDirectory(reference) != Files.isDirectory(prediction)) {
      Path folder = Files.isDirectory(reference) ? reference : prediction;
      Path file = folder == reference ? prediction : reference;
      throw new IOException(
          folder + ": is a folder, but " + file + " is a file; name two files or two folders");
    }
    if (!Files.isDirectory(reference)) {
      String name = ImageName.of(prediction).stem();
      return new MaskPairing(List.of(new Pair(name, reference, prediction)), List.of(), true);
    }
    return ofFolders(reference, prediction);
  }

  private static MaskPairing ofFolders(Path reference, Path prediction) throws IOException {
    Map<String, Path> references = masks(reference);
    Map<String, Path> predictions = masks(prediction);
    List<Pair> pairs = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    references.forEach(
        (name, file) -> {
          if (predictions.containsKey(name)) {
            pairs.add(new Pair(name, file, predictions.get(name)));
          } else {
            warnings.add(file + ": there is no prediction of this name; left out");
          }
        });
    predictions.forEach(
        (name, file) -> {
          if (!references.containsKey(name)) {
            warnings.add(file + ": there is no reference of this name; left out");
          }
        });
    if (pairs.isEmpty()) {
      throw new IOException(
          String.format(
              "%s and %s: no mask has the same name in both (%d and %d masks); names are compared"
                  + " without their endings",
              reference, prediction, references.size(), predictions.size()));
    }
    return new MaskPairing(pairs, warnings, false);
  }

  private static Map<String, Path> masks(Path folder) throws IOException {
    TreeSet<Path> files = new TreeSet<>();
    try (Stream<Path> listed = Files.list(folder)) {
      listed
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .filter(file -> !ImageName.of(file).ending().isEmpty())
          .forEach(files::add);
    }
    Map<String, Path> masks = new TreeMap<>();
    for (Path file : files) {
      ImageName name = ImageName.of(file);
      Path other = masks.get(name.stem());
      if (other == null) {
        masks.put(name.stem(), file);
      } else if (isHeader(ImageName.of(other)) && name.isPairData()) {
        continue; // the data half of a pair that is there already
      } else {
        throw new IOException(
            file + ": has the name of " + other.getFileName() + "; remove one of them");
      }
    }
    return masks;
  }

  private static boolean isHeader(ImageName name) {
    return name.ending().toLowerCase(Locale.ROOT).startsWith(".hdr");
  }
}
