package org.cirr.nn.plan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.cirr.io.file.AtomicFile;
import org.cirr.io.nnunet.DatasetJson;
import org.cirr.io.nnunet.Splits;
import org.cirr.io.nnunet.TrainingJson;

/**
 * A folder of training images and labels, of nnU-Net's layout or CirrMRI600+'s.
 *
 * <p>nnU-Net: {@code dataset.json}, {@code imagesTr/CASE_0000.nii.gz}, ..., {@code
 * labelsTr/CASE.nii.gz}, or files listed under {@code dataset} of {@code dataset.json}.
 * CirrMRI600+: folders {@code train_images} and {@code train_masks}, {@code valid_...}, {@code
 * test_...}, or {@code T1_images} and {@code T1_masks}, possibly inside one more folder.
 *
 * @param name the folder's name
 * @param folder where it lies
 * @param dataset channels, labels and file ending
 * @param cases the cases, sorted by name
 * @param ownSplits the split that the data set comes with; null for none
 * @param warnings what is odd but no reason to stop
 */
public record RawDataset(
    String name,
    Path folder,
    DatasetJson dataset,
    List<RawCase> cases,
    Splits ownSplits,
    List<String> warnings) {
  private static final String JSON = "dataset.json";
  private static final String SPLITS = "splits_final.json";
  private static final int NUMBER = 5; // of _0000

  /** Copies the lists. */
  public RawDataset {
    cases = List.copyOf(cases);
    warnings = List.copyOf(warnings);
  }

  /**
   * Finds the cases; no image is read.
   *
   * <p><b>Errors</b>: {@link IOException} naming the file or folder that is missing, and what to
   * do.
   */
  public static RawDataset open(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          folder + ": is not a folder; name a folder with dataset.json, imagesTr and labelsTr");
    }
    if (Files.exists(folder.resolve(JSON))) {
      return ofNnUnet(folder);
    }
    RawDataset found = CirrMriLayout.find(folder);
    if (found == null) {
      throw new IOException(
          folder
              + ": has neither dataset.json (nnU-Net) nor folders such as train_images and"
              + " train_masks (CirrMRI600+); see docs/training.md");
    }
    return found;
  }

  private static RawDataset ofNnUnet(Path folder) throws IOException {
    TrainingJson json = TrainingJson.read(folder.resolve(JSON));
    List<RawCase> cases =
        json.files().isEmpty() ? fromFolders(folder, json.dataset()) : listed(folder, json);
    if (cases.isEmpty()) {
      throw new IOException(
          folder
              + ": has no training case; put images named CASE_0000"
              + json.dataset().fileEnding()
              + " into imagesTr");
    }
    if (json.numTraining().isPresent() && json.numTraining().getAsInt() != cases.size()) {
      throw new IOException(
          folder.resolve(JSON)
              + ": numTraining is "
              + json.numTraining().getAsInt()
              + ", but there are "
              + cases.size()
              + " cases; correct the number, or add the missing files");
    }
    return new RawDataset(
        name(folder), folder, json.dataset(), cases, ownSplits(folder, cases), List.of());
  }

  /** The split that lies beside {@code dataset.json}, as that of a mixture does; null for none. */
  private static Splits ownSplits(Path folder, List<RawCase> cases) throws IOException {
    Path file = folder.resolve(SPLITS);
    if (!Files.exists(file)) {
      return null;
    }
    Splits splits = Splits.read(file);
    requireKnown(splits, cases, file);
    return splits;
  }

  /**
   * Refuses a split with cases that the data set does not have.
   *
   * <p><b>Errors</b>: {@link IOException} naming the file and the first such case.
   */
  public static void requireKnown(Splits splits, List<RawCase> cases, Path file)
      throws IOException {
    Set<String> known = cases.stream().map(RawCase::name).collect(Collectors.toSet());
    for (Splits.Fold fold : splits.folds()) {
      for (List<String> part : List.of(fold.train(), fold.val())) {
        for (String name : part) {
          if (!known.contains(name)) {
            throw new IOException(
                file
                    + ": names the case "
                    + name
                    + ", which the data set does not have; correct or delete the file");
          }
        }
      }
    }
  }

  /**
   * Writes {@code dataset.json} for the prepared data: the data set's own, or what stands for it.
   */
  public void writeDatasetJson(Path file) throws IOException {
    byte[] bytes = datasetJson();
    AtomicFile.write(file, out -> out.write(bytes));
  }

  /** What {@link #writeDatasetJson} writes. */
  public byte[] datasetJson() throws IOException {
    Path own = folder.resolve(JSON);
    return Files.exists(own) ? Files.readAllBytes(own) : CirrMriLayout.json(this);
  }

  private static List<RawCase> listed(Path folder, TrainingJson json) throws IOException {
    List<RawCase> cases = new ArrayList<>();
    for (Map.Entry<String, TrainingJson.CaseFiles> entry : json.files().entrySet()) {
      List<Path> images = entry.getValue().images().stream().map(folder::resolve).toList();
      RawCase one =
          new RawCase(
              entry.getKey(),
              images.stream().map(Path::normalize).toList(),
              folder.resolve(entry.getValue().label()).normalize());
      if (images.size() != json.dataset().channelNames().size()) {
        throw new IOException(
            folder.resolve(JSON)
                + ": dataset."
                + entry.getKey()
                + ".images has "
                + images.size()
                + " files, but there are "
                + json.dataset().channelNames().size()
                + " channel_names; give one file per channel");
      }
      requireFiles(one);
      cases.add(one);
    }
    cases.sort(java.util.Comparator.comparing(RawCase::name));
    return cases;
  }

  private static List<RawCase> fromFolders(Path folder, DatasetJson dataset) throws IOException {
    String ending = dataset.fileEnding();
    Set<String> names = new TreeSet<>();
    for (String file : fileNames(folder.resolve("imagesTr"), ending)) {
      String stem = file.substring(0, file.length() - ending.length());
      if (!stem.matches("(?s).*_\\d{4}")) {
        throw new IOException(
            folder.resolve("imagesTr").resolve(file)
                + ": has no channel number; name it "
                + stem
                + "_0000"
                + ending);
      }
      int channel = Integer.parseInt(stem.substring(stem.length() - NUMBER + 1));
      if (channel >= dataset.channelNames().size()) {
        throw new IOException(
            folder.resolve("imagesTr").resolve(file)
                + ": is channel "
                + channel
                + ", but channel_names of dataset.json has only "
                + dataset.channelNames().size()
                + ", "
                + dataset.channelNames()
                + "; name the channel there, or remove the file");
      }
      names.add(stem.substring(0, stem.length() - NUMBER));
    }
    List<RawCase> cases = new ArrayList<>();
    for (String name : names) {
      List<Path> images = new ArrayList<>();
      for (int channel = 0; channel < dataset.channelNames().size(); channel++) {
        String file = String.format("%s_%04d%s", name, channel, ending);
        images.add(folder.resolve("imagesTr").resolve(file));
      }
      RawCase one = new RawCase(name, images, folder.resolve("labelsTr").resolve(name + ending));
      requireFiles(one);
      cases.add(one);
    }
    for (String file : fileNames(folder.resolve("labelsTr"), ending)) {
      String name = file.substring(0, file.length() - ending.length());
      if (!names.contains(name)) {
        throw new IOException(
            folder.resolve("labelsTr").resolve(file)
                + ": is a label without an image; add "
                + folder.resolve("imagesTr").resolve(name + "_0000" + ending)
                + " or remove the label");
      }
    }
    return cases;
  }

  private static void requireFiles(RawCase one) throws IOException {
    for (Path image : one.images()) {
      if (!Files.isRegularFile(image)) {
        throw new IOException(
            image + ": is missing; case " + one.name() + " needs one image per channel");
      }
    }
    if (!Files.isRegularFile(one.label())) {
      throw new IOException(
          one.label()
              + ": is missing; add the label of case "
              + one.name()
              + " or remove its image");
    }
  }

  /** The files of a folder with an ending, sorted, without hidden ones. */
  static List<String> fileNames(Path folder, String ending) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + ": is missing; see docs/training.md for the layout");
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(ending) && !file.startsWith("."))
          .sorted()
          .toList();
    }
  }

  static String name(Path folder) throws IOException {
    Path name = folder.toRealPath().getFileName();
    return name == null ? "dataset" : name.toString();
  }
}
