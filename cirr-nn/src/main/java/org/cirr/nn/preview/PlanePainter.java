package org.cirr.nn.preview;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;

/**
 * Draws one plane: the image in grey, the labels' outlines in colour.
 *
 * <p>Both are sampled at {@value #SUPERSAMPLING}² points per pixel. The image is interpolated
 * linearly; the label of a point is the one with the largest linear weight among its four
 * neighbours, which follows the voxels but rounds their corners.
 */
final class PlanePainter {
  private static final int SUPERSAMPLING = 2;

  /** The outline's width in sampling points; it lies inside its label. */
  private static final int OUTLINE = 3;

  private static final double SCALE_BAR_MM = 50;
  private static final Color LETTER = new Color(0xffe9a8);

  private final Volume grey;
  private final LabelMap mask;
  private final GreyWindow window;
  private final Plane plane;
  private final double scale;
  private final int width;
  private final int height;

  PlanePainter(Volume grey, LabelMap mask, GreyWindow window, Plane plane, double scale) {
    this.grey = grey;
    this.mask = mask;
    this.window = window;
    this.plane = plane;
    this.scale = scale;
    this.width = plane.widthPixels(scale);
    this.height = plane.heightPixels(scale);
  }

  BufferedImage paint() {
    int fineWidth = width * SUPERSAMPLING;
    int fineHeight = height * SUPERSAMPLING;
    int[] labels = new int[fineWidth * fineHeight];
    double[] greys = new double[fineWidth * fineHeight];
    for (int row = 0; row < fineHeight; row++) {
      double v = (row + 0.5) / fineHeight * plane.rows() - 0.5;
      for (int column = 0; column < fineWidth; column++) {
        double u = (column + 0.5) / fineWidth * plane.columns() - 0.5;
        sample(u, v, row * fineWidth + column, greys, labels);
      }
    }
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        picture.setRGB(x, y, pixel(x, y, fineWidth, fineHeight, greys, labels));
      }
    }
    return picture;
  }

  /** Interpolates the grey value and finds the label at a point of the plane's grid. */
  private void sample(double u, double v, int at, double[] greys, int[] labels) {
    double clampedU = Math.min(plane.columns() - 1, Math.max(0, u));
    double clampedV = Math.min(plane.rows() - 1, Math.max(0, v));
    int left = (int) clampedU;
    int top = (int) clampedV;
    int right = Math.min(left + 1, plane.columns() - 1);
    int bottom = Math.min(top + 1, plane.rows() - 1);
    double fractionU = clampedU - left;
    double fractionV = clampedV - top;
    int[] corners = {
      plane.index(left, top),
      plane.index(right, top),
      plane.index(left, bottom),
      plane.index(right, bottom)
    };
    double[] weights = {
      (1 - fractionU) * (1 - fractionV),
      fractionU * (1 - fractionV),
      (1 - fractionU) * fractionV,
      fractionU * fractionV
    };
    double sum = 0;
    int best = 0;
    double bestWeight = -1;
    for (int corner = 0; corner < 4; corner++) {
      sum += weights[corner] * window.grey(grey.tensor().array()[corners[corner]]);
      int label = mask.get(corners[corner]);
      double weight = 0;
      for (int other = 0; other < 4; other++) {
        weight += mask.get(corners[other]) == label ? weights[other] : 0;
      }
      if (weight > bestWeight) {
        bestWeight = weight;
        best = label;
      }
    }
    greys[at] = sum;
    labels[at] = best;
  }

  private int pixel(int x, int y, int fineWidth, int fineHeight, double[] greys, int[] labels) {
    double red = 0;
    double green = 0;
    double blue = 0;
    for (int dy = 0; dy < SUPERSAMPLING; dy++) {
      for (int dx = 0; dx < SUPERSAMPLING; dx++) {
        int column = x * SUPERSAMPLING + dx;
        int row = y * SUPERSAMPLING + dy;
        int at = row * fineWidth + column;
        if (labels[at] != 0 && isOutline(column, row, fineWidth, fineHeight, labels)) {
          Color color = LabelColor.of(labels[at]);
          red += color.getRed();
          green += color.getGreen();
          blue += color.getBlue();
        } else {
          red += greys[at];
          green += greys[at];
          blue += greys[at];
        }
      }
    }
    int points = SUPERSAMPLING * SUPERSAMPLING;
    return (int) (red / points) << 16 | (int) (green / points) << 8 | (int) (blue / points);
  }

  /** Whether a point of another label, or the picture's edge, is within the outline's width. */
  private static boolean isOutline(
      int column, int row, int fineWidth, int fineHeight, int[] labels) {
    int label = labels[row * fineWidth + column];
    for (int dy = -OUTLINE; dy <= OUTLINE; dy++) {
      for (int dx = -OUTLINE; dx <= OUTLINE; dx++) {
        int otherColumn = column + dx;
        int otherRow = row + dy;
        boolean near = dx * dx + dy * dy <= OUTLINE * OUTLINE;
        if (near
            && otherColumn >= 0
            && otherColumn < fineWidth
            && otherRow >= 0
            && otherRow < fineHeight
            && labels[otherRow * fineWidth + otherColumn] != label) {
          return true;
        }
      }
    }
    return false;
  }

  /** Draws the letters at the four sides and the scale bar. */
  void annotate(Graphics2D pen, int left, int top) {
    pen.setFont(Preview.font(Font.BOLD, 17));
    FontMetrics metrics = pen.getFontMetrics();
    int middle = top + height / 2 + metrics.getAscent() / 2;
    letter(pen, 0, left + 8, middle);
    letter(pen, 1, left + width - 8 - metrics.stringWidth(plane.letters().substring(1, 2)), middle);
    int centre = left + width / 2 - metrics.stringWidth("S") / 2;
    letter(pen, 2, centre, top + 4 + metrics.getAscent());
    letter(pen, 3, centre, top + height - 8);
    int bar = (int) Math.round(SCALE_BAR_MM * scale);
    if (bar < width / 2 && height > 100) {
      int right = left + width - 12;
      pen.setColor(LETTER);
      pen.fillRect(right - bar, top + height - 12, bar, 3);
      pen.setFont(Preview.font(Font.PLAIN, 13));
      pen.drawString("5 cm", right - bar, top + height - 17);
    }
  }

  private void letter(Graphics2D pen, int side, int x, int y) {
    String letter = plane.letters().substring(side, side + 1);
    pen.setColor(Color.BLACK);
    pen.drawString(letter, x + 1, y + 1);
    pen.setColor(LETTER);
    pen.drawString(letter, x, y);
  }
}
