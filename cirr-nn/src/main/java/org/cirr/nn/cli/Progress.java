package org.cirr.nn.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.cirr.nn.segment.SegmentProgress;

/** Shows how far a case is: a bar where someone watches, plain lines elsewhere. */
abstract sealed class Progress implements SegmentProgress, AutoCloseable {
  /** Ends the bar or the line; no error. */
  @Override
  public abstract void close();

  /** Shows the progress of the named case in the way that suits the terminal. */
  static Progress of(Terminal terminal, PrintWriter err, String name) {
    return terminal.interactive()
        ? new Bar(err, name, terminal.columns())
        : new Lines(err, name, System::nanoTime);
  }

  /** A bar that redraws its line. */
  static final class Bar extends Progress {
    private static final int STEPS = 1000;
    private static final int REDRAW_MILLIS = 200;
    private final PrintWriter err;
    private final ProgressBar bar;

    Bar(PrintWriter err, String name, int columns) {
      this.err = err;
      this.bar =
          new ProgressBarBuilder()
              .setTaskName(shortened(name, columns / 3))
              .setInitialMax(STEPS)
              .setUpdateIntervalMillis(REDRAW_MILLIS)
              .setStyle(ProgressBarStyle.ASCII)
              .setRenderer((state, width) -> line(state, width))
              .setConsumer(new DelegatingProgressBarConsumer(this::draw, columns - 1))
              .build();
    }

    @Override
    public void update(String stage, double fraction) {
      bar.setExtraMessage(stage);
      bar.stepTo(Math.round(fraction * STEPS));
    }

    @Override
    public void close() {
      bar.close();
      err.println();
    }

    private void draw(String line) {
      err.print("\r" + line);
      err.flush();
    }

    private static String shortened(String name, int length) {
      return name.length() <= length ? name : name.substring(0, length - 2) + "..";
    }

    private static String line(me.tongfei.progressbar.ProgressState state, int width) {
      double fraction = state.getNormalizedProgress();
      long seconds = state.getElapsedAfterStart().toSeconds();
      String left =
          fraction <= 0.01 || fraction >= 1
              ? ""
              : ", " + clock(Math.round(seconds * (1 - fraction) / fraction)) + " left";
      String before = state.getTaskName() + " ";
      String after =
          String.format(
              Locale.ROOT,
              " %3.0f %% %s%s %s",
              Math.floor(100 * fraction),
              clock(seconds),
              left,
              state.getExtraMessage());
      int length = Math.min(40, Math.max(5, width - before.length() - after.length() - 2));
      int done = (int) (length * fraction);
      String line = before + "[" + "=".repeat(done) + " ".repeat(length - done) + "]" + after;
      return line.length() > width
          ? line.substring(0, width)
          : line + " ".repeat(width - line.length());
    }

    private static String clock(long seconds) {
      return String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
    }
  }

  /** A line at every tenth of the work, but at most one a second and at least one in ten. */
  static final class Lines extends Progress {
    private static final double SECOND = 1e9;
    private final PrintWriter err;
    private final String name;
    private final LongSupplier nanos;
    private long shownAt;
    private double shown;

    Lines(PrintWriter err, String name, LongSupplier nanos) {
      this.err = err;
      this.name = name;
      this.nanos = nanos;
      this.shownAt = nanos.getAsLong();
    }

    @Override
    public synchronized void update(String stage, double fraction) {
      double seconds = (nanos.getAsLong() - shownAt) / SECOND;
      boolean tenth = fraction >= shown + 0.1 && seconds >= 1;
      boolean due = seconds >= 10;
      if (tenth || due) {
        shownAt = nanos.getAsLong();
        shown = fraction;
        err.printf(Locale.ROOT, "%s: %s %.0f %%%n", name, stage, Math.floor(100 * fraction));
        err.flush();
      }
    }

    @Override
    public void close() {
      err.flush();
    }
  }
}
