package org.cirr.nn.plan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.cirr.io.file.SeekableBytes;
import org.cirr.io.nnunet.DatasetJson;
import org.cirr.io.nnunet.Splits;

/**
 * The folders of the CirrMRI600+ release: {@code train_images} beside {@code train_masks}, paired
 * by file name; labels 0 and 1 (liver).
 *
 * <p>{@code train} and {@code valid} become fold 0, {@code test} is left alone. Folders with
 * another prefix ({@code T1_images}) have no split.
 */
final class CirrMriLayout {
  private static final String IMAGES = "_images";
  private static final String MASKS = "_masks";

  private CirrMriLayout() {}

  /** The data set in a folder or in the one folder inside it; null when there is none. */
  static RawDataset find(Path folder) throws IOException {
    Map<String, Path> prefixes = prefixes(folder);
    Path base = folder;
    if (prefixes.isEmpty()) {
      List<Path> inner = folders(folder);
      if (inner.size() != 1) {
        return null;
      }
      base = inner.get(0);
      prefixes = prefixes(base);
    }
    if (prefixes.isEmpty()) {
      return null;
    }
    List<String> warnings = new ArrayList<>();
    Map<String, List<String>> names = new LinkedHashMap<>();
    Map<String, RawCase> cases = new TreeMap<>();
    for (Map.Entry<String, Path> entry : prefixes.entrySet()) {
      if (entry.getKey().equals("test")) {
        warnings.add(entry.getValue() + ": the test cases are left alone");
        continue;
      }
      List<String> part = new ArrayList<>();
      for (RawCase one : pairs(base, entry.getKey(), warnings)) {
        if (cases.put(one.name(), one) != null) {
          throw new IOException(
              one.images().get(0) + ": another folder has a case of this name; rename one of them");
        }
        part.add(one.name());
      }
      names.put(entry.getKey(), part);
    }
    if (cases.isEmpty()) {
      throw new IOException(base + ": no file has the same name in an images and a masks folder");
    }
    String name = RawDataset.name(folder);
    Splits own =
        names.containsKey("train") && names.containsKey("valid")
            ? new Splits(List.of(new Splits.Fold(names.get("train"), names.get("valid"))))
            : null;
    return new RawDataset(name, folder, dataset(name), List.copyOf(cases.values()), own, warnings);
  }

  /** The description that such folders do not have. */
  static DatasetJson dataset(String name) throws IOException {
    String upper = name.toUpperCase(Locale.ROOT);
    String channel = upper.contains("T1") ? "T1" : upper.contains("T2") ? "T2" : "MR";
    return DatasetJson.read(SeekableBytes.of(Path.of("dataset.json"), json(channel, 0)));
  }

  private static byte[] json(String channel, int cases) {
    return ("{\"channel_names\": {\"0\": \""
            + channel
            + "\"}, \"labels\": {\"background\": 0, \"liver\": 1}, \"numTraining\": "
            + cases
            + ", \"file_ending\": \".nii.gz\"}\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The same as the file that a prepared data set keeps. */
  static byte[] json(RawDataset data) {
    return json(data.dataset().channelNames().get(0), data.cases().size());
  }

  private static Map<String, Path> prefixes(Path folder) throws IOException {
    Map<String, Path> found = new TreeMap<>();
    for (Path images : folders(folder)) {
      String name = images.getFileName().toString();
      if (name.endsWith(IMAGES)) {
        String prefix = name.substring(0, name.length() - IMAGES.length());
        if (Files.isDirectory(folder.resolve(prefix + MASKS))) {
          found.put(prefix, images);
        }
      }
    }
    return found;
  }

  private static List<Path> folders(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isDirectory)
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    }
  }

  private static List<RawCase> pairs(Path base, String prefix, List<String> warnings)
      throws IOException {
    Map<String, Path> images = byName(base.resolve(prefix + IMAGES));
    Map<String, Path> masks = byName(base.resolve(prefix + MASKS));
    List<RawCase> cases = new ArrayList<>();
    for (Map.Entry<String, Path> image : images.entrySet()) {
      Path mask = masks.remove(image.getKey());
      if (mask == null) {
        warnings.add(image.getValue() + ": has no mask and is left out");
      } else {
        cases.add(new RawCase(image.getKey(), List.of(image.getValue()), mask));
      }
    }
    masks.values().forEach(mask -> warnings.add(mask + ": has no image and is left out"));
    return cases;
  }

  private static Map<String, Path> byName(Path folder) throws IOException {
    Map<String, Path> files = new TreeMap<>();
    for (String ending : List.of(".nii", ".nii.gz")) {
      for (String file : RawDataset.fileNames(folder, ending)) {
        files.put(file.substring(0, file.length() - ending.length()), folder.resolve(file));
      }
    }
    return files;
  }
}
