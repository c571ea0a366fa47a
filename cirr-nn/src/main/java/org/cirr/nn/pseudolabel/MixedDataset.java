package org.cirr.nn.pseudolabel;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.cirr.io.file.AtomicFile;
import org.cirr.io.file.Folders;
import org.cirr.io.image.ImageFile;
import org.cirr.io.nnunet.DatasetJson;
import org.cirr.io.nnunet.Splits;
import org.cirr.nn.data.PreparedFolder;
import org.cirr.nn.plan.CrossValidation;
import org.cirr.nn.plan.RawCase;
import org.cirr.nn.plan.RawDataset;

/**
 * A raw data set of nnU-Net's layout: cases with pseudo-labels, and labelled cases where there are
 * any.
 *
 * <p>The folds of a mixture validate on labelled cases only, in the folds that the labelled data
 * set has; cases with pseudo-labels are trained on in every fold. Without labelled cases there is
 * no split, and training makes nnU-Net's.
 *
 * <p>{@code dataset.json} is taken away first and written last, so that a folder that has one is
 * complete.
 */
public final class MixedDataset {
  private static final List<String> WRITABLE = List.of(".nii.gz", ".nii", ".nrrd");
  private static final String JSON = "dataset.json";

  private final Path folder;
  private final byte[] json;
  private final String ending;
  private final RawDataset labelled; // null for none
  private final Splits labelledSplits; // null for none

  private MixedDataset(
      Path folder, byte[] json, String ending, RawDataset labelled, Splits splits) {
    this.folder = folder;
    this.json = json;
    this.ending = ending;
    this.labelled = labelled;
    this.labelledSplits = splits;
  }

  /**
   * A data set of pseudo-labels alone.
   *
   * @param datasetJson the {@code dataset.json} of the model that makes them
   */
  public static MixedDataset of(Path folder, Path datasetJson) throws IOException {
    DatasetJson dataset = DatasetJson.read(datasetJson);
    byte[] json = Files.readAllBytes(datasetJson);
    return new MixedDataset(folder, json, writable(dataset.fileEnding()), null, null);
  }

  /**
   * A mixture with labelled cases.
   *
   * <p><b>Errors</b>: {@link IOException} when channels or labels of the two are not the same, with
   * both; or the split names a case that is not there.
   */
  public static MixedDataset of(Path folder, Path datasetJson, RawDataset labelled)
      throws IOException {
    DatasetJson model = DatasetJson.read(datasetJson);
    DatasetJson own = labelled.dataset();
    if (own.channelNames().size() != model.channelNames().size()) {
      throw new IOException(
          String.format(
              "%s: has the channels %s, the model has %s; mix data sets of the same channels",
              labelled.folder(), own.channelNames(), model.channelNames()));
    }
    if (!own.labels().namesByValue().equals(model.labels().namesByValue())
        || !own.labels().regions().equals(model.labels().regions())) {
      throw new IOException(
          String.format(
              "%s: has the labels %s, the model has %s; name the data set that it was trained on,"
                  + " or renumber the labels",
              labelled.folder(), own.labels().namesByValue(), model.labels().namesByValue()));
    }
    return new MixedDataset(
        folder, labelled.datasetJson(), writable(own.fileEnding()), labelled, splits(labelled));
  }

  private static Splits splits(RawDataset labelled) throws IOException {
    PreparedFolder prepared = PreparedFolder.of(labelled.folder());
    if (Files.exists(prepared.splitsFile())) {
      Splits splits = prepared.splits();
      RawDataset.requireKnown(splits, labelled.cases(), prepared.splitsFile());
      return splits;
    }
    if (labelled.ownSplits() != null) {
      return labelled.ownSplits();
    }
    List<String> names = labelled.cases().stream().map(RawCase::name).toList();
    return names.size() < 2 ? null : CrossValidation.of(names);
  }

  private static String writable(String ending) {
    String lower = ending.toLowerCase(Locale.ROOT);
    return WRITABLE.contains(lower) ? lower : ".nii.gz";
  }

  /** The ending of its files: that of the data set or model, or {@code .nii.gz}. */
  public String fileEnding() {
    return ending;
  }

