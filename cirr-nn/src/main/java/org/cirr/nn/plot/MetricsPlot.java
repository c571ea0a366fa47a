package org.cirr.nn.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.cirr.metrics.evaluate.CaseScores;
import org.cirr.metrics.evaluate.Distribution;
import org.cirr.metrics.evaluate.Metric;
import org.cirr.metrics.evaluate.Structure;
import org.cirr.metrics.evaluate.StructureScores;
import org.cirr.metrics.evaluate.Summary;

/**
 * A picture of many cases: a box plot per metric with one box per structure, and a Bland-Altman
 * plot of the volumes of each structure.
 *
 * <p>Boxes go from the first to the third quartile with a line at the median; whiskers reach the
 * furthest value within 1.5 times the box's height; each case is a dot. Under each box stands the
 * number of values, and how many were left out because they are not finite.
 *
 * <p>A Bland-Altman plot shows the difference of the volumes (prediction − reference) over their
 * mean, the mean difference (bias) and the limits of agreement, bias ± 1.96 SD.
 */
public final class MetricsPlot {
  private static final int COLUMNS = 3;
  private static final int MARGIN = 20;
  private static final int TITLE = 46;
  private static final int MOST_STRUCTURES = 12;
  private static final double LIMIT = 1.96;

  private MetricsPlot() {}

  /**
   * Writes the picture as PNG, whole or not at all.
   *
   * <p><b>Errors</b>: {@link IOException} when there is no font, or the file cannot be written.
   */
  public static void write(Summary summary, List<Metric> metrics, String title, Path png)
      throws IOException {
    Png.requireFonts(png);
    Png.write(render(summary, metrics, title), png);
  }

