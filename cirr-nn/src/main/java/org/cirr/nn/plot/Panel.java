package org.cirr.nn.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.util.Locale;

/** The rectangle of one chart: its frame, its marks and what is drawn between them. */
final class Panel {
  static final int WIDTH = 400;
  static final int HEIGHT = 330;
  static final Color INK = new Color(0x22262b);
  static final Color FAINT = new Color(0x6b7480);
  private static final Color GRID = new Color(0xe4e8ec);
  private static final int LEFT = 62;
  private static final int RIGHT = 14;
  private static final int TOP = 36;
  private static final int BOTTOM = 50;

  private static final int[] COLORS = {
    0xd1495b, 0x2a6f97, 0x3a8f5c, 0xb8860b, 0x8e5ba6, 0x0f8b8d, 0xc46210, 0x5c6b73
  };

  private final Graphics2D pen;
  private final double left;
  private final double top;
  private final double width = WIDTH - LEFT - RIGHT;
  private final double height = HEIGHT - TOP - BOTTOM;

  Panel(Graphics2D pen, int left, int top) {
    this.pen = pen;
    this.left = left + LEFT;
    this.top = top + TOP;
  }

  /** The colour of a structure. */
  static Color color(int structure) {
    return new Color(COLORS[structure % COLORS.length]);
  }

  static Color faint(Color color) {
    return new Color(color.getRed(), color.getGreen(), color.getBlue(), 60);
  }

  static Font font(int style, int size) {
    return new Font(Font.SANS_SERIF, style, size);
  }

  void title(String text) {
    pen.setFont(font(Font.BOLD, 15));
    pen.setColor(INK);
    pen.drawString(fitted(text, width + RIGHT), (float) left, (float) top - 12);
  }

  /** The horizontal lines and their values. */
  void grid(Axis y) {
    pen.setFont(font(Font.PLAIN, 12));
    pen.setStroke(new BasicStroke(1));
    for (double mark : y.marks()) {
      double at = atY(y, mark);
      pen.setColor(GRID);
      pen.draw(new Line2D.Double(left, at, left + width, at));
      pen.setColor(FAINT);
      String text = y.text(mark);
      int wide = pen.getFontMetrics().stringWidth(text);
      pen.drawString(text, (float) (left - 8 - wide), (float) at + 4);
    }
  }

  /** The values along the lower edge. */
  void marks(Axis x, String caption) {
    pen.setFont(font(Font.PLAIN, 12));
    pen.setColor(FAINT);
    for (double mark : x.marks()) {
      String text = x.text(mark);
      int wide = pen.getFontMetrics().stringWidth(text);
      pen.drawString(text, (float) (atX(x, mark) - wide / 2.0), (float) (top + height + 18));
    }
    int wide = pen.getFontMetrics().stringWidth(caption);
    pen.drawString(caption, (float) (left + (width - wide) / 2), (float) (top + height + 38));
  }

  /** A text under one of some equal columns. */
  void caption(int column, int columns, String text, int line, boolean dark) {
    pen.setFont(font(Font.PLAIN, 12));
    pen.setColor(dark ? INK : FAINT);
    String shown = fitted(text, width / columns - 4);
    int wide = pen.getFontMetrics().stringWidth(shown);
    double middle = left + width * (column + 0.5) / columns;
    pen.drawString(shown, (float) (middle - wide / 2.0), (float) (top + height + 18 + 16 * line));
  }

  void line(double x1, double y1, double x2, double y2, Color color, float thickness) {
    pen.setColor(color);
    pen.setStroke(new BasicStroke(thickness));
    pen.draw(new Line2D.Double(x1, y1, x2, y2));
  }

  void dashed(double y, Color color) {
    pen.setColor(color);
    pen.setStroke(
        new BasicStroke(
            1.3f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {6, 4}, 0));
    pen.draw(new Line2D.Double(left, y, left + width, y));
  }

  void dot(double x, double y, double radius, Color color) {
    pen.setColor(color);
    pen.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
  }

  void box(double x, double upper, double boxWidth, double lower, Color color) {
    pen.setColor(faint(color));
    var shape =
        new java.awt.geom.Rectangle2D.Double(x, upper, boxWidth, Math.max(lower - upper, 1));
    pen.fill(shape);
    pen.setColor(color);
    pen.setStroke(new BasicStroke(1.6f));
    pen.draw(shape);
  }

  /** A value beside a line, at the right edge. */
  void note(double y, String text) {
    pen.setFont(font(Font.PLAIN, 11));
    int wide = pen.getFontMetrics().stringWidth(text);
    pen.setColor(new Color(255, 255, 255, 215));
    pen.fill(new java.awt.geom.Rectangle2D.Double(left + width - wide - 5, y - 15, wide + 4, 13));
    pen.setColor(INK);
    pen.drawString(text, (float) (left + width - wide - 3), (float) y - 4);
  }

  /** A line of a list of curves, at the lower or upper right. */
  void legend(boolean low, int line, int lines, String text, Color color) {
    pen.setFont(font(Font.PLAIN, 11));
    String shown = fitted(text, width / 2);
    int wide = pen.getFontMetrics().stringWidth(shown);
    double y = (low ? top + height - 15 * lines - 4 : top + 2) + 15 * line;
    double x = left + width - wide - 24;
    pen.setColor(new Color(255, 255, 255, 200));
    pen.fill(new java.awt.geom.Rectangle2D.Double(x, y, wide + 24, 15));
    line(x + 3, y + 8, x + 17, y + 8, color, 2.2f);
    pen.setColor(INK);
    pen.drawString(shown, (float) x + 21, (float) y + 12);
  }

  void message(String text) {
    pen.setFont(font(Font.PLAIN, 13));
    pen.setColor(FAINT);
    int wide = pen.getFontMetrics().stringWidth(text);
    pen.drawString(text, (float) (left + (width - wide) / 2), (float) (top + height / 2));
  }

  double atX(Axis x, double value) {
    return left + width * x.place(value);
  }

  double atY(Axis y, double value) {
    return top + height * (1 - y.place(value));
  }

  double columnMiddle(int column, int columns) {
    return left + width * (column + 0.5) / columns;
  }

  double columnWidth(int columns) {
    return width / columns;
  }

  private String fitted(String text, double room) {
    String shown = text;
    while (shown.length() > 2 && pen.getFontMetrics().stringWidth(shown) > room) {
      shown = shown.substring(0, shown.length() - 2).stripTrailing() + "\u2026";
    }
    return shown;
  }

  /** Three significant digits. */
  static String number(double value) {
    double size = Math.abs(value);
    String format = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }
}
