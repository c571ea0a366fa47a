package org.cirr.nn.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.cirr.nn.train.EpochResult;
import org.cirr.nn.train.TrainListener;
import org.cirr.nn.train.TrainingLog;

/** Shows how training goes: a bar for each epoch where someone watches, and a line after it. */
final class TrainProgress implements TrainListener, AutoCloseable {
  private static final double QUIET_NANOS = 60e9; // between the lines of a long epoch

  private final Terminal terminal;
  private final PrintWriter err;
  private final int epochs;
  private final LongSupplier nanos;
  private Progress bar;
  private long shownAt;
  private double best = Double.NaN;

  TrainProgress(
      Terminal terminal, PrintWriter err, int epochs, TrainingLog before, LongSupplier nanos) {
    this.terminal = terminal;
    this.err = err;
    this.epochs = epochs;
    this.nanos = nanos;
    this.shownAt = nanos.getAsLong();
    this.best = before.bestDice();
  }

  @Override
  public void batch(int epoch, int done, int all, double loss, double secondsLeft) {
    String name = String.format(Locale.ROOT, "epoch %d of %d", epoch + 1, epochs);
    String text = String.format(Locale.ROOT, "loss %.3f", loss);
    if (terminal.interactive()) {
      if (bar == null) {
        bar = Progress.of(terminal, err, name);
      }
      bar.update(text, done / (double) all);
    } else if (nanos.getAsLong() - shownAt >= QUIET_NANOS) {
      shownAt = nanos.getAsLong();
      err.printf("%s: batch %d of %d, %s, %s left%n", name, done, all, text, span(secondsLeft));
      err.flush();
    }
  }

  @Override
  public void epoch(EpochResult result, boolean isBest, double secondsLeft) {
    close();
    shownAt = nanos.getAsLong();
    best = isBest ? result.smoothedDice() : best;
    err.printf(
        Locale.ROOT,
        "epoch %d of %d: loss %.3f, validation %.3f, pseudo-Dice %.3f, smoothed %.3f%s, %s, %s"
            + " left%n",
        result.epoch() + 1,
        epochs,
        result.trainLoss(),
        result.validationLoss(),
        result.meanDice(),
        result.smoothedDice(),
        isBest ? " (the best)" : String.format(Locale.ROOT, " (best %.3f)", best),
        span(result.seconds()),
        span(secondsLeft));
    err.flush();
  }

  @Override
  public void warning(String text) {
    err.println("warning: " + text);
  }

  /** A time in the two largest units it has. */
  static String span(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    if (whole < 3600) {
      return whole / 60 + " min " + whole % 60 + " s";
    }
    return whole < 86400
        ? whole / 3600 + " h " + whole % 3600 / 60 + " min"
        : whole / 86400 + " d " + whole % 86400 / 3600 + " h";
  }

  /** Ends the bar of an epoch. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
