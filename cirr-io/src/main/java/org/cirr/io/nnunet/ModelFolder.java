package org.cirr.io.nnunet;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;

/**
 * A trained nnU-Net model: {@code plans.json}, {@code dataset.json} and one folder {@code fold_N}
 * per fold with its checkpoints.
 *
 * @param folder where it lies
 * @param plans the plans
 * @param dataset the data set; MRSegmentator's classes have their anatomical names
 * @param isMrSegmentator whether these are MRSegmentator's weights, which expect images in LPS
 *     orientation: {@code version.json} has {@code weights_version} and the network has 41 heads
 */
public record ModelFolder(Path folder, Plans plans, DatasetJson dataset, boolean isMrSegmentator) {
  /** The checkpoint that nnU-Net uses unless told otherwise. */
  public static final String FINAL_CHECKPOINT = "checkpoint_final.pth";

  private static final int MAX_CANDIDATES = 8;

  /**
   * Reads the descriptions, no weights.
   *
   * <p><b>Errors</b>: {@link NoSuchFileException} when there is no such folder; {@link
   * MalformedFileException} when {@code plans.json} or {@code dataset.json} is missing (naming the
   * models that lie further down) or cannot be read.
   */
  public static ModelFolder open(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      throw new NoSuchFileException(folder.toString(), null, "there is no such folder");
    }
    if (!Files.isDirectory(folder)) {
      throw new MalformedFileException(
          folder, "model", "is a file", "name the model's folder; unpack it first if it is a zip");
    }
    Path plansFile = folder.resolve("plans.json");
    if (!Files.isRegularFile(plansFile)) {
      throw new MalformedFileException(folder, "plans.json", "is missing", nestedModels(folder));
    }
    Path datasetFile = folder.resolve("dataset.json");
    if (!Files.isRegularFile(datasetFile)) {
      throw new MalformedFileException(
          folder, "dataset.json", "is missing", "copy it from the training's result folder");
    }
    Plans plans = Plans.read(plansFile);
    DatasetJson dataset = DatasetJson.read(datasetFile);
    boolean mrSegmentator = isMrSegmentator(folder, dataset);
    return new ModelFolder(
        folder,
        plans,
        mrSegmentator ? dataset.named(MrSegmentatorLabels.NAMES) : dataset,
        mrSegmentator);
  }

  private static boolean isMrSegmentator(Path folder, DatasetJson dataset) throws IOException {
    Path version = folder.resolve("version.json");
    return !dataset.labels().hasRegions()
        && dataset.labels().heads() == MrSegmentatorLabels.NAMES.size()
        && Files.isRegularFile(version)
        && JsonNode.read(SeekableBytes.of(version)).find("weights_version") != null;
  }

  private static String nestedModels(Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        folder,
        Set.of(),
        5,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.getFileName().toString().equals("plans.json")) {
              found.add(file.getParent());
            }
            return found.size() < MAX_CANDIDATES
                ? FileVisitResult.CONTINUE
                : FileVisitResult.TERMINATE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException problem) {
            return FileVisitResult.CONTINUE;
          }
        });
    found.sort(Comparator.naturalOrder());
    return found.isEmpty()
        ? "name a folder that holds plans.json, dataset.json and fold_0"
        : "name one of " + found;
  }

  /** The folds that have a checkpoint of that name: numbers in order, then {@code all}. */
  public List<String> folds(String checkpointName) throws IOException {
    TreeMap<String, String> sorted = new TreeMap<>();
    try (Stream<Path> children = Files.list(folder)) {
      for (Path child : (Iterable<Path>) children::iterator) {
        String name = child.getFileName().toString();
        if (name.startsWith("fold_") && Files.isRegularFile(child.resolve(checkpointName))) {
          String fold = name.substring(5);
          String key = fold.matches("[0-9]{1,9}") ? String.format("0%9s", fold) : "1" + fold;
          sorted.put(key, fold);
        }
      }
    }
    return List.copyOf(sorted.values());
  }

  /**
   * The checkpoints to load.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} naming the fold that is missing and those that
   * there are.
   *
   * @param checkpointName such as {@link #FINAL_CHECKPOINT}
   * @param folds names such as {@code 0} or {@code all}; empty for all folds but {@code all}, as
   *     nnU-Net's "auto"
   */
  public List<Path> checkpoints(String checkpointName, List<String> folds) throws IOException {
    List<String> present = folds(checkpointName);
    List<String> wanted = folds;
    if (folds.isEmpty()) {
      wanted = present.stream().filter(fold -> !fold.equals("all")).toList();
      if (wanted.isEmpty()) {
        throw new MalformedFileException(
            folder,
            checkpointName,
            "is in no numbered fold",
            present.isEmpty()
                ? "copy the checkpoints to fold_0, fold_1, ..."
                : "ask for the fold \"all\"");
      }
    }
    List<Path> paths = new ArrayList<>();
    for (String fold : wanted) {
      if (!present.contains(fold)) {
        throw new MalformedFileException(
            folder,
            "fold " + fold,
            "has no " + checkpointName,
            present.isEmpty() ? "no fold has one" : "name one of the folds " + present);
      }
      paths.add(folder.resolve("fold_" + fold).resolve(checkpointName));
    }
    return paths;
  }
}
