package org.cirr.nn.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.cirr.io.file.AtomicFile;
import org.cirr.nn.plot.CurvesPlot;

/**
 * The epochs that were done.
 *
 * @param classes the names of the classes that the pseudo-Dice is of
 * @param epochs in order
 */
public record TrainingLog(List<String> classes, List<EpochResult> epochs) {
  private static final double KEPT = 0.9;

  /** Copies the lists. */
  public TrainingLog {
    classes = List.copyOf(classes);
    epochs = List.copyOf(epochs);
  }

  /** With another epoch. */
  TrainingLog with(EpochResult epoch) {
    List<EpochResult> more = new ArrayList<>(epochs);
    more.add(epoch);
    return new TrainingLog(classes, more);
  }

  /** The moving average of the pseudo-Dice once another epoch is there; NaN changes nothing. */
  double smoothed(double meanDice) {
    double before = epochs.isEmpty() ? Double.NaN : epochs.get(epochs.size() - 1).smoothedDice();
    if (Double.isNaN(before)) {
      return meanDice;
    }
    return Double.isNaN(meanDice) ? before : KEPT * before + (1 - KEPT) * meanDice;
  }

  /** The first epoch with the highest moving average of the pseudo-Dice; −1 for none. */
  public int best() {
    int best = -1;
    for (int i = 0; i < epochs.size(); i++) {
      double value = epochs.get(i).smoothedDice();
      if (!Double.isNaN(value) && (best < 0 || value > epochs.get(best).smoothedDice())) {
        best = i;
      }
    }
    return best;
  }

  /** The moving average of the best epoch; NaN for none. */
  public double bestDice() {
    return best() < 0 ? Double.NaN : epochs.get(best()).smoothedDice();
  }

  /** Whether the last so many epochs brought nothing better. */
  boolean isStale(int patience) {
    return patience > 0 && epochs.size() - 1 - Math.max(0, best()) >= patience;
  }

  /** One value of each epoch. */
  List<Double> column(ToDoubleFunction<EpochResult> value) {
    return epochs.stream().map(value::applyAsDouble).toList();
  }

  /** Writes {@code progress.csv}, whole or not at all. */
  void writeCsv(Path file) throws IOException {
    StringBuilder text =
        new StringBuilder(
            "epoch,learning_rate,train_loss,validation_loss,pseudo_dice,pseudo_dice_ema");
    for (String name : classes) {
      text.append(",\"pseudo_dice ").append(name.replace("\"", "\"\"")).append('"');
    }
    text.append(",seconds\n");
    for (EpochResult e : epochs) {
      text.append(e.epoch()).append(',').append(e.learningRate());
      text.append(',').append(e.trainLoss()).append(',').append(e.validationLoss());
      text.append(',').append(e.meanDice()).append(',').append(e.smoothedDice());
      e.dice().forEach(value -> text.append(',').append(value));
      text.append(String.format(Locale.ROOT, ",%.2f%n", e.seconds()));
    }
    byte[] bytes = text.toString().replace("\r\n", "\n").getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(file, out -> out.write(bytes));
  }

  /** Writes {@code progress.png}, whole or not at all. */
  void writePicture(String title, Path file) throws IOException {
    List<CurvesPlot.Curve> dice = new ArrayList<>();
    dice.add(curve("mean, smoothed", EpochResult::smoothedDice, true));
    dice.add(curve("mean", EpochResult::meanDice, false));
    for (int c = 0; c < classes.size(); c++) {
      int index = c;
      dice.add(curve(classes.get(c), epoch -> epoch.dice().get(index), false));
    }
    CurvesPlot.write(
        title,
        "epoch",
        List.of(
            new CurvesPlot.Chart(
                "loss",
                List.of(
                    curve("training", EpochResult::trainLoss, true),
                    curve("validation", EpochResult::validationLoss, true))),
            new CurvesPlot.Chart("pseudo-Dice", dice),
            new CurvesPlot.Chart(
                "learning rate", List.of(curve("", EpochResult::learningRate, true))),
            new CurvesPlot.Chart(
                "seconds per epoch", List.of(curve("", EpochResult::seconds, true)))),
        file);
  }

  private CurvesPlot.Curve curve(String name, ToDoubleFunction<EpochResult> value, boolean strong) {
    return new CurvesPlot.Curve(
        name, column(value).stream().mapToDouble(Double::doubleValue).toArray(), strong);
  }

  /** What nnU-Net keeps under {@code logging}. */
  Map<String, Object> toNnUnet() {
    Map<String, Object> logging = new LinkedHashMap<>();
    logging.put("mean_fg_dice", column(EpochResult::meanDice));
    logging.put("ema_fg_dice", column(EpochResult::smoothedDice));
    logging.put("dice_per_class_or_region", epochs.stream().map(EpochResult::dice).toList());
    logging.put("train_losses", column(EpochResult::trainLoss));
    logging.put("val_losses", column(EpochResult::validationLoss));
    logging.put("lrs", column(EpochResult::learningRate));
    logging.put("epoch_start_timestamps", column(each -> each.endedAt() - each.seconds()));
    logging.put("epoch_end_timestamps", column(EpochResult::endedAt));
    return logging;
  }

  /** As a checkpoint holds it for a later run. */
  List<Object> toList() {
    List<Object> list = new ArrayList<>();
    for (EpochResult e : epochs) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("learning_rate", e.learningRate());
      one.put("train_loss", e.trainLoss());
      one.put("validation_loss", e.validationLoss());
      one.put("dice", e.dice());
      one.put("mean_dice", e.meanDice());
      one.put("smoothed_dice", e.smoothedDice());
      one.put("seconds", e.seconds());
      one.put("ended_at", e.endedAt());
      list.add(one);
    }
    return list;
  }

  /** The way back from {@link #toList}. */
  static TrainingLog of(List<String> classes, SavedValues saved) throws IOException {
    List<EpochResult> epochs = new ArrayList<>();
    for (Map<?, ?> map : saved.list("log", Map.class)) {
      SavedValues one =
          new SavedValues(saved.file(), saved.place() + ".log[" + epochs.size() + "]", map);
      List<Double> dice = one.list("dice", Double.class);
      if (dice.size() != classes.size()) {
        throw one.wrong("dice", classes.size() + " values");
      }
      epochs.add(
          new EpochResult(
              epochs.size(),
              one.number("learning_rate"),
              one.number("train_loss"),
              one.number("validation_loss"),
              dice,
              one.number("mean_dice"),
              one.number("smoothed_dice"),
              one.number("seconds"),
              one.number("ended_at")));
    }
    return new TrainingLog(classes, epochs);
  }
}