  /**
   * Writes the files. Those that an earlier call wrote are kept where their source has not changed,
   * and removed where their case is no longer wanted.
   *
   * <p><b>Errors</b>: {@link IOException} when a file cannot be read or written, or a case is also
   * a labelled one.
   *
   * @param kept the cases with their predicted masks
   * @param dropped the names of cases that an earlier call may have kept
   */
  public void write(List<RawCase> kept, Collection<String> dropped) throws IOException {
    List<RawCase> all = new ArrayList<>(labelled == null ? List.of() : labelled.cases());
    requireOther(all, kept);
    all.addAll(kept);
    requireNoOtherCases(all, dropped);
    Files.deleteIfExists(folder.resolve(JSON));
    Path images = Folders.make(folder.resolve("imagesTr"));
    Path labels = Folders.make(folder.resolve("labelsTr"));
    remove(images, labels, dropped);
    for (RawCase one : all) {
      for (int channel = 0; channel < one.images().size(); channel++) {
        String name = String.format(Locale.ROOT, "%s_%04d%s", one.name(), channel, ending);
        place(one.images().get(channel), images.resolve(name), false);
      }
      place(one.label(), labels.resolve(one.name() + ending), true);
    }
    Path splits = folder.resolve("splits_final.json");
    if (labelledSplits == null) {
      Files.deleteIfExists(splits);
    } else {
      mixed(kept.stream().map(RawCase::name).toList()).write(splits);
    }
    writeJson(all.size());
  }

  /** Refuses cases with the name of a labelled one. */
  public void requireOther(List<RawCase> cases) throws IOException {
    requireOther(labelled == null ? List.of() : labelled.cases(), cases);
  }

  private static void requireOther(List<RawCase> labelled, List<RawCase> cases) throws IOException {
    Set<String> names = new HashSet<>();
    labelled.forEach(one -> names.add(one.name()));
    for (RawCase one : cases) {
      if (names.contains(one.name())) {
        throw new IOException(
            one.images().get(0)
                + ": there is a labelled case "
                + one.name()
                + "; move the image away, or rename it if it is another one");
      }
    }
  }

  /** Refuses a folder with cases that this call does not have: they would be mixed in. */
  private void requireNoOtherCases(List<RawCase> all, Collection<String> dropped)
      throws IOException {
    Set<String> known = new HashSet<>(dropped);
    all.forEach(one -> known.add(one.name()));
    for (String part : List.of("imagesTr", "labelsTr")) {
      for (Map.Entry<Path, String> file : cases(folder.resolve(part)).entrySet()) {
        if (!known.contains(file.getValue())) {
          throw new IOException(
              file.getKey()
                  + ": is of no case of this call; an earlier one had other labelled cases: remove"
                  + " it, or name another folder");
        }
      }
    }
  }

  private void remove(Path images, Path labels, Collection<String> dropped) throws IOException {
    Set<String> names = Set.copyOf(dropped);
    for (Path part : List.of(images, labels)) {
      for (Map.Entry<Path, String> file : cases(part).entrySet()) {
        if (names.contains(file.getValue())) {
          Files.delete(file.getKey());
        }
      }
    }
  }

  /** The files of one of the two folders with the names of their cases. */
  private Map<Path, String> cases(Path part) throws IOException {
    Map<Path, String> cases = new TreeMap<>();
    if (!Files.isDirectory(part)) {
      return cases;
    }
    try (Stream<Path> listed = Files.list(part)) {
      for (Path file : listed.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(ending) && !name.startsWith(".")) {
          String stem = name.substring(0, name.length() - ending.length());
          boolean image = part.endsWith("imagesTr");
          cases.put(file, image ? stem.replaceFirst("_\\d{4}$", "") : stem);
        }
      }
    }
    return cases;
  }

  private void place(Path source, Path target, boolean label) throws IOException {
    boolean same = source.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(ending);
    if (Files.exists(target)
        && Files.getLastModifiedTime(target).compareTo(Files.getLastModifiedTime(source)) >= 0
        && (!same || Files.size(target) == Files.size(source))) {
      return;
    }
    if (same) {
      AtomicFile.write(target, out -> Files.copy(source, out));
    } else if (label) {
      ImageFile.write(ImageFile.readLabels(source), target);
    } else {
      ImageFile.write(ImageFile.read(source), target);
    }
  }

  private Splits mixed(List<String> kept) {
    List<Splits.Fold> folds = new ArrayList<>();
    for (Splits.Fold fold : labelledSplits.folds()) {
      List<String> train = new ArrayList<>(fold.train());
      train.addAll(kept);
      folds.add(new Splits.Fold(train, fold.val()));
    }
    return new Splits(folds);
  }

  private void writeJson(int cases) throws IOException {
    JsonObject object =
        JsonParser.parseString(new String(json, StandardCharsets.UTF_8)).getAsJsonObject();
    object.remove("dataset"); // the files are where the layout wants them
    object.addProperty("numTraining", cases);
    object.addProperty("file_ending", ending);
    String text =
        new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(object) + "\n";
    AtomicFile.write(folder.resolve(JSON), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }
}
