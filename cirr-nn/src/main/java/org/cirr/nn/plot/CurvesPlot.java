package org.cirr.nn.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A picture of values over steps: one chart beside the other, each with some curves. */
public final class CurvesPlot {
  private static final int MARGIN = 20;
  private static final int TITLE = 46;
  private static final int COLUMNS = 2;
  private static final int MOST_CURVES = 12;

  private CurvesPlot() {}

  /**
   * A curve.
   *
   * @param name what the legend says; empty for none
   * @param values one for each step, from step 1 on; gaps where they are not finite
   * @param strong whether the line is thick
   */
  public record Curve(String name, double[] values, boolean strong) {
    /** Copies the array. */
    public Curve {
      values = values.clone();
    }
  }

  /** A chart with its curves. */
  public record Chart(String title, List<Curve> curves) {
    /** Copies the list. */
    public Chart {
      curves = List.copyOf(curves);
    }
  }

  /**
   * Writes the picture as PNG, whole or not at all.
   *
   * <p><b>Errors</b>: {@link IOException} when there is no font, or the file cannot be written.
   *
   * @param step what the steps are called, such as {@code epoch}
   */
  public static void write(String title, String step, List<Chart> charts, Path png)
      throws IOException {
    Png.requireFonts(png);
    Png.write(render(title, step, charts), png);
  }

  static BufferedImage render(String title, String step, List<Chart> charts) {
    int rows = (charts.size() + COLUMNS - 1) / COLUMNS;
    BufferedImage picture =
        new BufferedImage(
            COLUMNS * Panel.WIDTH + 2 * MARGIN,
            TITLE + rows * Panel.HEIGHT + MARGIN,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = Png.pen(picture);
    pen.setFont(Panel.font(Font.BOLD, 19));
    pen.setColor(Panel.INK);
    pen.drawString(title, MARGIN + 8, 32);
    for (int i = 0; i < charts.size(); i++) {
      int left = MARGIN + i % COLUMNS * Panel.WIDTH;
      draw(new Panel(pen, left, TITLE + i / COLUMNS * Panel.HEIGHT), step, charts.get(i));
    }
    pen.dispose();
    return picture;
  }

  private static void draw(Panel panel, String step, Chart chart) {
    panel.title(chart.title());
    List<Curve> curves = chart.curves().subList(0, Math.min(MOST_CURVES, chart.curves().size()));
    Axis y = Axis.of(curves.stream().flatMapToDouble(c -> Arrays.stream(c.values())).toArray());
    int steps = curves.stream().mapToInt(curve -> curve.values().length).max().orElse(0);
    Axis x = steps < 2 ? new Axis(0, 2, 1) : Axis.of(1, steps);
    panel.grid(y);
    panel.marks(x, step);
    if (steps == 0) {
      panel.message("nothing yet");
    }
    for (int i = curves.size() - 1; i >= 0; i--) { // the first one on top
      curve(panel, x, y, curves.get(i), Panel.color(i));
    }
    legend(panel, y, curves);
  }

  /** Names of the curves, in the right corner where they end farther away. */
  private static void legend(Panel panel, Axis y, List<Curve> curves) {
    double end =
        curves.stream()
            .filter(curve -> curve.values().length > 0)
            .mapToDouble(curve -> y.place(curve.values()[curve.values().length - 1]))
            .filter(Double::isFinite)
            .average()
            .orElse(0);
    int names = (int) curves.stream().filter(curve -> !curve.name().isEmpty()).count();
    int named = 0;
    for (int i = 0; i < curves.size(); i++) {
      if (!curves.get(i).name().isEmpty()) {
        panel.legend(end > 0.5, named++, names, curves.get(i).name(), Panel.color(i));
      }
    }
  }

  private static void curve(Panel panel, Axis x, Axis y, Curve curve, Color color) {
    float thickness = curve.strong() ? 2.2f : 1.2f;
    double[] values = curve.values();
    for (int i = 0; i < values.length; i++) {
      double right = panel.atX(x, i + 1.0);
      boolean before = i > 0 && Double.isFinite(values[i - 1]);
      boolean after = i + 1 < values.length && Double.isFinite(values[i + 1]);
      if (!Double.isFinite(values[i])) {
        continue;
      }
      if (before) {
        double left = panel.atX(x, i);
        panel.line(
            left, panel.atY(y, values[i - 1]), right, panel.atY(y, values[i]), color, thickness);
      } else if (!after) {
        panel.dot(right, panel.atY(y, values[i]), 2.5, color);
      }
    }
  }
}
