package org.cirr.nn.preview;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.cirr.io.file.AtomicFile;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Orientation;
import org.cirr.volume.Volume;

/**
 * A picture to judge a mask by: its outline on an axial, a coronal and a sagittal slice, with a
 * legend of label volumes.
 *
 * <p>The slices go through the centre of the largest label. They are drawn at one scale in
 * millimetres, in the radiological convention (the patient's right is on the left of the picture),
 * with the letters R, L, A, P, S, I at their sides.
 *
 * <p><b>Edge cases</b>: a volume of one slice shows that plane only; an empty mask shows the middle
 * of the volume; an oblique volume is shown along its own axes, with the letters they come nearest
 * to.
 */
public final class Preview {
  static final String NOTICE = "research use only, not a medical device";

  private static final int LEAST_WIDTH = 600;
  private static final int MARGIN = 24;
  private static final int TITLE_HEIGHT = 62;
  private static final Color BACKGROUND = new Color(0x14171c);
  private static final Color TEXT = new Color(0xe8ebef);
  private static final Color FAINT = new Color(0x9aa3ad);

  private Preview() {}

  /**
   * Writes the picture as PNG, whole or not at all.
   *
   * @param image the channel to show
   * @param labels the mask on the same grid
   * @param names the model's labels, value to name; background (0) is left out
   * @param title what the picture shows, such as the case's name
   * @throws IllegalArgumentException when image and mask have different shapes
   */
  public static void write(
      Volume image, LabelMap labels, Map<Integer, String> names, String title, Path png)
      throws IOException {
    write(image, labels, labels, names, title, png);
  }

  /**
   * The same on the slices through another mask, so that pictures of two masks can be compared.
   *
   * @param aim the mask whose largest label the slices go through
   */
  public static void write(
      Volume image,
      LabelMap labels,
      LabelMap aim,
      Map<Integer, String> names,
      String title,
      Path png)
      throws IOException {
    requireFonts(png);
    BufferedImage picture = render(image, labels, aim, names, title);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (!ImageIO.write(picture, "png", bytes)) {
      throw new IOException(png + ": this Java has no PNG writer");
    }
    AtomicFile.write(png, bytes::writeTo);
  }

  /** Servers without any font are common; Java then ends in errors of many kinds. */
  private static void requireFonts(Path png) throws IOException {
    try {
      font(Font.PLAIN, 12).getStringBounds("x", new FontRenderContext(null, true, true));
    } catch (RuntimeException | Error e) {
      throw new IOException(
          png
              + ": this Java finds no font to write with; install fontconfig and a font, such as"
              + " DejaVu, or leave the preview out",
          e);
    }
  }

  static BufferedImage render(
      Volume image, LabelMap labels, Map<Integer, String> names, String title) {
    return render(image, labels, labels, names, title);
  }

  private static BufferedImage render(
      Volume image, LabelMap labels, LabelMap aim, Map<Integer, String> names, String title) {
    for (LabelMap one : List.of(labels, aim)) {
      if (!image.shape().equals(one.shape())) {
        throw new IllegalArgumentException(
            "the image has shape " + image.shape() + " but the mask has " + one.shape());
      }
    }
    Volume grey = image.reoriented(Orientation.LPS);
    LabelMap mask = labels.reoriented(Orientation.LPS);
    GreyWindow window = GreyWindow.of(grey.tensor().array());
    List<Plane> planes =
        Plane.through(MaskCentre.of(aim.reoriented(Orientation.LPS)), grey.geometry());
    Layout layout = Layout.of(planes);
    int width = Math.max(layout.width(), LEAST_WIDTH);
    Legend legend = Legend.of(mask, names, width);
    int pictureWidth = width + 2 * MARGIN;
    int pictureHeight = TITLE_HEIGHT + layout.height() + legend.height() + MARGIN;
    BufferedImage picture =
        new BufferedImage(pictureWidth, pictureHeight, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = pen(picture);
    pen.setColor(BACKGROUND);
    pen.fillRect(0, 0, pictureWidth, pictureHeight);
    drawTitle(pen, title, pictureWidth);
    for (Layout.Place place : layout.places()) {
      int left = (pictureWidth - layout.width()) / 2 + place.left();
      int top = TITLE_HEIGHT + place.top();
      PlanePainter painter = new PlanePainter(grey, mask, window, place.plane(), layout.scale());
      pen.drawImage(painter.paint(), left, top, null);
      painter.annotate(pen, left, top);
      drawCaption(pen, place.plane(), left, top + place.plane().heightPixels(layout.scale()));
    }
    legend.draw(pen, MARGIN, TITLE_HEIGHT + layout.height());
    pen.dispose();
    return picture;
  }

  private static void drawTitle(Graphics2D pen, String title, int width) {
    pen.setFont(font(Font.BOLD, 20));
    pen.setColor(TEXT);
    pen.drawString(fitted(pen, title, width - 2 * MARGIN - 380), MARGIN, 38);
    pen.setFont(font(Font.PLAIN, 15));
    pen.setColor(FAINT);
    int noticeWidth = pen.getFontMetrics().stringWidth(NOTICE);
    pen.drawString(NOTICE, width - MARGIN - noticeWidth, 38);
  }

  private static void drawCaption(Graphics2D pen, Plane plane, int left, int top) {
    pen.setFont(font(Font.PLAIN, 14));
    pen.setColor(FAINT);
    int slices = plane.geometry().shape().dim(plane.normalAxis());
    pen.drawString(
        plane.name() + ", slice " + (plane.slice() + 1) + " of " + slices, left, top + 20);
  }

  static Font font(int style, int size) {
    return new Font(Font.SANS_SERIF, style, size);
  }

  private static String fitted(Graphics2D pen, String text, int width) {
    String shown = text;
    while (shown.length() > 4 && pen.getFontMetrics().stringWidth(shown) > width) {
      shown = shown.substring(0, shown.length() - 4).stripTrailing() + "...";
    }
    return shown;
  }

  private static Graphics2D pen(BufferedImage picture) {
    Graphics2D pen = picture.createGraphics();
    pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    pen.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    return pen;
  }
}