  static BufferedImage render(Summary summary, List<Metric> metrics, String title) {
    List<Structure> structures = summary.structures();
    List<Structure> shown = structures.subList(0, Math.min(structures.size(), MOST_STRUCTURES));
    List<Metric> drawn =
        metrics.stream().filter(metric -> !metric.unit().equals("voxels")).toList();
    boolean volumes =
        summary.cases().stream()
            .flatMap(each -> each.structures().stream())
            .anyMatch(one -> !Double.isNaN(one.voxelVolumeMm3()));
    int panels = drawn.size() + (volumes ? shown.size() : 0);
    int columns = Math.max(1, Math.min(COLUMNS, panels));
    int rows = Math.max(1, (panels + columns - 1) / columns);
    int width = Math.max(columns * Panel.WIDTH, 2 * Panel.WIDTH) + 2 * MARGIN;
    BufferedImage picture =
        new BufferedImage(width, TITLE + rows * Panel.HEIGHT + MARGIN, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = Png.pen(picture);
    drawTitle(pen, summary, shown.size(), title, width);
    for (int i = 0; i < panels; i++) {
      Panel panel =
          new Panel(pen, MARGIN + i % columns * Panel.WIDTH, TITLE + i / columns * Panel.HEIGHT);
      if (i < drawn.size()) {
        boxes(panel, summary, shown, drawn.get(i));
      } else {
        int structure = i - drawn.size();
        blandAltman(panel, summary, shown.get(structure), structure);
      }
    }
    pen.dispose();
    return picture;
  }

  private static void drawTitle(
      Graphics2D pen, Summary summary, int shown, String title, int width) {
    pen.setFont(Panel.font(Font.BOLD, 19));
    pen.setColor(Panel.INK);
    pen.drawString(title, MARGIN + 8, 32);
    int cases = summary.cases().size();
    String text = cases + (cases == 1 ? " case" : " cases");
    int more = summary.structures().size() - shown;
    text += more == 0 ? "" : ", " + more + " more structures not shown";
    int after = MARGIN + 8 + pen.getFontMetrics().stringWidth(title) + 16;
    pen.setFont(Panel.font(Font.PLAIN, 14));
    pen.setColor(Panel.FAINT);
    pen.drawString(text, after, 32);
    String legend = "box: quartiles and median; dots: cases; (+k): k values not finite, left out";
    int wide = pen.getFontMetrics().stringWidth(legend);
    int end = after + pen.getFontMetrics().stringWidth(text);
    int left = width - MARGIN - wide;
    if (left > end + 20) {
      pen.drawString(legend, left, 32);
    }
  }

  private static void boxes(
      Panel panel, Summary summary, List<Structure> structures, Metric metric) {
    panel.title(metric.toString());
    double[] all =
        structures.stream()
            .flatMapToDouble(each -> Arrays.stream(summary.values(each, metric.key())))
            .toArray();
    Axis y = Axis.of(all);
    panel.grid(y);
    for (int i = 0; i < structures.size(); i++) {
      double[] values = summary.values(structures.get(i), metric.key());
      Distribution distribution = Distribution.of(values);
      panel.caption(i, structures.size(), structures.get(i).name(), 0, true);
      int left = distribution.undefined() + distribution.infinite();
      String count = "n " + distribution.n() + (left == 0 ? "" : " (+" + left + ")");
      panel.caption(i, structures.size(), count, 1, false);
      if (distribution.n() > 0) {
        box(panel, y, values, distribution, i, structures.size());
      }
    }
  }

  private static void box(
      Panel panel, Axis y, double[] values, Distribution d, int column, int columns) {
    Color color = Panel.color(column);
    double middle = panel.columnMiddle(column, columns);
    double half = Math.min(28, panel.columnWidth(columns) * 0.3);
    double reach = 1.5 * (d.q3() - d.q1());
    double low = d.q1();
    double high = d.q3();
    for (double value : values) {
      if (Double.isFinite(value) && value >= d.q1() - reach && value <= d.q3() + reach) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    double box = panel.atY(y, d.q3());
    double foot = panel.atY(y, d.q1());
    if (d.n() > 2) {
      panel.line(middle, panel.atY(y, high), middle, box, color, 1.6f);
      panel.line(middle, foot, middle, panel.atY(y, low), color, 1.6f);
      panel.line(
          middle - half / 2,
          panel.atY(y, high),
          middle + half / 2,
          panel.atY(y, high),
          color,
          1.6f);
      panel.line(
          middle - half / 2, panel.atY(y, low), middle + half / 2, panel.atY(y, low), color, 1.6f);
      panel.box(middle - half, box, 2 * half, foot, color);
    }
    double median = panel.atY(y, d.median());
    panel.line(middle - half, median, middle + half, median, color, 2.6f);
    Random scatter = new Random(column);
    for (double value : values) {
      double aside = (scatter.nextDouble() - 0.5) * half;
      if (Double.isFinite(value)) {
        panel.dot(middle + aside, panel.atY(y, value), 2.6, new Color(0, 0, 0, 110));
      }
    }
  }

  private static void blandAltman(Panel panel, Summary summary, Structure structure, int column) {
    panel.title(structure.name() + ": volume difference [ml]");
    List<double[]> points = new ArrayList<>();
    for (CaseScores each : summary.cases()) {
      for (StructureScores one : each.structures()) {
        if (one.structure().name().equals(structure.name())
            && !Double.isNaN(one.voxelVolumeMm3())) {
          points.add(
              new double[] {
                (one.predictedMl() + one.referenceMl()) / 2, one.predictedMl() - one.referenceMl()
              });
        }
      }
    }
    double[] differences = points.stream().mapToDouble(point -> point[1]).toArray();
    Distribution d = Distribution.of(differences);
    double spread = d.n() < 2 ? 0 : LIMIT * d.sd();
    double[] shown = Arrays.copyOf(differences, differences.length + 3);
    shown[differences.length] = d.mean() - spread;
    shown[differences.length + 1] = d.mean() + spread;
    Axis y = Axis.of(shown);
    Axis x = Axis.of(points.stream().mapToDouble(point -> point[0]).toArray());
    panel.grid(y);
    panel.marks(x, "mean of both [ml]; shown: prediction \u2212 reference");
    if (points.isEmpty()) {
      panel.message("no volumes");
      return;
    }
    Color color = Panel.color(column);
    panel.line(
        panel.atX(x, x.low()),
        panel.atY(y, 0),
        panel.atX(x, x.high()),
        panel.atY(y, 0),
        Panel.FAINT,
        1);
    for (double[] point : points) {
      panel.dot(panel.atX(x, point[0]), panel.atY(y, point[1]), 4, Panel.faint(color));
      panel.dot(panel.atX(x, point[0]), panel.atY(y, point[1]), 2.8, color);
    }
    double bias = panel.atY(y, d.mean());
    panel.line(panel.atX(x, x.low()), bias, panel.atX(x, x.high()), bias, color, 1.8f);
    if (d.n() >= 2) {
      panel.dashed(panel.atY(y, d.mean() + spread), color);
      panel.dashed(panel.atY(y, d.mean() - spread), color);
      panel.note(panel.atY(y, d.mean() + spread), "+1.96 SD " + Panel.number(d.mean() + spread));
      panel.note(panel.atY(y, d.mean() - spread), "-1.96 SD " + Panel.number(d.mean() - spread));
    }
    panel.note(bias, "bias " + Panel.number(d.mean()));
  }
}
