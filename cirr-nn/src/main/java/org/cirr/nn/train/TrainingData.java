package org.cirr.nn.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.nnunet.Configuration;
import org.cirr.io.nnunet.DatasetJson;
import org.cirr.io.nnunet.LabelScheme;
import org.cirr.io.nnunet.Plans;
import org.cirr.io.nnunet.Splits;
import org.cirr.io.nnunet.TrainingPlan;
import org.cirr.nn.data.CasePreparation;
import org.cirr.nn.data.PreparedCase;
import org.cirr.nn.data.PreparedFolder;

/**
 * The cases of one fold and what was planned for them.
 *
 * @param folder what {@code cirr plan} made
 * @param dataset channels and labels
 * @param configuration what is trained
 * @param plan its batch
 * @param fold a number, or {@code all}
 * @param training the cases to learn from
 * @param validation the cases to validate on; for the fold {@code all} the same
 * @param warnings what is odd but no reason to stop
 */
public record TrainingData(
    PreparedFolder folder,
    DatasetJson dataset,
    Configuration configuration,
    TrainingPlan plan,
    String fold,
    List<PreparedCase> training,
    List<PreparedCase> validation,
    List<String> warnings) {
  /** The fold that trains on everything. */
  public static final String ALL = "all";

  /** Copies the lists. */
  public TrainingData {
    training = List.copyOf(training);
    validation = List.copyOf(validation);
    warnings = List.copyOf(warnings);
  }

  /**
   * Opens the prepared cases of a fold; no voxel is read.
   *
   * <p><b>Errors</b>: {@link IOException} naming the file that is missing or was prepared with
   * other plans, the fold that there is not, or what this configuration asks for and cirr cannot
   * train.
   */
  public static TrainingData open(PreparedFolder folder, String configuration, String fold)
      throws IOException {
    DatasetJson dataset = folder.dataset();
    Plans plans = folder.plans();
    Configuration planned = plans.configuration(configuration);
    requireTrainable(folder, planned, dataset.labels());
    Splits.Fold names = names(folder, folder.splits(), fold);
    List<PreparedCase> training = folder.open(configuration, names.train());
    List<PreparedCase> validation = folder.open(configuration, names.val());
    CasePreparation.requireAsStored(folder.plansFile(), plans, dataset);
    CasePreparation preparation = CasePreparation.of(plans, planned, dataset);
    for (PreparedCase one : training) {
      one.require(preparation, folder.plansFile());
    }
    for (PreparedCase one : validation) {
      one.require(preparation, folder.plansFile());
    }
    return new TrainingData(
        folder,
        dataset,
        planned,
        plans.training(configuration),
        fold,
        training,
        validation,
        absentClasses(dataset.labels(), training, fold));
  }

  private static void requireTrainable(
      PreparedFolder folder, Configuration configuration, LabelScheme labels)
      throws MalformedFileException {
    if (configuration.previousStage() != null) {
      throw new MalformedFileException(
          folder.plansFile(),
          "configuration " + configuration.name(),
          "is the second stage of a cascade and needs the masks of "
              + configuration.previousStage(),
          "train a configuration of a single stage, such as 3d_fullres");
    }
    if (labels.hasRegions() && labels.ignoreLabel().isPresent()) {
      throw new MalformedFileException(
          folder.datasetFile(),
          "labels",
          "have regions and an ignore label, which cirr does not train together",
          "take the ignore label out, or use nnU-Net");
    }
  }

  private static Splits.Fold names(PreparedFolder folder, Splits splits, String fold)
      throws MalformedFileException {
    if (fold.equals(ALL)) {
      TreeSet<String> all = new TreeSet<>();
      splits.folds().forEach(each -> all.addAll(each.train()));
      splits.folds().forEach(each -> all.addAll(each.val()));
      return new Splits.Fold(List.copyOf(all), List.copyOf(all));
    }
    int count = splits.folds().size();
    int number = fold.matches("[0-9]{1,6}") ? Integer.parseInt(fold) : count;
    if (number >= count) {
      throw new MalformedFileException(
          folder.splitsFile(),
          "fold " + fold,
          "is not there; there are " + count,
          "name a fold from 0 to " + (count - 1) + ", or all");
    }
    Splits.Fold names = splits.folds().get(number);
    if (names.train().isEmpty() || names.val().isEmpty()) {
      throw new MalformedFileException(
          folder.splitsFile(),
          "fold " + fold,
          "has "
              + names.train().size()
              + " cases to train on and "
              + names.val().size()
              + " to validate on",
          "give it some of both, or train the fold all");
    }
    return names;
  }

  private static List<String> absentClasses(
      LabelScheme labels, List<PreparedCase> cases, String fold) {
    List<String> warnings = new ArrayList<>();
    int index = 0;
    for (int head = 0; head < labels.heads(); head++) {
      if (labels.regions().get(head).equals(List.of(0))) {
        continue;
      }
      int wanted = index++; // the order of a prepared case's locations
      boolean there =
          cases.stream().anyMatch(one -> wanted < one.classes() && one.locations(wanted) > 0);
      if (!there) {
        warnings.add(
            "no training case of fold "
                + fold
                + " has "
                + labels.names().get(head)
                + "; the model will not find it");
      }
    }
    return warnings;
  }

  /** The input channels. */
  int channels() {
    return dataset.channelNames().size();
  }

  /** What the network's outputs mean. */
  LabelScheme labels() {
    return dataset.labels();
  }

  /** The patches of a batch, as asked for or as planned. */
  public int batchSize(TrainSettings settings) {
    return settings.sampling().batchSize() > 0 ? settings.sampling().batchSize() : plan.batchSize();
  }

  /** The names of the cases that the trained model is validated on; none for the fold all. */
  public List<String> validationNames() {
    return fold.equals(ALL) ? List.of() : validation.stream().map(PreparedCase::name).toList();
  }

  /** The prepared folder, for messages. */
  Path path() {
    return folder.folder();
  }
}
